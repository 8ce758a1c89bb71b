import { containsPosition } from '../../geo/containment.ts'
import type { BanArea } from '../../src/core/model/registry.ts'
import { fixAt, recordedAtMsOf } from '../../src/replay/fix-columns.ts'
import { compileArea } from './baselines.ts'
import type { Score } from './score.ts'
import { leastOf } from './lay-trials.ts'
import type { Subject, Told, Trial } from './trial.ts'
import { positionAt } from './truth-track.ts'

/**
 * What is shown of the worst cases: a few of each sort for each group, with what was near in time.
 */
export function collectExhibits(
  shelf: Exhibit[],
  trial: Trial,
  subject: Subject,
  score: Score,
  told: readonly Told[],
): void {
  const [missed] = score.missed
  const [wrong] = score.falseAlerts
  if (missed !== undefined) {
    add(shelf, 'missed', { trial, subject, told, startMs: missed.startMs, endMs: missed.endMs })
  }
  if (wrong !== undefined) {
    const endMs = Math.min(wrong.clearedAtMs ?? wrong.occurredAtMs, wrong.occurredAtMs + 600_000)
    add(shelf, 'false', { trial, subject, told, startMs: wrong.occurredAtMs, endMs })
  }
  if (score.repeats > 2) {
    const alerts = told.filter(({ subjectId }) => subjectId === subject.id)
    const fromMs = leastOf(alerts.map(({ occurredAtMs }) => occurredAtMs)) ?? 0
    add(shelf, 'repeated', { trial, subject, told, startMs: fromMs, endMs: fromMs + 3_600_000 })
  }
}

export type Exhibit = {
  readonly sort: 'missed' | 'false' | 'repeated'
  readonly group: Subject['group']
  readonly name: string
  readonly area: BanArea | null
  readonly atMs: number
  readonly truth: readonly Spot[]
  readonly fixes: readonly (Spot & {
    readonly accuracyMeters: number
    readonly isVictim: boolean
  })[]
  readonly alerts: readonly (Spot & { readonly text: string })[]
  readonly sentence: string
}

export type Spot = { readonly longitude: number; readonly latitude: number }

const exhibitsPerSort = 3
const marginMs = 420_000
const fixCountMax = 160
const truthStepMs = 5_000

/** What happened to whom, and everything that was told. */
type Shown = {
  readonly trial: Trial
  readonly subject: Subject
  readonly told: readonly Told[]
  readonly startMs: number
  readonly endMs: number
}

function add(shelf: Exhibit[], sort: Exhibit['sort'], shown: Shown): void {
  const { trial, subject, told, startMs, endMs } = shown
  const same = shelf.filter((item) => item.sort === sort && item.group === subject.group)
  if (same.length >= exhibitsPerSort) return
  const fromMs = startMs - marginMs
  const untilMs = endMs + marginMs
  const fixes = nearFixes(trial, subject, fromMs, untilMs)
  const alerts = told
    .filter(
      ({ subjectId, occurredAtMs }) =>
        subjectId === subject.id && occurredAtMs >= fromMs && occurredAtMs <= untilMs,
    )
    .flatMap((alert) => {
      const spot = nearest(fixes, alert.occurredAtMs)
      return spot === null ? [] : [{ ...spot, text: `${alert.priority} ${alert.kind}` }]
    })
  shelf.push({
    sort,
    group: subject.group,
    name: `${trial.name}, ${subject.id}`,
    area: findArea(trial, subject.id),
    atMs: startMs,
    truth: truthNear(trial, startMs - marginMs, endMs + marginMs),
    fixes,
    alerts,
    sentence: explain(sort, fixes, findArea(trial, subject.id), shown),
  })
}

function explain(
  sort: Exhibit['sort'],
  fixes: readonly NearFix[],
  area: BanArea | null,
  { told, subject, startMs, endMs }: Shown,
): string {
  const near = told.find(
    ({ subjectId, occurredAtMs }) =>
      subjectId === subject.id &&
      occurredAtMs >= startMs - marginMs &&
      occurredAtMs <= endMs + marginMs,
  )
  const what =
    near === undefined ? 'Nothing was told near it.' : `Told: ${near.kind}. ${near.reason}`
  const during = sort === 'missed' ? `${describeMissed(fixes, area, startMs, endMs)} ` : ''
  return `${during}${fixes.length} fixes within 7 minutes of it. ${what}`
}

/** What there was to find it by. */
function describeMissed(
  fixes: readonly NearFix[],
  area: BanArea | null,
  startMs: number,
  endMs: number,
): string {
  const during = fixes.filter(({ atMs }) => atMs >= startMs && atMs <= endMs)
  const seconds = Math.round((endMs - startMs) / 1000)
  const best = leastOf(during.map(({ accuracyMeters }) => accuracyMeters))
  const accuracy = best === null ? '' : `, the best of ${Math.round(best)} m`
  const shape = area === null ? null : compileArea(area)
  const inside =
    shape === null
      ? ''
      : `, ${during.filter((fix) => containsPosition(shape, fix.longitude, fix.latitude)).length} of them inside`
  return `A true episode of ${seconds} s, in which ${during.length} fixes were recorded${accuracy}${inside}.`
}

type NearFix = Exhibit['fixes'][number] & { readonly atMs: number }

function nearFixes(trial: Trial, subject: Subject, fromMs: number, untilMs: number): NearFix[] {
  const { fixes: columns, registry } = trial.scenario
  const order = registry.protectionOrders.find(
    ({ locationBans, proximityBans }) =>
      locationBans.some(({ id }) => id === subject.id) ||
      proximityBans.some(({ id }) => id === subject.id),
  )
  const victimId = order?.proximityBans.find(({ id }) => id === subject.id)?.victimId ?? null
  const wearers = new Map(registry.deviceAssignments.map((worn) => [worn.deviceId, worn.personId]))
  const near: NearFix[] = []
  for (let row = 0; row < columns.count; row++) {
    const atMs = recordedAtMsOf(columns, row)
    if (atMs < fromMs || atMs > untilMs) continue
    const { longitude, latitude, accuracyMeters, deviceId } = fixAt(columns, row)
    const personId = wearers.get(deviceId)
    if (personId !== order?.offenderId && personId !== victimId) continue
    near.push({
      atMs,
      longitude,
      latitude,
      accuracyMeters: accuracyMeters ?? 30,
      isVictim: personId === victimId,
    })
  }
  const stride = Math.max(1, Math.ceil(near.length / fixCountMax))
  return near.filter((_, index) => index % stride === 0)
}

function nearest(fixes: readonly NearFix[], atMs: number): Spot | null {
  let best: NearFix | null = null
  for (const fix of fixes) {
    if (best === null || Math.abs(fix.atMs - atMs) < Math.abs(best.atMs - atMs)) best = fix
  }
  return best
}

function truthNear({ truthTrack }: Trial, fromMs: number, untilMs: number): Spot[] {
  if (truthTrack === null) return []
  const spots: Spot[] = []
  const stepMs = Math.max(truthStepMs, (untilMs - fromMs) / 400)
  for (let atMs = fromMs; atMs <= untilMs; atMs += stepMs) {
    const spot = positionAt(truthTrack, atMs)
    if (spot !== null) spots.push(spot)
  }
  return spots
}

function findArea({ scenario }: Trial, banId: string): BanArea | null {
  for (const { locationBans } of scenario.registry.protectionOrders) {
    const ban = locationBans.find(({ id }) => id === banId)
    if (ban !== undefined) return ban.area
  }
  return null
}
