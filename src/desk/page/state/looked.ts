import { effect } from '@preact/signals'
import { sayLook } from '../net/api.ts'
import { incidents, lookedHere, openIncidentId, rows } from './desk.ts'
import { lookOf, rankOf, type Look } from './incidents.ts'
import { me } from './session.ts'

/**
 * Tells the server what whoever sits here has looked at: no other page or seat of theirs calls it
 * new. What did not arrive is told again with the next list. A page that nobody sees looks at
 * nothing.
 */
export function keepLooked(): () => void {
  const stopForgetting = effect(() => {
    if (me.value !== null) lookedHere.value = new Map()
  })
  const look = (): void => {
    const row = rows.value.find(({ incident }) => incident.incidentId === openIncidentId.value)
    if (row === undefined || document.visibilityState !== 'visible') return
    const before = lookOf(row.incident, lookedHere.peek())
    // Once its newest alert is closed, what is left of it was told before what was looked at.
    const now = { atMs: Math.max(row.newestMs, before?.atMs ?? 0), rank: rankOf(row) }
    if (before?.atMs !== now.atMs || before.rank !== now.rank) tell(row.incident.incidentId, now)
  }
  const stopLooking = effect(look)
  const stopTelling = incidents.subscribe(tellAgain)
  document.addEventListener('visibilitychange', look)
  return () => {
    stopForgetting()
    stopLooking()
    stopTelling()
    document.removeEventListener('visibilitychange', look)
  }
}

const untold = new Set<string>()

function tell(incidentId: string, look: Look): void {
  lookedHere.value = new Map(lookedHere.peek()).set(incidentId, look)
  untold.delete(incidentId)
  const toldAt = new Date(look.atMs).toISOString()
  void sayLook({ incidentId, toldAt, rank: look.rank }).then(({ kind }) => {
    if (kind !== 'done') untold.add(incidentId)
  })
}

function tellAgain(): void {
  for (const id of untold) {
    const look = lookedHere.peek().get(id)
    if (look !== undefined && incidents.peek().has(id)) tell(id, look)
    else untold.delete(id)
  }
}
