import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { createRandom } from '../../src/replay/seeded-random.ts'
import { replayScenario } from '../../src/replay/replay.ts'
import { packScenario } from '../../src/replay/scenario.ts'
import type { Scenario } from '../../src/replay/scenario.ts'
import { generateTown, stagePlan } from '../../lab/town/town.ts'

const startMs = Date.UTC(2026, 2, 10, 8)
const town = generateTown(11, stagePlan(startMs))

function linesOf(scenario: Scenario, untilMs: number | null = town.endMs): readonly string[] {
  const lines = replayScenario(packScenario(scenario), defaultLimits, untilMs, () => {})
  return [...lines].map((line) => JSON.stringify(line))
}

describe('a replay', () => {
  it('a replay prints the same bytes every time', () => {
    expect(linesOf(town.scenario)).toEqual(linesOf(town.scenario))
  })

  it('a replay does not depend on the order of the file, only on receipt', () => {
    const random = createRandom(9)
    // Fixes received in the same millisecond keep the order of the file, so
    // that order is kept here too.
    const byMoment = Map.groupBy(town.scenario.fixes, ({ receivedAtMs }) => receivedAtMs)
    const moments = [...byMoment.values()].map((group) => ({ group, key: random.next() }))
    const fixes = moments
      .toSorted((one, other) => one.key - other.key)
      .flatMap(({ group }) => group)
    expect(linesOf({ ...town.scenario, fixes })).toEqual(linesOf(town.scenario))
  })

  it('a replay finds the same alerts when every fix comes twice', () => {
    const twice = { ...town.scenario, fixes: town.scenario.fixes.flatMap((fix) => [fix, fix]) }
    expect(linesOf(twice)).toEqual(linesOf(town.scenario))
  })

  it('a replay stops its clock at --until and has seen nothing after it', () => {
    const untilMs = startMs + 60_000
    const before = linesOf(town.scenario, untilMs).map(
      (line) => JSON.parse(line) as { raisedAt: string },
    )
    expect(before.length).toBeGreaterThan(0)
    expect(before.every(({ raisedAt }) => Date.parse(raisedAt) <= untilMs)).toBe(true)
  })

  it('a replay lets a silence fall due after the last line', () => {
    const fixes = town.scenario.fixes.filter(({ receivedAtMs }) => receivedAtMs < startMs + 30_000)
    const scenario = { ...town.scenario, fixes, deviceEvents: [] }
    const silences = (untilMs: number | null): number =>
      linesOf(scenario, untilMs).filter((line) => line.includes('-silent"')).length
    expect(silences(null)).toBe(0)
    expect(silences(startMs + 600_000)).toBeGreaterThan(0)
  })

  it('a replay names an alert once, and says how it ended in the contract’s shape', () => {
    const lines = linesOf(town.scenario).map((line) => JSON.parse(line) as Record<string, unknown>)
    const raised = lines.filter(({ event }) => event === 'raised')
    expect(new Set(raised.map(({ id }) => id)).size).toBe(raised.length)
    const ended = lines.find(
      ({ event, kind }) => event === 'ended' && kind === 'location-ban-breach',
    )
    expect(ended).toMatchObject({ priority: 'P1', status: 'open', clearedAt: expect.any(String) })
  })

  it('a replay says of each line when it was reported', () => {
    const lines = linesOf(town.scenario).map((line) => JSON.parse(line) as Record<string, string>)
    const times = lines.map(({ at }) => Date.parse(at ?? ''))
    expect(times).toEqual(times.toSorted((one, other) => one - other))
    const raised = lines.filter(({ event }) => event === 'raised')
    expect(
      raised.every(({ at, raisedAt }) => Date.parse(at ?? '') >= Date.parse(raisedAt ?? '')),
    ).toBe(true)
    expect(new Set(lines.map(({ event }) => event))).toContain('ended')
  })

  it('a replay jumps over ten empty years, and misses nothing that the registry says of them', () => {
    const [first] = town.scenario.fixes
    if (first === undefined) throw new Error('the town has no fix')
    const earlyMs = startMs - 3_652 * 86_400_000
    const early = { ...first, recordedAtMs: earlyMs, receivedAtMs: earlyMs }
    const orders = town.scenario.registry.protectionOrders
    const [order] = orders
    if (order === undefined) throw new Error('the town has no order')
    const validUntilMs = earlyMs + 1_000 * 86_400_000 + 12_345
    const old = { ...order, validFromMs: earlyMs, validUntilMs }
    const registry = {
      ...town.scenario.registry,
      deviceAssignments: town.scenario.registry.deviceAssignments.map((assignment) => {
        return { ...assignment, validFromMs: earlyMs }
      }),
      protectionOrders: [old, ...orders.slice(1)],
    }
    const startedAtMs = performance.now()
    const fixes = [early, ...town.scenario.fixes.slice(0, 5)]
    const lines = linesOf({ ...town.scenario, registry, fixes, deviceEvents: [] }, startMs)
    expect(performance.now() - startedAtMs).toBeLessThan(5_000)
    const endings = lines
      .map((line) => JSON.parse(line) as Record<string, string>)
      .filter(({ kind, protectionOrderId }) => {
        return kind === 'order-ending' && protectionOrderId === old.id
      })
    expect(endings[0]?.['event']).toBe('raised')
    const [reminder] = defaultLimits.orderEndingSteps
    expect(Date.parse(endings[0]?.['at'] ?? '')).toBe(validUntilMs - (reminder?.beforeMs ?? 0))
  })

  it('a replay of no positions at all still runs the clock of the orders', () => {
    const empty = { ...town.scenario, fixes: [], deviceEvents: [] }
    expect(linesOf(empty, startMs + 3_600_000).length).toBeGreaterThan(0)
  })
})
