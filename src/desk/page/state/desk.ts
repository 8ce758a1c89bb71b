import { computed, signal } from '@preact/signals'
import type { Incident } from '../net/api.ts'
import { filterOf, noFilter, queryOf } from './filter-address.ts'
import { applyFilter, isShelved, listRows, type Filter, type Looked } from './incidents.ts'

/** What the page knows. Nothing here is kept when the page is closed. */
export const incidents = signal<ReadonlyMap<string, Incident>>(new Map())
export const listReadAtMs = signal<number | null>(null)
/** What was looked at on this page: the list may not know it yet. */
export const lookedHere = signal<Looked>(new Map())
export const filter = signal<Filter>(noFilter)

const allRows = computed(() => listRows(incidents.value.values(), lookedHere.value))
/** What is open, without what somebody has put aside for a while. */
export const rows = computed(() => allRows.value.filter((row) => !isShelved(row)))
export const shelvedRows = computed(() => allRows.value.filter(isShelved))
export const filtered = computed(() => applyFilter(rows.value, filter.value))

export type Connection = 'connecting' | 'live' | 'signed-out'
export const connection = signal<Connection>('connecting')

/** The last proof of life: the server's time in it, and this machine's own count then. */
export const beat = signal<{
  readonly serverMs: number
  readonly arrivedMs: number
  readonly trouble: Trouble | null
} | null>(null)
/** Who sits at the desk, with what open, and when people last acted on which alert. */
export const people = signal<readonly AtDesk[]>([])
export const actedAt = signal<ReadonlyMap<string, string>>(new Map())
export type AtDesk = {
  readonly id: string
  readonly name: string
  readonly incidentId: string | null
}

/** Since when more comes in than one person can answer; null: it does not. */
export const flood = signal<{ readonly since: string; readonly peak: number } | null>(null)

/** What the server says is wrong with it, in words of the contract. */
export type Trouble = 'database' | 'detection-behind' | 'disk-full'

export const startedMs = performance.now()

/** Ticks once a second; every age on the page reads it. */
export const tickMs = signal(performance.now())

/** The server's time, from the last beat: this machine's own clock may be wrong. */
export const nowMs = computed(() =>
  beat.value === null ? Date.now() : beat.value.serverMs + (tickMs.value - beat.value.arrivedMs),
)

/** Since when something happened that the list does not show yet; null when it shows all. */
export const unreadSinceMs = signal<number | null>(null)

/** A server that beats and does not answer is as dead to a desk as one that does neither. */
export const silentSeconds = computed(() => {
  const heardMs = Math.min(beat.value?.arrivedMs ?? startedMs, unreadSinceMs.value ?? Infinity)
  return Math.max(0, Math.floor((tickMs.value - heardMs) / 1_000))
})

/** Beats come every three seconds: three of them missed is no proof of life. */
export const deadAfterSeconds = 10
export const isDead = computed(
  () => isAtDesk.value !== false && silentSeconds.value >= deadAfterSeconds,
)

/** Whether who is signed in may see alerts; an administrator alone hears none. Null: not known. */
export const isAtDesk = signal<boolean | null>(null)

/** Where the page is: what stands behind the # of its address, without the filter of the list. */
export const address = signal(splitAddress().path)

/** What the address says of the filter counts; where it says nothing the filter stays as it is. */
export function followAddress(): void {
  const { path, query } = splitAddress()
  address.value = path
  if (query !== null) filter.value = filterOf(query, filter.peek().search)
  keepFilterInAddress()
}

/** So that a reload or the way back shows the same list. It never leaves the browser. */
export function keepFilterInAddress(): void {
  const path = address.value
  const isDesk = path === '' || path === '/' || /^\/(incidents|alerts)\//.test(path)
  const query = isDesk ? queryOf(filter.value) : ''
  if (query === (splitAddress().query ?? '')) return
  const hash = query === '' ? `#${path || '/'}` : `#${path || '/'}?${query}`
  history.replaceState(history.state, '', hash)
}

function splitAddress(): { readonly path: string; readonly query: string | null } {
  const [path = '', query = null] = location.hash.slice(1).split('?')
  return { path, query }
}

/** The open incident, by the address of the page. */
export const openIncidentId = computed(
  () => /^\/incidents\/([0-9a-f-]{36})$/.exec(address.value)?.[1] ?? null,
)

/** One alert of before, by its own address. */
export const pastAlertId = computed(
  () => /^\/alerts\/([0-9a-f-]{36})$/.exec(address.value)?.[1] ?? null,
)

export function openIncident(id: string | null): void {
  location.hash = id === null ? '#/' : `#/incidents/${id}`
}
