import type { ListItem } from '../state/incidents.ts'
import { referenceOf } from '../state/incidents.ts'
import { flood, nowMs, shelvedRows } from '../state/desk.ts'
import { formatClock, formatCountdown } from '../words/times.ts'
import { fill, words } from '../words/words.ts'
import { rowHeightPixels } from './incident-row.tsx'
import { listWords } from './list-words.ts'

/** Says that more comes in than one person can answer, and what the page and the server do then. */
export function Flood() {
  if (flood.value === null) return null
  const { since, peak } = flood.value
  const time = formatClock(Date.parse(since), nowMs.value)
  return (
    <p class="flood" role="alert">
      <strong>{listWords().flood}</strong> {fill(listWords().floodNote, { time, peak })}
    </p>
  )
}

/** All of one kind as one line: how many of each priority, and how many nobody has answered. */
export function GroupRow({ group, place, count: itemCount, toggle }: GroupRowProps) {
  const { kind, rows, isOpen, priority } = group
  const count = (priority: string): number => rows.filter((row) => row.priority === priority).length
  return (
    <li
      class={`row group ${priority.toLowerCase()}`}
      style={{ top: `${place * rowHeightPixels.value}px` }}
      aria-setsize={itemCount}
      aria-posinset={place + 1}
    >
      <button type="button" class="quiet" aria-expanded={isOpen} onClick={() => toggle(kind)}>
        <span class="line">
          <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
          <strong class="kind">{words().kinds[kind]}</strong>
          <span class="age">{fill(listWords().group, { n: rows.length })}</span>
        </span>
        <span class="line second">
          <span>{fill(listWords().groupOf, { p2: count('P2'), p3: count('P3') })}</span>
          <span class="owner">
            {fill(listWords().groupOpen, { n: rows.filter((row) => row.isUnanswered).length })}
          </span>
        </span>
      </button>
    </li>
  )
}

export type GroupRowProps = {
  readonly group: Extract<ListItem, { readonly type: 'group' }>
  readonly place: number
  readonly count: number
  readonly toggle: (kind: string) => void
}

/** What somebody has put aside, and when it is back: out of the list, never out of sight. */
export function Shelved() {
  const rows = shelvedRows.value
  if (rows.length === 0) return null
  return (
    <details class="shelved" open>
      <summary>{fill(listWords().shelved, { n: rows.length })}</summary>
      <ul>
        {rows.map(({ incident, lead }) => {
          const until = incident.shelved.reduce(
            (first, one) => Math.min(first, Date.parse(one.until)),
            Infinity,
          )
          const name = incident.shelved[0]?.byName ?? '?'
          const time = formatCountdown(until - nowMs.value)
          return (
            <li key={incident.incidentId}>
              <a href={`#/incidents/${incident.incidentId}`}>{referenceOf(incident)}</a>{' '}
              {words().kinds[lead.kind]} · {fill(listWords().shelvedBy, { name, time })}
            </li>
          )
        })}
      </ul>
    </details>
  )
}
