import type { AlertDetail } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { formatClock } from '../words/times.ts'
import { words } from '../words/words.ts'

/** Everything that happened to the alert, newest first. */
export function Diary({ detail }: { readonly detail: AlertDetail }) {
  const names: Readonly<Record<string, string>> = words().history
  return (
    <section class="diary">
      <h3>{words().diary}</h3>
      <ol>
        {[...detail.history].reverse().map((entry) => (
          <li key={`${entry.at} ${entry.kind}`}>
            <time dateTime={entry.at}>{formatClock(Date.parse(entry.at), nowMs.value)}</time>{' '}
            {names[entry.kind] ?? entry.kind}
            {entry.note === null ? null : <q>{entry.note}</q>}
          </li>
        ))}
      </ol>
    </section>
  )
}
