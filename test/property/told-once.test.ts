import { expect, it } from 'vitest'
import {
  advanceTo,
  applyDeviceEvent,
  applyFix,
  applyHeard,
  applyOutage,
  applyRegistryChange,
  createEngine,
  listAwaited,
  rejudge,
  rejudgeLookbackMs,
  takeSnapshots,
} from '../../src/core/engine/engine.ts'
import type { Engine } from '../../src/core/engine/engine-state.ts'
import type { Effect } from '../../src/core/model/alert.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { createReadAgain } from '../../src/ingest/evaluator/read-again.ts'
import { createRandom } from './random.ts'
import type { Random } from './random.ts'
import { bringWindows, layAsleep, type Learned, type Saved } from './restart-story.ts'
import { isOwnSeed, runsOr, seedOr } from './seed.ts'
import { bornMs, makeTown, type Item, type Town } from './town.ts'
import { troubleTown } from './troubled-town.ts'

const runs = runsOr(4)
const firstSeed = seedOr(1)
const limits = { ...defaultLimits, vendorSilentDeviceCountMin: 3 }

it('what an engine takes to be told stands at the desk, whatever is changed, and after restarts', () => {
  const kinds = new Set<string>()
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const town = troubleTown(makeTown(random), random)
    const played = new Played(town)
    played.play(random)
    expect(played.desk.faults, `seed ${seed}`).toEqual([])
    for (const kind of played.desk.kinds) kinds.add(kind)
  }
  if (!isOwnSeed()) return
  for (const kind of [
    'order-ending',
    'order-without-device',
    'protection-degraded',
    'device-silent',
    'device-tamper',
    'vendor-silent',
    'position-unreliable',
    'battery-low',
    'location-ban-breach',
    'proximity-breach',
  ]) {
    expect([...kinds]).toContain(kind)
  }
}, 900_000)

/** One engine after the other, and what the desk sees of all of them. */
class Played {
  readonly desk = new Desk()
  private readonly town: Town
  private readonly learned: Learned[] = []
  private readonly store: Fix[] = []
  private engine = createEngine(limits)
  private clockMs = bornMs
  private saved: Checkpoint
  constructor(town: Town) {
    this.town = town
    for (const change of town.registry) {
      this.learned.push({ change, learnedAtMs: bornMs })
      applyRegistryChange(this.engine, change, bornMs)
    }
    this.saved = this.save(0)
  }

  play(random: Random): void {
    const { items, endMs } = this.town
    for (const [index, item] of items.entries()) {
      // The clock may be ahead of what comes in.
      this.pass(item.atMs + (random.chance(0.3) ? random.integer(0, 4_000) : 0), random)
      this.take(item)
      if (item.type === 'change') this.learned.push({ change: item.change, learnedAtMs: item.atMs })
      this.desk.check(this.engine)
      if (random.chance(0.01)) this.saved = this.save(index + 1)
      if (random.chance(0.005)) this.restart(index + 1)
    }
    this.pass(endMs, random)
  }

  private pass(untilMs: number, random: Random): void {
    while (this.clockMs < untilMs) {
      this.clockMs = Math.min(untilMs, this.clockMs + random.integer(1, 60) * 1_000)
      this.note(advanceTo(this.engine, this.clockMs), this.clockMs)
      this.desk.check(this.engine)
    }
  }

  private take(item: Item): void {
    if (item.type === 'fix') this.store.push(item.fix)
    this.note(take(this.engine, item), item.atMs)
  }

  private save(place: number): Checkpoint {
    const snapshots = takeSnapshots(this.engine, true)
    return { snapshots, place, learnedCount: this.learned.length, clockMs: this.clockMs }
  }

  /**
   * From what was saved last, and what came in since: time is then what that says, and of what
   * follows only what goes on is told again.
   */
  private restart(place: number): void {
    const { snapshots, learnedCount, clockMs } = this.saved
    this.engine = layAsleep(this.learned.slice(0, learnedCount), snapshots, clockMs, limits)
    const windows = new Map(snapshots.map(({ scope, state }) => [scope, state]))
    bringWindows(this.engine, listAwaited(this.engine, null), windows)
    this.desk.noteRestart(this.engine)
    const readAgain = createReadAgain()
    for (const item of this.town.items.slice(this.saved.place, place)) {
      for (const judge of [() => advanceTo(this.engine, item.atMs), () => take(this.engine, item)])
        readAgain.note(this.withStretches(judge(), item.atMs))
    }
    this.note(readAgain.take(), this.clockMs)
    this.note(advanceTo(this.engine, this.clockMs), this.clockMs)
    this.desk.check(this.engine)
  }

  private note(effects: readonly Effect[], nowMs: number): void {
    for (const effect of this.withStretches(effects, nowMs)) this.desk.note(effect)
  }

  /** What comes out of old stretches, instead of that they are to be judged. */
  private withStretches(effects: readonly Effect[], nowMs: number): Effect[] {
    return effects.flatMap((effect): Effect[] => {
      if (effect.type !== 'rejudge-needed') return [effect]
      const fromMs = effect.fromMs - rejudgeLookbackMs(limits)
      const stretch = this.store.filter(({ recordedAtMs }) => recordedAtMs >= fromMs)
      const again = rejudge(this.engine, effect.offenderId, stretch, effect.fromMs, nowMs)
      return this.withStretches(again, nowMs)
    })
  }
}

type Checkpoint = {
  readonly snapshots: Saved
  readonly place: number
  readonly learnedCount: number
  readonly clockMs: number
}

function take(engine: Engine, item: Item): Effect[] {
  switch (item.type) {
    case 'fix':
      return applyFix(engine, item.fix)
    case 'event':
      return applyDeviceEvent(engine, item.event)
    case 'heard':
      return applyHeard(engine, item.heard)
    case 'outage':
      applyOutage(engine, item.outage)
      return []
    case 'change':
      return applyRegistryChange(engine, item.change, item.atMs)
  }
}

/**
 * What whoever saves the effects shows: an id that is there already is taken for the same alert.
 * One that ended and is raised again goes on (`raised-again.ts`), which is meant for memory that
 * was lost: of what was raised since the last restart it would hide that an id was used twice.
 */
class Desk {
  readonly faults: string[] = []
  private readonly alerts = new Map<string, Shown>()
  private readonly reported = new Set<string>()
  readonly kinds = new Set<string>()

  note(effect: Effect): void {
    if (effect.type === 'alert-raised') {
      const known = this.alerts.get(effect.alert.id)
      this.kinds.add(effect.alert.kind)
      const { id, kind, learnedAtMs } = effect.alert
      if (known === undefined) this.alerts.set(id, { kind, ...justRaised })
      else if (known.isBefore && learnedAtMs > (known.endLearnedAtMs ?? Infinity)) {
        known.endLearnedAtMs = null
      } else if (known.isBefore) known.isReadAgain = true
      return
    }
    if (effect.type !== 'alert-ended' && effect.type !== 'alert-revised') return
    const known = this.alerts.get(effect.alertId)
    if (known === undefined) {
      this.faults.push(`${effect.alertId} is not known`)
      return
    }
    if (effect.type === 'alert-ended') known.endLearnedAtMs = effect.learnedAtMs
    else if (isReopening(effect.revision)) known.endLearnedAtMs = null
  }

  noteRestart(engine: Engine): void {
    for (const known of this.alerts.values()) known.isBefore = true
    for (const [, id] of listTold(engine)) {
      const known = this.alerts.get(id)
      if (known !== undefined && known.endLearnedAtMs !== null) known.isReadAgain = true
    }
  }

  check(engine: Engine): void {
    for (const [what, id] of listTold(engine)) {
      const known = this.alerts.get(id)
      if (known !== undefined && (known.endLearnedAtMs === null || known.isReadAgain)) continue
      if (this.reported.has(id)) continue
      this.reported.add(id)
      const told = known === undefined ? 'never raised' : 'over'
      this.faults.push(`${what}: ${id} ${known?.kind} is ${told}`)
    }
  }
}

type Shown = {
  readonly kind: string
  /** Null while it goes on. */
  endLearnedAtMs: number | null
  /** It was raised before the last restart. */
  isBefore: boolean
  /**
   * What is read again begins before its end was learned: where it goes on by that, for rows say
   * what time it is then, its end was told all the same.
   */
  isReadAgain: boolean
}

const justRaised = { endLearnedAtMs: null, isBefore: false, isReadAgain: false } as const

function isReopening(revision: Extract<Effect, { type: 'alert-revised' }>['revision']): boolean {
  if (revision.kind === 'reopened') return true
  return revision.kind === 'repeated' && 'cause' in revision && revision.cause === 'lost-again'
}

function listTold({ watch, dossiers }: Engine): [string, string][] {
  const told: [string, string][] = []
  const add = (what: string, open: { readonly alertId: string } | null): void => {
    if (open !== null) told.push([what, open.alertId])
  }
  for (const device of watch.devices.values()) {
    add(`silence of ${device.id}`, device.silence)
    add(`held silence of ${device.id}`, device.heldSilence)
    add(`battery of ${device.id}`, device.battery)
    add(`clock of ${device.id}`, device.clockBehind)
    add(`link of ${device.id}`, device.link)
  }
  for (const person of watch.persons.values()) {
    add(`position of ${person.id}`, person.unreliable)
    for (const one of person.unplaced) add(`monitor of ${person.id}`, one)
  }
  for (const order of watch.orders.values()) {
    add(`no device of ${order.id}`, order.withoutDevice)
    add(`end of ${order.id}`, order.ending)
  }
  for (const pair of watch.pairs.values()) add(`pair ${pair.id}`, pair.degraded)
  for (const vendor of watch.vendors.values()) {
    add(`incident of ${vendor.id}`, vendor.incident)
    add(`flapping of ${vendor.id}`, vendor.flapping)
  }
  for (const dossier of dossiers.valuesAwake()) {
    for (const { alertId, episode } of dossier.reported.goingOn) {
      if (alertId !== null && !episode.isCovered) {
        told.push([`${episode.kind} of ${dossier.offenderId}`, alertId])
      }
    }
  }
  return told
}
