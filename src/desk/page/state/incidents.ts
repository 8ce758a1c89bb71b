import { alertPriorities } from '../../../core/model/alert.ts'
import { maxOf, minOf } from '../../../core/model/lists.ts'
import type { Alert, Incident } from '../net/api.ts'

/** What one line of the list says of one stretch of trouble. */
export type IncidentRow = {
  readonly incident: Incident
  /** The alert that decides how urgent the whole is. */
  readonly lead: Alert
  readonly priority: Alert['priority']
  /** Somebody must still answer: one alert of it is open. */
  readonly isUnanswered: boolean
  readonly toldAtMs: number
  /** When anything of it was last told. */
  readonly newestMs: number
  readonly sinceMs: number
  /** Null also while somebody must answer now: nobody may read it as time to wait. */
  readonly recallAtMs: number | null
  readonly change: 'new' | 'worse' | 'again' | null
}

/** When somebody last looked at each incident, and how urgent it was then. */
export type Looked = ReadonlyMap<string, Look>
export type Look = { readonly atMs: number; readonly rank: number }

/** On this page or, by the list, at another seat or on a page before: whichever knew of more. */
export function lookOf({ incidentId, looked }: Incident, here: Looked): Look | null {
  const onPage = here.get(incidentId) ?? null
  if (looked === null) return onPage
  const byList = { atMs: Date.parse(looked.toldAt), rank: looked.rank }
  return onPage !== null && onPage.atMs >= byList.atMs ? onPage : byList
}

/**
 * One line per incident, most urgent first: what nobody has answered before what somebody has,
 * by priority, the longest waiting first. The order is that of the API.
 */
export function listRows(incidents: Iterable<Incident>, looked: Looked): IncidentRow[] {
  const rows: IncidentRow[] = []
  for (const incident of incidents) {
    const row = rowOf(incident, looked)
    if (row !== null) rows.push(row)
  }
  return rows.sort((one, other) => rankOf(one) - rankOf(other) || one.toldAtMs - other.toldAtMs)
}

/** 0 is what calls loudest. */
export function rankOf(row: Pick<IncidentRow, 'priority' | 'isUnanswered'>): number {
  return priorityRank[row.priority] * 2 + (row.isUnanswered ? 0 : 1)
}

const priorityRank = { P1: 0, P2: 1, P3: 2 } as const

function rowOf(incident: Incident, looked: Looked): IncidentRow | null {
  const alerts = incident.alerts.filter((alert) => alert.status !== 'closed')
  const [lead] = alerts.sort(byUrgency)
  if (lead === undefined) return null
  const recalls = alerts.flatMap((alert) =>
    alert.recallAt === null ? [] : [Date.parse(alert.recallAt)],
  )
  const row = {
    incident,
    lead,
    priority: lead.priority,
    isUnanswered: lead.status === 'open',
    newestMs: maxOf(alerts.map((alert) => Date.parse(alert.toldAt))),
    // Of what is urgent: a stretch of trouble may have begun months ago with something small.
    toldAtMs: Date.parse(lead.toldAt),
    sinceMs: Date.parse(knownSince(lead)),
    recallAtMs: lead.status === 'open' || recalls.length === 0 ? null : minOf(recalls),
  }
  return { ...row, change: changeOf(row, looked) }
}

/** Of a coarse alert the world's own times are full hours: it goes by when it was raised. */
export function knownSince(alert: Alert): string {
  return alert.detailLevel === 'coarse' ? alert.raisedAt : alert.occurredAt
}

function byUrgency(one: Alert, other: Alert): number {
  const rank = (alert: Alert): number =>
    priorityRank[alert.priority] * 2 + (alert.status === 'open' ? 0 : 1)
  return rank(one) - rank(other) || Date.parse(one.toldAt) - Date.parse(other.toldAt)
}

function changeOf(row: Omit<IncidentRow, 'change'>, looked: Looked): IncidentRow['change'] {
  const before = lookOf(row.incident, looked)
  if (before === null) return 'new'
  if (rankOf(row) < before.rank) return 'worse'
  return row.newestMs > before.atMs ? 'again' : null
}

/** Everything of it that is open has been put aside; one alert that calls again brings it back. */
export function isShelved({ incident }: Pick<IncidentRow, 'incident'>): boolean {
  const shelved = new Set(incident.shelved.map(({ alertId }) => alertId))
  return incident.alerts.every(({ id, status }) => status === 'closed' || shelved.has(id))
}

/** In a flood: each P1 by itself on top, and the rest by kind, most urgent kind first. */
export function groupRows(
  rows: readonly IncidentRow[],
  opened: ReadonlySet<string>,
): readonly ListItem[] {
  const isAlone = (row: IncidentRow): boolean => row.priority === 'P1'
  const groups = Map.groupBy(
    rows.filter((row) => !isAlone(row)),
    ({ lead }) => lead.kind,
  )
  const grouped = [...groups].flatMap(([kind, members]): ListItem[] =>
    members.length === 1
      ? members.map((row) => ({ type: 'row', row }))
      : [
          {
            type: 'group',
            kind,
            rows: members,
            isOpen: opened.has(kind),
            priority: mostUrgent(members),
          },
          ...(opened.has(kind) ? members.map((row) => ({ type: 'row' as const, row })) : []),
        ],
  )
  return [...rows.filter(isAlone).map((row) => ({ type: 'row' as const, row })), ...grouped]
}

function mostUrgent(rows: readonly IncidentRow[]): Alert['priority'] {
  const priorities = rows.map(({ priority }) => priority)
  return alertPriorities.find((one) => priorities.includes(one)) ?? 'P3'
}

export type ListItem =
  | { readonly type: 'row'; readonly row: IncidentRow }
  | {
      readonly type: 'group'
      readonly kind: Alert['kind']
      readonly rows: readonly IncidentRow[]
      readonly isOpen: boolean
      /** Of the most urgent of them: the line has its colour. */
      readonly priority: Alert['priority']
    }

/** What is shown, and how much the filter keeps out of sight: that number is always on screen. */
export function applyFilter(rows: readonly IncidentRow[], filter: Filter): FilteredRows {
  const search = filter.search.trim().toLowerCase()
  const shown = rows.filter(
    (row) =>
      (filter.priority === null || row.priority === filter.priority) &&
      (filter.keeper === null || isKeptBy(row.incident, filter.keeper)) &&
      (filter.kind === null || row.incident.alerts.some((alert) => alert.kind === filter.kind)) &&
      (search === '' || referenceOf(row.incident).toLowerCase().includes(search)),
  )
  const isShown = new Set(shown)
  const hidden = rows.filter((row) => !isShown.has(row))
  return {
    shown,
    hiddenCount: hidden.length,
    hiddenP1Count: hidden.filter((row) => row.priority === 'P1').length,
  }
}

/** What is nobody's case concerns every desk, and no filter by one hides it. */
function isKeptBy({ organisation, units }: Incident, keeper: string): boolean {
  return (
    organisation === null || organisation.id === keeper || units.some(({ id }) => id === keeper)
  )
}

/**
 * Organisations, each with its units, that have something open here. The one that is chosen stays
 * among them: what a filter hides is never hidden by one that nobody sees.
 */
export function keepersAmong(
  rows: readonly IncidentRow[],
  chosen: string | null,
): readonly Keeper[] {
  const byId = new Map<string, Keeper & { readonly order: string }>()
  for (const { incident } of rows) {
    const { organisation, units } = incident
    if (organisation === null) continue
    const { id, name } = organisation
    byId.set(id, { id, name, unitOf: null, order: name })
    for (const unit of units)
      byId.set(unit.id, { ...unit, unitOf: name, order: `${name}\n${unit.name}` })
  }
  const keepers = [...byId.values()].sort((one, other) => one.order.localeCompare(other.order))
  const isLost = chosen !== null && !byId.has(chosen)
  return [
    ...keepers.map(({ id, name, unitOf }) => ({ id, name, unitOf })),
    ...(isLost ? [{ id: chosen, name: null, unitOf: null }] : []),
  ]
}

export type Keeper = {
  readonly id: string
  /** Null: of no incident that is open now. */
  readonly name: string | null
  readonly unitOf: string | null
}

export type Filter = {
  /** An organisation or a unit, by its id. */
  readonly keeper: string | null
  readonly priority: Alert['priority'] | null
  readonly kind: Alert['kind'] | null
  readonly search: string
}

export type FilteredRows = {
  readonly shown: readonly IncidentRow[]
  readonly hiddenCount: number
  readonly hiddenP1Count: number
}

/** What the line is known by: the order, or the vendor, or the part of ours that is in trouble. */
export function referenceOf(incident: Incident): string {
  return incident.protectionOrderReference ?? incident.vendorName ?? 'Hoede'
}

/** So many rows are in sight at any seat: one that becomes urgent there keeps its place. */
const heldOnTop = 5

/**
 * Keeps the order that somebody is looking at: rows they have stay where they are, and new ones
 * wait, but what calls since then as a P1 comes in on top at once. `held` is what they looked at.
 */
export function holdOrder(
  rows: readonly IncidentRow[],
  held: readonly IncidentRow[],
): { readonly rows: readonly IncidentRow[]; readonly waiting: readonly IncidentRow[] } {
  const byId = new Map(rows.map((row) => [idOf(row), row]))
  const isCalling = (row: IncidentRow): boolean => row.priority === 'P1' && row.isUnanswered
  const kept = held.flatMap((row) => byId.get(idOf(row)) ?? [])
  const wasHeld = new Set(held.map(idOf))
  const fresh = rows.filter((row) => !wasHeld.has(idOf(row)))
  // What called already has its place among them, however many call.
  const stays = new Set([...held.filter(isCalling), ...kept.slice(0, heldOnTop)].map(idOf))
  // What became a P1 under the hand, or was one and is answered by now, is seen all the same.
  const urgent = rows.filter((row) => isCalling(row) && !stays.has(idOf(row)))
  const isKept = new Set([...urgent, ...kept])
  const answered = fresh.filter((row) => row.priority === 'P1' && !isKept.has(row))
  // A set keeps the order in which it was filled, and each once.
  const shown = new Set([...urgent, ...answered, ...kept])
  return { rows: [...shown], waiting: fresh.filter((row) => !shown.has(row)) }
}

function idOf({ incident }: IncidentRow): string {
  return incident.incidentId
}
