import { signal } from '@preact/signals'
import { referenceOf, type IncidentRow } from '../state/incidents.ts'
import { nowMs, openIncidentId } from '../state/desk.ts'
import { formatAge, formatCountdown } from '../words/times.ts'
import { fill, words } from '../words/words.ts'

const narrow = matchMedia('(max-width: 30rem)')
const heightNow = (): number => (narrow.matches ? 96 : 72)
narrow.addEventListener('change', () => {
  rowHeightPixels.value = heightNow()
})

/**
 * Of one row: the window of the list reckons with it, and so does the style. On a telephone what is
 * the matter goes over three lines at most, elsewhere over two, and is not cut off.
 */
export const rowHeightPixels = signal(heightNow())

export function Row({ row, place, count }: RowProps) {
  const { incident, lead } = row
  const isOpen = openIncidentId.value === incident.incidentId
  return (
    <li
      class={`row ${row.priority.toLowerCase()} ${row.isUnanswered ? 'unanswered' : ''} ${isOpen ? 'open' : ''}`}
      style={{ top: `${place * rowHeightPixels.value}px` }}
      data-incident={incident.incidentId}
      aria-setsize={count}
      aria-posinset={place + 1}
    >
      <a href={`#/incidents/${incident.incidentId}`} aria-current={isOpen ? 'true' : undefined}>
        <span class="line">
          <Shape priority={row.priority} />
          <strong>{words().priority[row.priority]}</strong>
          <span class="kind">{words().kinds[lead.kind]}</span>
          {row.change === null ? null : <em class="change">{words().change[row.change]}</em>}
          <Age sinceMs={row.sinceMs} />
        </span>
        <span class="line second">
          <span class="reference" title={referenceOf(incident)}>
            {referenceOf(incident)}
          </span>
          {lead.stillGoingOn ? null : <span>{words().ended}</span>}
          <Owner row={row} />
        </span>
      </a>
    </li>
  )
}

export type RowProps = {
  readonly row: IncidentRow
  readonly place: number
  readonly count: number
}

/** A shape beside the colour: filled circle, triangle, square. */
export function Shape({ priority }: { readonly priority: 'P1' | 'P2' | 'P3' }) {
  return (
    <span class="shape" aria-hidden="true">
      {{ P1: '●', P2: '▲', P3: '■' }[priority]}
    </span>
  )
}

/** Ticks by itself: the row around it is not made anew each second. */
function Age({ sinceMs }: { readonly sinceMs: number }) {
  return <span class="age">{formatAge(nowMs.value - sinceMs)}</span>
}

function Owner({ row }: { readonly row: IncidentRow }) {
  const name = row.lead.acknowledgedAt === null ? null : (row.incident.acknowledgedByName ?? '?')
  const recall =
    row.recallAtMs === null
      ? ''
      : ` · ${fill(words().recall, { time: formatCountdown(row.recallAtMs - nowMs.value) })}`
  return (
    <span class="owner">
      <span class="owner-name" title={name ?? undefined}>
        {name === null ? words().nobody : fill(words().takenBy, { name })}
      </span>
      <span class="recall">{recall}</span>
    </span>
  )
}
