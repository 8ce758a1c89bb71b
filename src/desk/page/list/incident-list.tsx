import { useRef, useState } from 'preact/hooks'
import type { IncidentRow, ListItem } from '../state/incidents.ts'
import { noFilter } from '../state/filter-address.ts'
import {
  filter,
  filtered,
  flood,
  listReadAtMs,
  nowMs,
  openIncident,
  openIncidentId,
} from '../state/desk.ts'
import { groupRows, holdOrder } from '../state/incidents.ts'
import { formatClock } from '../words/times.ts'
import { fill, words } from '../words/words.ts'
import { FindClosed } from '../case/earlier.tsx'
import { Filters } from './filters.tsx'
import { Flood, GroupRow, Shelved } from './flood.tsx'
import { Row, rowHeightPixels } from './incident-row.tsx'

/** What is open, most urgent first. It does not move under a hand that is on it. */
export function IncidentList() {
  const [held, setHeld] = useState<readonly string[] | null>(null)
  const all = filtered.value.shown
  const { rows, waiting } = held === null ? { rows: all, waiting: [] } : holdOrder(all, held)
  const hold = (): void => setHeld((before) => before ?? all.map((row) => row.incident.incidentId))
  const release = (): void => setHeld(null)
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const toggle = (kind: string): void => {
    const next = new Set(opened)
    if (!next.delete(kind)) next.add(kind)
    setOpened(next)
  }
  const items =
    flood.value === null
      ? rows.map((row) => ({ type: 'row' as const, row }))
      : groupRows(rows, opened)
  return (
    <section class="list" aria-labelledby="list-title">
      <h1 id="list-title">
        {words().openIncidents} ({filtered.value.shown.length + filtered.value.hiddenCount})
      </h1>
      <Flood />
      <Filters />
      <FindClosed />
      <Hidden />
      <div class="strip" aria-live="polite">
        {waiting.length === 0 ? null : (
          <button type="button" onClick={release}>
            {fill(words().newWaiting, { n: waiting.length })} · {words().newWaitingShow}
          </button>
        )}
      </div>
      <div
        class="rows"
        onMouseEnter={hold}
        onMouseLeave={release}
        onFocusIn={hold}
        onFocusOut={release}
      >
        {listReadAtMs.value === null ? <p class="empty">{words().loading}</p> : null}
        {listReadAtMs.value !== null && all.length + filtered.value.hiddenCount === 0 ? (
          <Nothing />
        ) : null}
        <Window items={items} toggle={toggle} />
      </div>
      <Shelved />
    </section>
  )
}

function Nothing() {
  const time = formatClock(listReadAtMs.value ?? nowMs.value, nowMs.value)
  return (
    <div class="empty">
      <p>
        <strong>{words().nothingOpen}</strong>
      </p>
      <p>{fill(words().nothingOpenNote, { time })}</p>
    </div>
  )
}

function Hidden() {
  const { hiddenCount, hiddenP1Count } = filtered.value
  if (hiddenCount === 0) return null
  return (
    <p class={hiddenP1Count > 0 ? 'hidden urgent' : 'hidden'} role="status">
      {fill(words().hiddenByFilter, { n: hiddenCount, p1: hiddenP1Count })}{' '}
      <button
        type="button"
        onClick={() => {
          filter.value = noFilter
        }}
      >
        {words().filterClear}
      </button>
    </p>
  )
}

/**
 * Only the rows in sight are made: a thousand open incidents stay smooth. The row that has the
 * focus or is open stays made, wherever it is.
 */
function Window({ items, toggle }: WindowProps) {
  const rows = items.flatMap((item) => (item.type === 'row' ? [item.row] : []))
  const [topPixels, setTop] = useState(0)
  const box = useRef<HTMLOListElement>(null)
  const heightPixels = box.current?.clientHeight ?? 800
  const first = Math.max(0, Math.floor(topPixels / rowHeightPixels) - spareRows)
  const last = Math.ceil((topPixels + heightPixels) / rowHeightPixels) + spareRows
  const move = (event: KeyboardEvent): void => moveFocus(event, rows)
  return (
    <ol
      class="window"
      ref={box}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={move}
    >
      <li
        class="spacer"
        aria-hidden="true"
        style={{ height: `${items.length * rowHeightPixels}px` }}
      />
      {items.map((item, place) => {
        const isSeen = place >= first && place <= last
        if (item.type === 'group') {
          return isSeen ? (
            <GroupRow key={item.kind} group={item} place={place} toggle={toggle} />
          ) : null
        }
        const { row } = item
        return isSeen || row.incident.incidentId === openIncidentId.value ? (
          <Row key={row.incident.incidentId} row={row} place={place} count={items.length} />
        ) : null
      })}
    </ol>
  )
}

type WindowProps = {
  readonly items: readonly ListItem[]
  readonly toggle: (kind: string) => void
}

const spareRows = 8

/** Up and down, or k and j, go along the list; the incident opens by Enter, as any link does. */
function moveFocus(event: KeyboardEvent, rows: readonly IncidentRow[]): void {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key]
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  const here = (event.target as HTMLElement)
    .closest('[data-incident]')
    ?.getAttribute('data-incident')
  const place = rows.findIndex((row) => row.incident.incidentId === (here ?? openIncidentId.value))
  const next = rows[place + step]
  if (next === undefined) return
  event.preventDefault()
  const id = next.incident.incidentId
  const link = document.querySelector<HTMLElement>(`[data-incident="${id}"] a`)
  if (link === null) openIncident(id)
  else link.focus()
}
