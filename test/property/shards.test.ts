import { expect, it } from 'vitest'
import {
  advanceTo,
  applyDeviceEvent,
  applyFix,
  applyHeard,
  applyOutage,
  applyRegistryChange,
  createEngine,
  rejudge,
  rejudgeLookbackMs,
  takeSnapshots,
} from '../../src/core/engine/engine.ts'
import type { Snapshot } from '../../src/core/engine/engine-snapshots.ts'
import type { Effect } from '../../src/core/model/alert.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { createShards, type Shards } from '../../src/core/shards/shards.ts'
import { joinInTown, type Raised } from './joined-town.ts'
import { createRandom } from './random.ts'
import { isOwnSeed, runsOr, seedOr } from './seed.ts'
import { bornMs, makeTown, type Item, type Town } from './town.ts'

const runs = runsOr(1)
const firstSeed = seedOr(1)
const stepMs = 60_000
const limits = { ...defaultLimits, vendorSilentDeviceCountMin: 3 }

it('one engine, two shards and four find the same, input by input', () => {
  const found = new Set<string>()
  let moveCount = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    moveCount += playInShards(makeTown(createRandom(seed)), `seed ${seed}`, found)
  }
  if (!isOwnSeed()) return
  for (const kind of [
    'location-ban-breach',
    'proximity-breach',
    'device-silent',
    'vendor-silent',
    'panic',
    'protection-degraded',
  ]) {
    expect([...found]).toContain(kind)
  }
  expect(moveCount).toBeGreaterThan(0)
}, 900_000)

it('they do where groups become one in the middle of what goes on', () => {
  const found = new Set<string>()
  let moveCount = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const town = makeTown(random)
    const alerts = play(town, asDoors()).steps.flatMap(({ effects }) => effects.flatMap(asRaised))
    moveCount += playInShards(joinInTown(town, alerts, random), `joined, seed ${seed}`, found)
  }
  if (!isOwnSeed()) return
  for (const kind of ['location-ban-breach', 'device-silent', 'vendor-silent']) {
    expect([...found]).toContain(kind)
  }
  expect(moveCount).toBeGreaterThan(1)
}, 900_000)

function asRaised(effect: Effect): Raised[] {
  if (effect.type !== 'alert-raised') return []
  const { offenderId, learnedAtMs } = effect.alert
  return offenderId === null ? [] : [{ offenderId, learnedAtMs }]
}

/** Adds what was found to `found`; answers how many cases went to another shard. */
function playInShards(town: Town, name: string, found: Set<string>): number {
  const whole = play(town, asDoors())
  for (const { effects } of whole.steps) for (const effect of effects) found.add(kindOf(effect))
  const inOrder: (readonly Effect[])[] = []
  let moveCount = 0
  for (const shardCount of [2, 4]) {
    const shards = createShards(limits, shardCount)
    const parted = play(town, {
      ...shards,
      applyRegistryChange(change, nowMs) {
        const before = listPlaces(shards)
        const effects = shards.applyRegistryChange(change, nowMs)
        const after = listPlaces(shards)
        for (const [id, place] of before) if (after.get(id) !== place) moveCount += 1
        return effects
      },
    })
    const told = `${name}, ${shardCount} shards`
    for (const [index, step] of whole.steps.entries()) {
      const other = parted.steps[index]?.effects ?? []
      expect({ name: step.name, effects: asSet(other) }, told).toEqual({
        name: step.name,
        effects: asSet(step.effects),
      })
      // In one order, however many shards there are.
      expect(other, told).toEqual((inOrder[index] ??= other))
    }
    expect(parted.cases, told).toEqual(whole.cases)
  }
  return moveCount
}

/** In which shard each offender is judged. */
function listPlaces({ engines }: Shards): ReadonlyMap<string, number> {
  return new Map(
    engines.flatMap(({ dossiers }, shard) =>
      Array.from(dossiers.values(), ({ offenderId }) => [offenderId, shard] as const),
    ),
  )
}

/** One engine, by the same doors. */
function asDoors(): Doors {
  const engine = createEngine(limits)
  return {
    applyRegistryChange: (change, nowMs) => applyRegistryChange(engine, change, nowMs),
    applyFix: (fix) => applyFix(engine, fix),
    applyDeviceEvent: (event) => applyDeviceEvent(engine, event),
    applyHeard: (heard) => applyHeard(engine, heard),
    applyOutage: (outage) => applyOutage(engine, outage),
    advanceTo: (nowMs) => advanceTo(engine, nowMs),
    rejudge: (...stretch) => rejudge(engine, ...stretch),
    takeSnapshots: (isEverything) => [takeSnapshots(engine, isEverything)],
  }
}

type Doors = Omit<Shards, 'engines'>
type Step = { readonly name: string; readonly effects: readonly Effect[] }
type Played = { readonly steps: readonly Step[]; readonly cases: readonly Snapshot[] }

function play({ registry, items, endMs }: Town, doors: Doors): Played {
  const steps: Step[] = []
  const stored: Extract<Item, { type: 'fix' }>['fix'][] = []
  const judgeAgain = (effects: readonly Effect[], nowMs: number): Effect[] =>
    effects.flatMap((effect) => {
      if (effect.type !== 'rejudge-needed') return [effect]
      const fromMs = effect.fromMs - rejudgeLookbackMs(limits)
      const stretch = stored.filter((fix) => fix.recordedAtMs >= fromMs)
      return [effect, ...doors.rejudge(effect.offenderId, stretch, effect.fromMs, nowMs)]
    })
  for (const change of registry) doors.applyRegistryChange(change, bornMs)
  let clockMs = bornMs
  const passUntil = (untilMs: number): void => {
    for (; clockMs <= untilMs; clockMs += stepMs) {
      const effects = judgeAgain(doors.advanceTo(clockMs), clockMs)
      steps.push({ name: `at ${clockMs}`, effects })
    }
  }
  for (const [index, item] of items.entries()) {
    passUntil(item.atMs)
    if (item.type === 'fix') stored.push(item.fix)
    const effects = judgeAgain(take(doors, item), item.atMs)
    steps.push({ name: `${index} ${item.type}`, effects })
  }
  passUntil(endMs)
  const cases = doors
    .takeSnapshots(true)
    .flat()
    .filter(({ scope }) => scope !== 'watch')
    .map(({ scope, state }) => ({ scope, state: withoutOrder(withoutNumbers(state)) }))
  return { steps, cases: cases.toSorted((one, other) => (one.scope < other.scope ? -1 : 1)) }
}

/** Episodes are counted as they are found, and found again where a case was put together anew. */
function withoutNumbers(state: string): string {
  return state.replaceAll(/"(?:id|episodeId|nextEpisodeId)":-?\d+|"episodeIds":\[[^\]]*\]/g, '')
}

function take(doors: Doors, item: Item): Effect[] {
  switch (item.type) {
    case 'fix':
      return doors.applyFix(item.fix)
    case 'event':
      return doors.applyDeviceEvent(item.event)
    case 'heard':
      return doors.applyHeard(item.heard)
    case 'outage':
      doors.applyOutage(item.outage)
      return []
    case 'change':
      return doors.applyRegistryChange(item.change, item.atMs)
  }
}

/** Of what ended in one moment, of which a heap says what comes first. */
function withoutOrder(state: string): string {
  return state.replaceAll(/"(goingOn|over)":\[([^\]]*)\]/g, (_, name, list: string) => {
    return `${name} ${list.split(',').toSorted().join(' ')}`
  })
}

function kindOf(effect: Effect): string {
  return effect.type === 'alert-raised' ? effect.alert.kind : effect.type
}

function asSet(effects: readonly Effect[]): string[] {
  return effects.map((effect) => JSON.stringify(effect)).toSorted()
}
