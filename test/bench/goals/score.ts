import type { Effect } from '../../../src/core/model/alert.ts'
import { exactMeters, isExactlyInside, metersToBorder, offendersByVictim } from './exact-truth.ts'
import { separationMeters, type Round, type Workload } from './workload.ts'

/** A stretch of time for which an alert stands, from what happened to what ended it. */
export type Stay = { readonly fromMs: number; readonly toMs: number }

/** By rule: `OFFENDER aAREA` or `OFFENDER vVICTIM`. */
export type Stays = ReadonlyMap<string, readonly Stay[]>

export type Score = {
  /** Readings that leave no doubt: two in a row, both further in than they are unsure. */
  readonly sure: number
  readonly missed: number
  readonly alerts: number
  /** Alerts in which nobody was ever exactly inside, or within the distance. */
  readonly invented: number
}

/**
 * Compares alerts with the exact truth. What lies between, one reading or one too near the border
 * to tell, is the policy's to decide and neither counted as right nor as wrong.
 */
export function score(workload: Workload, rounds: readonly Round[], stays: Stays): Score {
  const readings = readAll(workload, rounds)
  let sure = 0
  let missed = 0
  for (const [rule, list] of readings) {
    const known = stays.get(rule) ?? []
    for (const [at, reading] of list.entries()) {
      const before = list[at - 1]
      if (before === undefined || reading.atMs - before.atMs > 60_000) continue
      if (!(reading.isSure && before.isSure)) continue
      sure += 1
      const isCovered = ({ fromMs, toMs }: Stay): boolean =>
        fromMs <= reading.atMs && toMs > reading.atMs
      if (!known.some(isCovered)) missed += 1
    }
  }
  let alerts = 0
  let invented = 0
  for (const [rule, list] of stays) {
    for (const { fromMs, toMs } of list) {
      alerts += 1
      const isReal = ({ isIn, atMs }: Reading): boolean => isIn && atMs >= fromMs && atMs <= toMs
      if (!(readings.get(rule) ?? []).some(isReal)) invented += 1
    }
  }
  return { sure, missed, alerts, invented }
}

/** The breaches that effects raise and end, by the rule that `ruleOf` names. */
export function staysOf(effects: readonly Effect[]): Stays {
  const open = new Map<string, { fromMs: number; toMs: number }>()
  const stays = new Map<string, Stay[]>()
  for (const effect of effects) {
    if (effect.type === 'alert-raised') {
      const { alert } = effect
      const isBreach = ['location-ban-breach', 'proximity-breach'].includes(alert.kind)
      const ban = /^(?:ban|pair)-(\d+):(\d+)$/.exec(
        alert.locationBanId ?? alert.proximityBanId ?? '',
      )
      if (!isBreach || ban === null) continue
      const stay = { fromMs: alert.occurredAtMs, toMs: Infinity }
      open.set(alert.id, stay)
      addStay(stays, `${ban[1]} ${alert.locationBanId === null ? 'v' : 'a'}${ban[2]}`, stay)
    } else if (effect.type === 'alert-ended') {
      const stay = open.get(effect.alertId)
      if (stay !== undefined) stay.toMs = effect.clearedAtMs
    } else if (effect.type === 'alert-revised' && effect.revision.kind === 'reopened') {
      const stay = open.get(effect.alertId)
      if (stay !== undefined) stay.toMs = Infinity
    }
  }
  return stays
}

export function addStay(stays: Map<string, Stay[]>, rule: string, stay: Stay): void {
  const list = stays.get(rule)
  if (list === undefined) stays.set(rule, [stay])
  else list.push(stay)
}

type Reading = { readonly atMs: number; readonly isIn: boolean; readonly isSure: boolean }
type Seen = { readonly x: number; readonly y: number; readonly accuracyMeters: number }

/** Twice the radius that holds two thirds: three standard deviations in each direction. */
const doubtFactor = 2

function readAll(workload: Workload, rounds: readonly Round[]): Map<string, Reading[]> {
  const readings = new Map<string, Reading[]>()
  const places = new Map<number, Seen>()
  const offendersOf = offendersByVictim(workload)
  const add = (rule: string, reading: Reading): void => {
    const list = readings.get(rule)
    if (list === undefined) readings.set(rule, [reading])
    else list.push(reading)
  }
  for (const round of rounds) {
    for (const [at, device] of round.device.entries()) {
      const accuracyMeters = round.accuracyMeters[at] ?? 0
      const seen = { x: round.x[at] ?? 0, y: round.y[at] ?? 0, accuracyMeters }
      const atMs = round.atMs[at] ?? 0
      places.set(device, seen)
      const order = workload.orders[device]
      for (const area of order?.areas ?? []) {
        add(`${device} a${area}`, readArea(workload.rings[area] ?? new Int32Array(), seen, atMs))
      }
      const pairs =
        order === undefined
          ? (offendersOf[device - workload.offenderCount] ?? []).map((offender) => ({
              rule: `${offender} v${device - workload.offenderCount}`,
              other: places.get(offender),
            }))
          : order.victims.map((victim) => ({
              rule: `${device} v${victim}`,
              other: places.get(workload.offenderCount + victim),
            }))
      for (const { rule, other } of pairs) {
        if (other !== undefined) add(rule, readPair(seen, other, atMs))
      }
    }
  }
  return readings
}

function readArea(ring: Int32Array, seen: Seen, atMs: number): Reading {
  if (!isExactlyInside(ring, seen.x, seen.y)) return { atMs, isIn: false, isSure: false }
  const depthMeters = metersToBorder(ring, seen.x, seen.y)
  return { atMs, isIn: true, isSure: depthMeters > doubtFactor * seen.accuracyMeters }
}

function readPair(one: Seen, other: Seen, atMs: number): Reading {
  const meters = exactMeters(one.x, one.y, other.x, other.y)
  // Each may have gone on since the other was seen, at the speed of a car for an interval.
  const doubtMeters = doubtFactor * (one.accuracyMeters + other.accuracyMeters) + 100
  const isIn = meters <= separationMeters
  return { atMs, isIn, isSure: meters + doubtMeters < separationMeters }
}
