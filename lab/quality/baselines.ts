import type { BanShape } from '../../geo/ban-shape.ts'
import { compileCircle, compilePolygon } from '../../geo/ban-shape.ts'
import { containsPosition } from '../../geo/containment.ts'
import { distanceMeters } from '../../geo/distance.ts'
import type { AlertKind } from '../../src/core/model/alert.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import type { BanArea } from '../../src/core/model/registry.ts'
import { fixAt, rowsByReceipt } from '../../src/replay/fix-columns.ts'
import type { LoadedScenario } from '../../src/replay/scenario.ts'
import type { Told } from './trial.ts'

/**
 * What is commonly done: a fix inside the polygon, or two last positions within the distance, is
 * a breach, and one outside ends it. `filtered` drops fixes that claim worse than 50 m and asks
 * for two in a row, both ways.
 */
export function judgeByBaseline(scenario: LoadedScenario, rule: BaselineRule): Told[] {
  const wearers = new Map(
    scenario.registry.deviceAssignments.map(({ deviceId, personId }) => [deviceId, personId]),
  )
  const { bans, pairs } = listSubjects(scenario)
  const last = new Map<string, Fix>()
  const told: Told[] = []
  for (const row of rowsByReceipt(scenario.fixes)) {
    const fix = fixAt(scenario.fixes, row)
    const personId = wearers.get(fix.deviceId)
    if (personId === undefined || !isUsed(fix, rule)) continue
    last.set(personId, fix)
    for (const ban of bans) {
      if (ban.offenderId !== personId) continue
      const isInside = containsPosition(ban.shape, fix.longitude, fix.latitude)
      step(ban, fix, isInside, rule, told)
    }
    for (const pair of pairs) {
      if (pair.offenderId !== personId && pair.victimId !== personId) continue
      const other = last.get(pair.offenderId === personId ? pair.victimId : pair.offenderId)
      if (other === undefined || fix.recordedAtMs - other.recordedAtMs > lastPositionMsMax) continue
      const apartMeters = distanceMeters(
        fix.longitude,
        fix.latitude,
        other.longitude,
        other.latitude,
      )
      step(pair, fix, apartMeters <= pair.separationMeters, rule, told)
    }
  }
  return told
}

export type BaselineRule = {
  /** Fixes that claim worse are dropped; null takes all. */
  readonly accuracyMetersMax: number | null
  /** So many in a row open, and so many in a row end. */
  readonly inARowCount: number
}

export const rawRule: BaselineRule = { accuracyMetersMax: null, inARowCount: 1 }
export const filteredRule: BaselineRule = { accuracyMetersMax: 50, inARowCount: 2 }

/** A last position of the other person older than this is not compared with. */
const lastPositionMsMax = 300_000

type Watched = {
  readonly id: string
  readonly kind: AlertKind
  readonly offenderId: string
  openIndex: number | null
  inARow: number
  firstMs: number
}
type WatchedBan = Watched & { readonly shape: BanShape }
type WatchedPair = Watched & { readonly victimId: string; readonly separationMeters: number }

function listSubjects(scenario: LoadedScenario): { bans: WatchedBan[]; pairs: WatchedPair[] } {
  const bans: WatchedBan[] = []
  const pairs: WatchedPair[] = []
  for (const order of scenario.registry.protectionOrders) {
    const { offenderId } = order
    const idle = { offenderId, openIndex: null, inARow: 0, firstMs: 0 }
    for (const { id, area } of order.locationBans) {
      bans.push({ ...idle, id, kind: 'location-ban-breach', shape: compileArea(area) })
    }
    for (const { id, victimId, separationMeters } of order.proximityBans) {
      pairs.push({ ...idle, id, kind: 'proximity-breach', victimId, separationMeters })
    }
  }
  return { bans, pairs }
}

export function compileArea(area: BanArea): BanShape {
  return area.type === 'circle'
    ? compileCircle(area.longitude, area.latitude, area.radiusMeters)
    : compilePolygon(area.geometry)
}

function isUsed(fix: Fix, { accuracyMetersMax }: BaselineRule): boolean {
  return (
    accuracyMetersMax === null ||
    fix.accuracyMeters === null ||
    fix.accuracyMeters <= accuracyMetersMax
  )
}

function step(
  watched: Watched,
  fix: Fix,
  isInside: boolean,
  rule: BaselineRule,
  told: Told[],
): void {
  if (isInside === (watched.openIndex !== null)) {
    watched.inARow = 0
    return
  }
  if (watched.inARow === 0) watched.firstMs = fix.recordedAtMs
  watched.inARow++
  if (watched.inARow < rule.inARowCount) return
  watched.inARow = 0
  if (watched.openIndex === null) {
    watched.openIndex = told.length
    told.push({
      id: `${watched.id}#${told.length}`,
      kind: watched.kind,
      priority: 'P1',
      subjectId: watched.id,
      deviceId: null,
      offenderId: null,
      vendorId: null,
      occurredAtMs: watched.firstMs,
      raisedAtMs: fix.receivedAtMs,
      clearedAtMs: null,
      clears: [],
      reason: '',
    })
    return
  }
  const open = told[watched.openIndex]!
  const clearedAtMs = Math.max(open.occurredAtMs, watched.firstMs)
  told[watched.openIndex] = { ...open, clearedAtMs, clears: [clearedAtMs] }
  watched.openIndex = null
}
