import { expect, it } from 'vitest'
import { advanceTo, applyRegistryChange } from '../../../src/core/engine/engine.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import { putIn, takeOut, type Part } from '../../../src/core/engine/hand-over.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import { applyAll, makeBan, makeEngine, makeFix, makeOrder } from '../engine-world.ts'
import { makePair, startMs } from '../engine-world.ts'

const ids = new Set(['offender', 'offender-device', 'offender-device-2'])
const bornMs = startMs - 3_600_000
const inside = [0, 30, 60].map((seconds) => makeFix(seconds, 0))
const away = Array.from({ length: 20 }, (_, minute) => makeFix(120 + 60 * minute, 9_000))

it('a case that goes to another engine goes on there as if it had always been judged there', () => {
  const { from, to, stayed } = handOver([makeOrder()], inside)
  expect([...to.changed]).toHaveLength(1)
  const told = applyAll(stayed, away)
  expect(told.map(({ type }) => type)).toContain('alert-ended')
  expect(applyAll(to, away)).toEqual(told)
  // Where it was, nothing is left of it.
  expect(from.dossiers.size()).toBe(0)
  expect(from.incidents.byOffender.size).toBe(0)
  expect(applyAll(from, away)).toEqual([])
  expect(advanceTo(from, startMs + 7_200_000)).toEqual([])
})

it('what comes late after that is judged from memory there too, also where the order was amended', () => {
  const wider = makeOrder({ version: 2, locationBans: [makeBan({ approachMeters: 800 })] })
  const { to, stayed } = handOver([makeOrder(), wider], [makeFix(-60, 9_000), ...away])
  const late = [makeFix(75, 0), makeFix(90, 0)].map((fix) => ({
    ...fix,
    receivedAtMs: startMs + 1_500_000,
  }))
  const told = applyAll(stayed, late)
  expect(told.map(({ type }) => type)).toContain('alert-raised')
  expect(told.map(({ type }) => type)).not.toContain('rejudge-needed')
  expect(applyAll(to, late)).toEqual(told)
})

it('a report that was held up puts off there too what the clock finds by it', () => {
  const permitted = { fromMs: bornMs, untilMs: startMs + 40_000, reason: 'visit' }
  const schedule = { timeZone: 'Europe/Amsterdam', weekly: null, exceptions: [permitted] } as const
  const order = makeOrder({ locationBans: [makeBan({ schedule })] })
  const heldUp = makeFix(0, 100, 0, { receivedAtMs: startMs + 41_000 })
  const { to, stayed } = handOver([order], [heldUp])
  const moments = [42, 50].map((seconds) => startMs + seconds * 1_000)
  const told = moments.map((atMs) => advanceTo(stayed, atMs))
  expect(told.map((effects) => effects.length)).toEqual([0, 1])
  expect(moments.map((atMs) => advanceTo(to, atMs))).toEqual(told)
})

it('cases that go together keep the order in which orders first named a person, however they are put together', () => {
  const [from, to] = [makeEngine({ orders: [] }), makeEngine({ orders: [] })]
  to.watch.share = { isOwn: () => false, isOfVendors: false, findSituation: null }
  const orders = ['neighbour', 'offender', 'earlier'].map((offenderId) =>
    makeOrder({ id: `order-${offenderId}`, offenderId, proximityBans: [makePair()] }),
  )
  // Known before the others, and names her after them.
  const [neighbours, offenders, named] = orders as [
    ProtectionOrder,
    ProtectionOrder,
    ProtectionOrder,
  ]
  const versions = [
    { ...named, proximityBans: [] },
    neighbours,
    offenders,
    { ...named, version: 2 },
  ]
  for (const protectionOrder of versions) {
    for (const engine of [from, to]) {
      applyRegistryChange(engine, { type: 'protection-order', protectionOrder }, bornMs)
    }
  }
  const naming = ['neighbour', 'offender', 'earlier']
  expect(listCases(from, 'victim')).toEqual(naming)
  const part = takeOut(from, new Set(['earlier', 'victim', 'offender', 'neighbour']))
  putIn(to, part, (id) =>
    versions.flatMap((order) => (order.offenderId === id ? [{ order, learnedAtMs: bornMs }] : [])),
  )
  expect(listCases(from, 'victim')).toEqual([])
  expect(listCases(to, 'victim')).toEqual(naming)
})

function listCases({ dossiers }: Engine, personId: string): string[] {
  return dossiers.membersOf(personId).map(({ dossier }) => dossier.offenderId)
}

/**
 * What was judged in one engine goes on in another; beside it one in which it stayed. A second
 * version of the order is learned at the start.
 */
function handOver(
  versions: readonly ProtectionOrder[],
  fixes: readonly Fix[],
): { from: Engine; to: Engine; stayed: Engine } {
  const [from, to, stayed] = [1, 2, 3].map(() => makeEngine({ orders: [] })) as [
    Engine,
    Engine,
    Engine,
  ]
  const none = { isOwn: () => false, isOfVendors: false, findSituation: null }
  const all = { ...none, isOwn: () => true }
  from.watch.share = all
  to.watch.share = none
  const learned = versions.map((order, at) => {
    return { order, learnedAtMs: at === 0 ? bornMs : startMs }
  })
  for (const { order, learnedAtMs } of learned) {
    const change = { type: 'protection-order', protectionOrder: order } as const
    for (const engine of [from, to, stayed]) applyRegistryChange(engine, change, learnedAtMs)
  }
  expect(to.dossiers.size()).toBe(0)
  expect(applyAll(from, fixes)).toEqual(applyAll(stayed, fixes))
  const part = JSON.parse(JSON.stringify(takeOut(from, ids))) as Part
  from.watch.share = none
  to.watch.share = all
  putIn(to, part, () => learned)
  return { from, to, stayed }
}
