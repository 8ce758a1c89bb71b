import { useEffect, useRef } from 'preact/hooks'
import { nowMs } from '../state/desk.ts'
import { accountWords } from '../words/accounts/words.ts'
import { formatClock } from '../words/times.ts'
import { fill } from '../words/words.ts'

/** A link or a token that the server will not tell again: it stays until somebody says it is kept. */
export function OnceShown({ title, note, secret, until, onRead }: OnceShownProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [secret])
  const text = accountWords()
  return (
    <div class="once" role="region" aria-label={title} tabIndex={-1} ref={box}>
      <p>
        <strong>{title}</strong>: {note}
        {until === null
          ? ''
          : ` ${fill(text.goodUntil, { time: formatClock(Date.parse(until), nowMs.peek()) })}`}
      </p>
      <p>
        <code>{secret}</code>
      </p>
      <p class="send">
        <button type="button" onClick={() => void navigator.clipboard.writeText(secret)}>
          {text.copy}
        </button>
        <button type="button" class="quiet" onClick={onRead}>
          {text.kept}
        </button>
      </p>
    </div>
  )
}

type OnceShownProps = {
  readonly title: string
  readonly note: string
  readonly secret: string
  readonly until: string | null
  readonly onRead: () => void
}
