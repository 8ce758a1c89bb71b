import { booleanPointInPolygon, circle, distance, point } from '@turf/turf'
import RBush from 'rbush'
import type { Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { applyFix, applyRegistryChange, createEngine } from '../../src/core/engine/engine.ts'
import type { LocationBan } from '../../src/core/model/registry.ts'
import { benchStartMs, type Country, createCountry, nextRound } from './country.ts'
import { row, section } from './report.ts'

/**
 * The evaluator alone, in process: fixes per second, nanoseconds per fix, heap per order,
 * against two plain baselines.
 */
export function benchEvaluator(options: {
  readonly orderCount: number
  readonly roundCount: number
  readonly seed: number
}): void {
  section(
    `Evaluator alone: ${options.orderCount} orders, 1–3 bans each, half with a victim (seed ${options.seed})`,
  )
  const country = createCountry(options)
  const heapBefore = heapBytes()
  const engine = createEngine(defaultLimits)
  for (const change of country.changes) applyRegistryChange(engine, change, benchStartMs)
  const heapRegistered = heapBytes()

  const warm = nextRound(country, 0)
  for (const fix of warm) applyFix(engine, fix)
  let effectCount = 0
  let elapsedMs = 0
  let fixCount = 0
  const sample: Fix[] = []
  const judgeRounds = (firstRound: number, arrange: (fixes: Fix[]) => Fix[]): number => {
    elapsedMs = 0
    fixCount = 0
    for (let round = firstRound; round < firstRound + options.roundCount; round += 1) {
      const fixes = arrange(nextRound(country, round))
      if (round === 1) sample.push(...fixes)
      const startedAt = performance.now()
      for (const fix of fixes) effectCount += applyFix(engine, fix).length
      elapsedMs += performance.now() - startedAt
      fixCount += fixes.length
    }
    return (elapsedMs * 1e6) / fixCount
  }
  const evaluatorNs = judgeRounds(1, (fixes) =>
    fixes.toSorted((left, right) => left.recordedAtMs - right.recordedAtMs),
  )
  const heapAfter = heapBytes()
  row('evaluator: belief, policy, episodes, pairs, silence; in order', evaluatorNs, evaluatorNs)
  // Half of the pairs then come the wrong way round, and their last stretch is judged again.
  const shuffledNs = judgeRounds(options.roundCount + 1, (fixes) => fixes)
  row('evaluator, the two of a pair out of order in half the cases', shuffledNs, evaluatorNs)
  const baselines = prepareBaselines(country)
  for (const [name, judge, count] of baselines) {
    const fixes = sample.slice(0, count)
    const startedAt = performance.now()
    let inside = 0
    for (const fix of fixes) inside += judge(fix)
    const ns = ((performance.now() - startedAt) * 1e6) / fixes.length
    row(`${name} (${inside} inside)`, ns, evaluatorNs)
  }
  process.stdout.write(
    `  ${2 * fixCount} fixes, ${effectCount} effects; heap per order: ${kib((heapRegistered - heapBefore) / options.orderCount)} registered, ${kib((heapAfter - heapBefore) / options.orderCount)} after ${options.roundCount + 1} fixes each\n`,
  )
}

type Baseline = readonly [name: string, judge: (fix: Fix) => number, fixCount: number]

/**
 * What a plain program would do: turf on the person's own bans, and one R-tree over
 * everybody's. No policy, no state.
 */
function prepareBaselines(country: Country): Baseline[] {
  const wearerOf = new Map(country.walkers.map((walker) => [walker.deviceId, walker.personId]))
  const shapes = new Map<string, TurfBan[]>()
  const tree = new RBush<TreeItem>()
  const items: TreeItem[] = []
  for (const [offenderId, bans] of country.bansOf) {
    const compiled = bans.map(toTurf)
    shapes.set(offenderId, compiled)
    for (const ban of compiled) items.push({ ...ban.box, offenderId, ban })
  }
  tree.load(items)
  const inside = (ban: TurfBan, fix: Fix): boolean =>
    ban.area.type === 'circle'
      ? distance([ban.area.longitude, ban.area.latitude], [fix.longitude, fix.latitude], {
          units: 'meters',
        }) <= ban.area.radiusMeters
      : booleanPointInPolygon(point([fix.longitude, fix.latitude]), ban.polygon)
  return [
    [
      'baseline: turf on own bans, containment only',
      (fix) =>
        (shapes.get(wearerOf.get(fix.deviceId) ?? '') ?? []).filter((ban) => inside(ban, fix))
          .length,
      20_000,
    ],
    [
      'baseline: one R-tree of all bans, owner filter, turf',
      (fix) => {
        const owner = wearerOf.get(fix.deviceId)
        return tree
          .search({
            minX: fix.longitude,
            minY: fix.latitude,
            maxX: fix.longitude,
            maxY: fix.latitude,
          })
          .filter((item) => item.offenderId === owner && inside(item.ban, fix)).length
      },
      20_000,
    ],
  ]
}

type Box = { minX: number; minY: number; maxX: number; maxY: number }
type TreeItem = Box & { offenderId: string; ban: TurfBan }
type TurfBan = { area: LocationBan['area']; polygon: ReturnType<typeof circle>; box: Box }

function toTurf(ban: LocationBan): TurfBan {
  const polygon =
    ban.area.type === 'circle'
      ? circle([ban.area.longitude, ban.area.latitude], ban.area.radiusMeters, {
          units: 'meters',
          steps: 64,
        })
      : ({ type: 'Feature', properties: {}, geometry: ban.area.geometry } as unknown as ReturnType<
          typeof circle
        >)
  const box: Box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity }
  for (const position of polygon.geometry.coordinates.flat()) {
    const [x, y] = position as [number, number]
    box.minX = Math.min(box.minX, x)
    box.maxX = Math.max(box.maxX, x)
    box.minY = Math.min(box.minY, y)
    box.maxY = Math.max(box.maxY, y)
  }
  return { area: ban.area, polygon, box }
}

function heapBytes(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`
}
