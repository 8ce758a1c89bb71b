import assert from 'node:assert/strict'
import { alertTraits } from '../model/alert-kinds/alert-kinds.ts'
import type { AlertDraft, Effect } from '../model/alert.ts'
import type { Limits } from '../model/limits.ts'

/**
 * Gives each alert its incident: those of one offender whose matters overlap, or follow each other
 * closely, share the id of the first. An incident once given never changes, so the desk may group
 * by it. Raising an alert once more names it as before.
 */
export function nameIncidents(incidents: Incidents, effects: Effect[], limits: Limits): Effect[] {
  let named = effects
  for (const [at, effect] of effects.entries()) {
    switch (effect.type) {
      case 'alert-raised': {
        const incidentId = place(incidents, effect.alert, effects, limits)
        if (named === effects) named = effects.slice()
        named[at] = { ...effect, alert: { ...effect.alert, incidentId } }
        break
      }
      case 'alert-ended':
      case 'alert-revised':
        note(incidents, effect)
        break
      case 'alert-seen':
      case 'fix-disbelieved':
      case 'rejudge-needed':
    }
  }
  return named
}

export function createIncidents(): Incidents {
  return { byOffender: new Map(), stretchByAlert: new Map(), changed: new Set() }
}

/** Of those that differ from their last snapshot, each as JSON. */
export function takeIncidents(incidents: Incidents): { offenderId: string; state: string }[] {
  const taken = [...incidents.changed].map((offenderId) => {
    return { offenderId, state: stateOf(incidents, offenderId) }
  })
  incidents.changed.clear()
  return taken
}

/** Those of an offender who is judged elsewhere from now on, as JSON; null: there are none. */
export function takeOutIncidents(incidents: Incidents, offenderId: string): string | null {
  if (!incidents.byOffender.has(offenderId)) return null
  const state = stateOf(incidents, offenderId)
  strikeOf(incidents, offenderId)
  incidents.byOffender.delete(offenderId)
  incidents.changed.delete(offenderId)
  return state
}

function stateOf({ byOffender }: Incidents, offenderId: string): string {
  const stretches = (byOffender.get(offenderId) ?? []).map(
    ({ id, fromMs, untilMs, goingOn, over }) => ({ id, fromMs, untilMs, goingOn, over }),
  )
  return JSON.stringify({ version: stateVersion, stretches })
}

export function restoreIncidents(incidents: Incidents, offenderId: string, json: string): void {
  const { version, stretches } = JSON.parse(json) as { version: number; stretches: PackedStretch[] }
  assert.equal(version, stateVersion, 'a snapshot of incidents has the version this code writes')
  strikeOf(incidents, offenderId)
  const known = stretches.map((stretch) => ({ ...stretch, offenderId }))
  incidents.byOffender.set(offenderId, known)
  for (const stretch of known) {
    for (const alertId of listAlerts(stretch)) incidents.stretchByAlert.set(alertId, stretch)
  }
}

export type Incidents = {
  /** In the order in which they were learned. */
  readonly byOffender: Map<string, Stretch[]>
  /** Of every alert that one of these names. */
  readonly stretchByAlert: Map<string, Stretch>
  /** Offenders whose incidents differ from their last snapshot. */
  readonly changed: Set<string>
}

/** One incident of one offender. */
type Stretch = {
  readonly offenderId: string
  readonly id: string
  fromMs: number
  /** The end of what has ended of it. */
  untilMs: number
  /** Alerts whose matter has not ended. */
  goingOn: string[]
  over: string[]
}

type PackedStretch = Omit<Stretch, 'offenderId'>

const stateVersion = 1

/** Enough to name those again that a restart raises once more, and to find what is reopened. */
const overKeptMax = 64

function place(
  incidents: Incidents,
  alert: AlertDraft,
  effects: readonly Effect[],
  limits: Limits,
): string {
  const { id, offenderId } = alert
  // An order that ends is a matter of the calendar; it would tie together weeks.
  if (offenderId === null || alertTraits[alert.kind].lasts === 'until-a-date') return id
  const known = incidents.stretchByAlert.get(id)
  if (known !== undefined) return known.id
  const stretches = incidents.byOffender.get(offenderId) ?? []
  const fromMs = alert.occurredAtMs
  const untilMs = findEndMs(alert, effects)
  const near = stretches.filter((stretch) => isNear(stretch, fromMs, untilMs, limits))
  // What goes on comes before what is over, and of these the latest.
  const stretch: Stretch =
    near.reduce<Stretch | null>(laterOf, null) ?? begin(offenderId, id, fromMs)
  if (near.length === 0) {
    incidents.byOffender.set(offenderId, [...stretches, stretch])
    forget(incidents, offenderId, limits)
  }
  stretch.fromMs = Math.min(stretch.fromMs, fromMs)
  // Older than all that are kept, it is forgotten already.
  if (incidents.byOffender.get(offenderId)?.includes(stretch) === true) {
    incidents.stretchByAlert.set(id, stretch)
  }
  if (untilMs === Infinity) stretch.goingOn.push(id)
  else end(incidents, stretch, id, untilMs)
  incidents.changed.add(offenderId)
  return stretch.id
}

/** What is over longest is forgotten first. */
function forget(incidents: Incidents, offenderId: string, limits: Limits): void {
  const stretches = incidents.byOffender.get(offenderId) ?? []
  if (stretches.length <= limits.incidentKeptCountMax) return
  const oldest = stretches.reduce((one, other) => (laterOf(one, other) === one ? other : one))
  strike(incidents, oldest)
  incidents.byOffender.set(
    offenderId,
    stretches.filter((stretch) => stretch !== oldest),
  )
}

function strikeOf(incidents: Incidents, offenderId: string): void {
  for (const stretch of incidents.byOffender.get(offenderId) ?? []) strike(incidents, stretch)
}

function strike({ stretchByAlert }: Incidents, stretch: Stretch): void {
  for (const alertId of listAlerts(stretch)) stretchByAlert.delete(alertId)
}

function listAlerts({ goingOn, over }: Stretch): string[] {
  return [...goingOn, ...over]
}

function begin(offenderId: string, id: string, fromMs: number): Stretch {
  return { offenderId, id, fromMs, untilMs: fromMs, goingOn: [], over: [] }
}

/** Infinity while it goes on. */
function findEndMs(alert: AlertDraft, effects: readonly Effect[]): number {
  if (alertTraits[alert.kind].lasts !== 'until-it-ends') return alert.occurredAtMs
  for (const effect of effects) {
    if (effect.type === 'alert-ended' && effect.alertId === alert.id) return effect.clearedAtMs
  }
  return Infinity
}

function isNear(stretch: Stretch, fromMs: number, untilMs: number, limits: Limits): boolean {
  const { incidentGapMs } = limits
  return fromMs <= endOf(stretch) + incidentGapMs && untilMs >= stretch.fromMs - incidentGapMs
}

function endOf({ goingOn, untilMs }: Stretch): number {
  return goingOn.length > 0 ? Infinity : untilMs
}

function laterOf(one: Stretch | null, other: Stretch): Stretch {
  if (one === null) return other
  if (endOf(one) !== endOf(other)) return endOf(one) > endOf(other) ? one : other
  return one.fromMs >= other.fromMs ? one : other
}

/** What ended or was found to be otherwise; of alerts that are no longer remembered nothing. */
function note(incidents: Incidents, effect: Ended | Revised): void {
  const { alertId } = effect
  const stretch = incidents.stretchByAlert.get(alertId)
  if (stretch === undefined) return
  incidents.changed.add(stretch.offenderId)
  if (effect.type === 'alert-ended') {
    end(incidents, stretch, alertId, effect.clearedAtMs)
    return
  }
  const { revision } = effect
  switch (revision.kind) {
    case 'reopened':
      resume(stretch, alertId)
      return
    case 'part-of':
    case 'unsupported':
      end(incidents, stretch, alertId, stretch.untilMs)
      return
    case 'moved':
      stretch.fromMs = Math.min(stretch.fromMs, revision.occurredAtMs)
      return
    case 'repeated':
      if ('cause' in revision && revision.cause === 'lost-again') resume(stretch, alertId)
      stretch.untilMs = Math.max(stretch.untilMs, revision.recordedAtMs)
      return
    case 'priority':
  }
}

type Ended = Extract<Effect, { readonly type: 'alert-ended' }>
type Revised = Extract<Effect, { readonly type: 'alert-revised' }>

function resume(stretch: Stretch, alertId: string): void {
  stretch.over = stretch.over.filter((id) => id !== alertId)
  if (!stretch.goingOn.includes(alertId)) stretch.goingOn.push(alertId)
}

function end(incidents: Incidents, stretch: Stretch, alertId: string, untilMs: number): void {
  const { goingOn, over } = stretch
  const place = goingOn.indexOf(alertId)
  if (place !== -1) goingOn.splice(place, 1)
  // What went on was not over.
  if (place !== -1 || !over.includes(alertId)) over.push(alertId)
  stretch.untilMs = Math.max(stretch.untilMs, untilMs)
  if (over.length <= overKeptMax) return
  for (const forgotten of over.splice(0, over.length - overKeptMax)) {
    incidents.stretchByAlert.delete(forgotten)
  }
}
