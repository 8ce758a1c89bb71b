import { Said } from '../net/said.tsx'
import { codesIn } from '../proposals/change-text.ts'
import { nowMs } from '../state/desk.ts'
import {
  dismiss,
  isByAnother,
  isOfAnother,
  outbox,
  sendAsNote,
  type Kept,
} from '../state/outbox.ts'
import { formatClock } from '../words/times.ts'
import { fill } from '../words/words.ts'
import { outcomeOf, responseWords } from './response-words.ts'

/** What was not sent yet, and what became of it: stays until somebody has read it. */
export function OutboxStrip() {
  if (outbox.value.length === 0) return null
  const words = responseWords()
  const unsentCount = outbox.value.filter(({ state }) => state === 'unsent').length
  const title = unsentCount > 0 ? fill(words.outbox, { n: unsentCount }) : words.outboxDone
  return (
    <section class={unsentCount > 0 ? 'outbox unsent' : 'outbox'} aria-label={title}>
      <strong role="status">{title}</strong>
      <ul>
        {outbox.value.map((kept) => (
          <li key={kept.body.key} class={kept.state}>
            {kept.reference} · {textOf(kept)} ·{' '}
            <strong>
              <Said text={standingOf(kept)} />
            </strong>{' '}
            {kept.state === 'refused' && !isByAnother(kept) ? (
              <button
                type="button"
                class="quiet"
                onClick={() => sendAsNote(kept.body.key, noteOf(kept))}
              >
                {words.keepNote}
              </button>
            ) : null}{' '}
            {kept.state === 'unsent' && !isOfAnother(kept) ? null : (
              <button type="button" class="quiet" onClick={() => dismiss(kept.body.key)}>
                {words.dismiss}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function textOf({ body }: Kept): string {
  const words = responseWords()
  const what =
    body.kind === 'step'
      ? `${codesIn(body.step)}: ${outcomeOf(body.outcome)}`
      : words.acts[body.kind]
  return 'note' in body && body.note !== undefined ? `${what}: “${body.note}”` : what
}

function noteOf(kept: Kept): string {
  return kept.body.kind === 'note' ? kept.body.note : textOf(kept)
}

function standingOf(kept: Kept): string {
  const { state, sinceMs, endedMs, detail, byName } = kept
  const words = responseWords()
  const time = formatClock(endedMs ?? sinceMs, nowMs.value)
  if (isOfAnother(kept)) return fill(words.ofAnother, { name: byName, time })
  if (state === 'unsent') return fill(words.unsent, { time })
  return state === 'sent' ? fill(words.sent, { time }) : fill(words.refusedLater, { detail })
}
