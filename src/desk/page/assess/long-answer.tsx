import { useEffect, useRef, useState } from 'preact/hooks'
import type { Outcome } from '../net/api.ts'
import { follow } from '../net/follow.ts'
import type { Assessment } from '../register/rows.ts'
import { fill } from '../words/words.ts'
import { alternativeWords } from './alternative-words.ts'
import { path } from './use-answer.ts'

/** An answer that takes seconds: how far it is, and a way to stop it. */
export function useLongAnswer(): LongAnswer {
  const [percent, setPercent] = useState<number | null>(null)
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  return {
    percent,
    ask: async (body) => {
      running.current?.abort()
      const own = new AbortController()
      running.current = own
      setPercent(0)
      const outcome = await follow<Assessment>(`${path}/_follow`, body, setPercent, own.signal)
      if (running.current === own) setPercent(null)
      return own.signal.aborted ? 'stopped' : outcome
    },
    stop: () => running.current?.abort(),
  }
}

export type LongAnswer = {
  /** Null: nothing is asked. */
  readonly percent: number | null
  readonly ask: (body: object) => Promise<Outcome<Assessment> | 'stopped'>
  readonly stop: () => void
}

export function Progress({ percent, stop }: Pick<LongAnswer, 'percent' | 'stop'>) {
  if (percent === null) return null
  const text = alternativeWords()
  const told = fill(text.measuring, { percent })
  return (
    <p class="progress">
      <progress max={100} value={percent} aria-label={told} /> <span role="status">{told}</span>{' '}
      <button type="button" class="quiet" onClick={stop}>
        {text.stop}
      </button>
    </p>
  )
}
