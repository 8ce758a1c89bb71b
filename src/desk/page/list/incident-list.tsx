import { useEffect, useRef, useState } from 'preact/hooks'
import type { IncidentRow, ListItem } from '../state/incidents.ts'
import { noFilter } from '../state/filter-address.ts'
import { filter, filtered, flood, listReadAtMs, nowMs, openIncidentId } from '../state/desk.ts'
import { groupRows, holdOrder } from '../state/incidents.ts'
import { formatClock } from '../words/times.ts'
import { fill, words } from '../words/words.ts'
import { FindClosed } from '../case/earlier.tsx'
import { Filters } from './filters.tsx'
import { Flood, GroupRow, Shelved } from './flood.tsx'
import { Row, rowHeightPixels } from './incident-row.tsx'

/** What is open, most urgent first. It does not move under a hand that is on it. */
export function IncidentList() {
  const [held, setHeld] = useState<readonly IncidentRow[] | null>(null)
  const all = filtered.value.shown
  const { rows, waiting } = held === null ? { rows: all, waiting: [] } : holdOrder(all, held)
  const hold = (): void => setHeld((before) => before ?? all)
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
 * Only the rows near the view are made: a thousand open incidents stay smooth. The row that had the
 * focus last stays made, wherever it is, with the ones that its keys lead to; so does the open one.
 * On paper all of them are.
 */
function Window({ items, toggle }: WindowProps) {
  const rows = items.flatMap((item) => (item.type === 'row' ? [item.row] : []))
  const [block, setBlock] = useState(0)
  const [focusedId, setFocused] = useState<string | null>(null)
  const isOnPaper = usePaper()
  const box = useRef<HTMLOListElement>(null)
  const heightPixels = box.current?.clientHeight ?? 800
  const first = block * blockRows - blockRows
  const last = (block + 2) * blockRows + Math.ceil(heightPixels / rowHeightPixels.value)
  const kept = new Set([openIncidentId.value, ...aroundFocus(rows, focusedId)])
  return (
    <ol
      class="window"
      ref={box}
      onScroll={(event) =>
        setBlock(Math.floor(event.currentTarget.scrollTop / rowHeightPixels.value / blockRows))
      }
      onFocusIn={(event) => setFocused(idUnder(event))}
      onKeyDown={(event) => moveFocus(event, rows, setFocused)}
    >
      <li
        class="spacer"
        aria-hidden="true"
        style={{ height: `${items.length * rowHeightPixels.value}px` }}
      />
      {items.map((item, place) => {
        const isSeen = isOnPaper || (place >= first && place <= last)
        const at = { place, count: items.length }
        if (item.type === 'group') {
          return isSeen ? <GroupRow key={item.kind} group={item} {...at} toggle={toggle} /> : null
        }
        const { incidentId } = item.row.incident
        return isSeen || kept.has(incidentId) ? (
          <Row key={incidentId} row={item.row} {...at} />
        ) : null
      })}
    </ol>
  )
}

type WindowProps = {
  readonly items: readonly ListItem[]
  readonly toggle: (kind: string) => void
}

/** Rows are made by so many at once, above the view and below it: not at each step of scrolling. */
const blockRows = 8

/** Paper has no view that moves: what is printed is made before. */
function usePaper(): boolean {
  const [isOnPaper, setOnPaper] = useState(false)
  useEffect(() => {
    const begin = (): void => setOnPaper(true)
    const end = (): void => setOnPaper(false)
    addEventListener('beforeprint', begin)
    addEventListener('afterprint', end)
    return () => {
      removeEventListener('beforeprint', begin)
      removeEventListener('afterprint', end)
    }
  }, [])
  return isOnPaper
}

function aroundFocus(rows: readonly IncidentRow[], focusedId: string | null): readonly string[] {
  const place = placeOf(rows, focusedId)
  return place < 0
    ? []
    : rows.slice(Math.max(0, place - 1), place + 2).map((row) => row.incident.incidentId)
}

function placeOf(rows: readonly IncidentRow[], id: string | null): number {
  return id === null ? -1 : rows.findIndex((row) => row.incident.incidentId === id)
}

function idUnder(event: Event): string | null {
  const row = (event.target as HTMLElement).closest('[data-incident]')
  return row?.getAttribute('data-incident') ?? null
}

/**
 * Up and down, or k and j, go along the list, a page at a time too, and Home and End to its ends; the
 * incident opens by Enter, as any link does.
 */
function moveFocus(
  event: KeyboardEvent,
  rows: readonly IncidentRow[],
  setFocused: (id: string) => void,
): void {
  const step = steps[event.key]
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  const from = placeOf(rows, idUnder(event) ?? openIncidentId.value)
  // One step past an end is none; more of them end there.
  const isFar = Math.abs(step) > 1
  const place = isFar ? Math.max(0, Math.min(rows.length - 1, from + step)) : from + step
  const next = rows[place]
  if (next === undefined) return
  event.preventDefault()
  const id = next.incident.incidentId
  const focus = (): void =>
    document.querySelector<HTMLElement>(`[data-incident="${id}"] a`)?.focus()
  if (!isFar) focus()
  else {
    // A row that is far away is made first.
    setFocused(id)
    requestAnimationFrame(focus)
  }
}

const pageRows = 10
const steps: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  j: 1,
  ArrowUp: -1,
  k: -1,
  PageDown: pageRows,
  PageUp: -pageRows,
  End: Infinity,
  Home: -Infinity,
}
