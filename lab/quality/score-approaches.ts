import type { AlertKind } from '../../src/core/model/alert.ts'
import { isBanInForce } from '../../src/core/rules/schedule.ts'
import { fixAt } from '../../src/replay/fix-columns.ts'
import type { CaseTruth } from '../simulate/cases/case-stream.ts'
import { overlaps } from './score.ts'
import type { Told, Trial } from './trial.ts'

/**
 * True approaches of a minute and more, well within the band of a ban in force, of which a good
 * and undistorted fix of everybody concerned was sent; and how many of them were told, as an
 * approach or as what came of it.
 */
export function countApproaches(
  trial: Trial,
  truth: CaseTruth,
  told: readonly Told[],
): { readonly dueCount: number; readonly foundCount: number } {
  const rings = listRings(trial)
  const sent = listGoodFixes(trial, truth)
  let dueCount = 0
  let foundCount = 0
  for (const approach of truth.approaches) {
    const { startMs, endMs, nearestMeters } = approach
    const ring = rings.get(approach.locationBanId ?? approach.proximityBanId ?? '')
    if (ring === undefined || endMs - startMs < dueMs || !ring.isInForce(startMs)) continue
    if (nearestMeters > ring.meters - dueMeters) continue
    const isSeen = ring.personIds.every((personId) =>
      sent.get(personId)?.some((atMs) => atMs >= startMs && atMs <= endMs),
    )
    if (!isSeen) continue
    dueCount++
    const isFound = told.some(
      (alert) =>
        alert.subjectId === ring.banId &&
        ringKinds.has(alert.kind) &&
        overlaps(alert, approach, ring.toleranceMs),
    )
    if (isFound) foundCount++
  }
  return { dueCount, foundCount }
}

const dueMs = 60_000
const dueMeters = 100
const ringKinds: ReadonlySet<AlertKind> = new Set([
  'location-ban-approach',
  'location-ban-breach',
  'location-ban-passage',
  'proximity-approach',
  'proximity-breach',
])

type Ring = {
  readonly banId: string
  /** From the border of the area, or between the two people. */
  readonly meters: number
  /** Who must have been seen for it to be known. */
  readonly personIds: readonly string[]
  readonly toleranceMs: number
  readonly isInForce: (atMs: number) => boolean
}

function listRings({ scenario, subjects }: Trial): Map<string, Ring> {
  const rings = new Map<string, Ring>()
  for (const order of scenario.registry.protectionOrders) {
    const { offenderId } = order
    for (const ban of [...order.locationBans, ...order.proximityBans]) {
      rings.set(ban.id, {
        banId: ban.id,
        meters: ban.approachMeters,
        personIds: 'victimId' in ban ? [offenderId, ban.victimId] : [offenderId],
        toleranceMs: subjects.find(({ id }) => id === ban.id)?.toleranceMs ?? 0,
        isInForce: (atMs) => isBanInForce(ban, order, atMs),
      })
    }
  }
  return rings
}

/** When true fixes of 100 m or better were recorded, by wearer. */
function listGoodFixes({ scenario }: Trial, truth: CaseTruth): Map<string, number[]> {
  const { registry, fixes } = scenario
  const wearers = new Map(
    registry.deviceAssignments.map(({ deviceId, personId }) => [deviceId, personId]),
  )
  const sent = new Map<string, number[]>()
  for (let row = 0; row < fixes.count; row++) {
    const { deviceId, accuracyMeters, recordedAtMs } = fixAt(fixes, row)
    const personId = wearers.get(deviceId)
    if (personId === undefined || accuracyMeters === null || accuracyMeters > 100) continue
    const isDistorted = truth.distortions.some(
      (stretch) =>
        stretch.deviceId === deviceId &&
        recordedAtMs >= stretch.startMs &&
        recordedAtMs <= stretch.endMs,
    )
    if (isDistorted) continue
    const known = sent.get(personId)
    if (known === undefined) sent.set(personId, [recordedAtMs])
    else known.push(recordedAtMs)
  }
  return sent
}
