import { describe, expect, it } from 'vitest'
import { orderTypes } from '../../src/core/model/order-terms.ts'
import { legalBases, type LegalBasis } from '../../src/core/model/registry.ts'
import {
  actOfChange,
  baseAfter,
  mayAct,
  stateAt,
  type Life,
  type LifeAct,
  type LifeState,
} from '../../src/core/orders/order-life.ts'
import { ask, findRemindFrom, listReminders } from '../../src/core/orders/reminders.ts'
import { createRandom, type Random } from './random.ts'
import { runsOr, seedOr } from './seed.ts'

/** States in which nothing is watched for any more: a person decided each of them. */
const overStates: readonly LifeState[] = ['lifted', 'stopped', 'declined', 'closed']

const hour = 3_600_000
const day = 24 * hour

describe('orders that people forget, extend, suspend, and decide about late or never', () => {
  it('an order never lapses, ends or is closed without a recorded decision of a person, in 10,000 lives', () => {
    const seed = seedOr(20_261_126)
    const runs = runsOr(10_000)
    const seen = {
      lapsed: 0,
      undecided: 0,
      stopped: 0,
      lifted: 0,
      closed: 0,
      extended: 0,
      late: 0,
      rung: 0,
    }
    let askedCount = 0
    for (let run = 0; run < runs; run++) {
      const lived = live(createRandom(seed + run), `seed ${seed + run}`)
      askedCount += lived.askedCount
      for (const name of lived.seen) seen[name] += 1
    }
    process.stdout.write(
      `order lives: seed ${seed}, ${runs} lives, ${askedCount} reminders asked, ${JSON.stringify(seen)}\n`,
    )
    if (runs < 10_000) return
    // A run in which nobody forgets proves nothing.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(300)
  })
})

type World = {
  readonly random: Random
  readonly where: string
  readonly legalBasis: LegalBasis
  readonly startMs: number
  nowMs: number
  status: 'active' | 'suspended' | 'ended'
  validUntilMs: number
  extensionCount: number
  remindFromMs: number
  /** Since when its present end is known. */
  plannedMs: number
  base: Life['base'] | null
  /** What was done, and when; that somebody is on record for it, `stored-order-lives` asks. */
  readonly acts: { readonly act: LifeAct; readonly atMs: number }[]
  rows: Row[]
  askedCount: number
  /** The end about which people were called before it came. */
  rungEndMs: number | null
}
type Row = ReturnType<typeof listReminders>[number] & {
  readonly endsMs: number
  readonly audience: ReturnType<typeof listReminders>[number]['to']
  readonly askedCount: number
  readonly askAtMs: number
  readonly lastAskedMs: number | null
  readonly isAnswered: boolean
}
type Seen = 'lapsed' | 'undecided' | 'stopped' | 'lifted' | 'closed' | 'extended' | 'late' | 'rung'

function live(random: Random, where: string): { seen: Set<Seen>; askedCount: number } {
  const legalBasis = legalBases[random.integer(0, legalBases.length - 1)]!
  const startMs = Date.UTC(
    2026,
    random.integer(0, 11),
    random.integer(1, 28),
    random.integer(0, 23),
  )
  const lengthMs = between(random, hour, random.chance(0.5) ? 15 * day : 120 * day)
  const world: World = {
    random,
    where,
    legalBasis,
    startMs,
    // Known before it begins, while it runs, or after it was over.
    nowMs:
      startMs + between(random, -5 * day, 0.3 * lengthMs) + (random.chance(0.02) ? lengthMs : 0),
    status: 'active',
    validUntilMs: startMs + lengthMs,
    extensionCount: 0,
    remindFromMs: 0,
    plannedMs: 0,
    base: null,
    acts: [],
    rows: [],
    askedCount: 0,
    rungEndMs: null,
  }
  const seen = new Set<Seen>()
  record(world, 'impose')
  plan(world)
  // How often anybody looks at it by themselves, and whether anybody ever decides.
  const restMs = random.between(0.1, 3) * lengthMs
  const isForgotten = random.chance(0.15)
  let humanMs = world.nowMs + between(random, 0, restMs)
  const untilMs = Math.max(world.validUntilMs, world.nowMs) + 10 * day
  while (world.nowMs < untilMs && world.base !== 'closed') {
    const dueMs = Math.min(...waiting(world).map(({ askAtMs }) => askAtMs), Infinity)
    world.nowMs = Math.max(world.nowMs, Math.min(dueMs, humanMs, untilMs))
    askWhatIsDue(world)
    check(world, seen)
    if (world.nowMs < humanMs) continue
    humanMs = world.nowMs + between(random, 0, restMs)
    if (!isForgotten) act(world, seen)
    check(world, seen)
  }
  if (stateOf(world) === 'lapsed') seen.add('undecided')
  return { seen, askedCount: world.askedCount }
}

function act(world: World, seen: Set<Seen>): void {
  const { random, validUntilMs } = world
  const state = stateOf(world)
  const before = { status: world.status, validUntilMs }
  const wish = random.integer(0, 8)
  if (wish === 0) {
    const open = waiting(world).filter(({ step }) => step !== 100)
    const row = open[0]
    if (row !== undefined) world.rows[world.rows.indexOf(row)] = { ...row, isAnswered: true }
    return
  }
  if (wish <= 2) world.validUntilMs += between(random, hour, 60 * day)
  if (wish === 3) world.status = 'suspended'
  if (wish === 4) world.status = 'active'
  if (wish === 5) world.status = 'ended'
  if (wish === 6) world.validUntilMs -= between(random, 0, (validUntilMs - world.startMs) / 2)
  if (wish === 8) return closeFile(world, seen)
  const after = { status: world.status, validUntilMs: world.validUntilMs }
  const name = actOfChange(before, after, world.nowMs)
  if (wish !== 7 && before.status === after.status && before.validUntilMs === after.validUntilMs) {
    return
  }
  if (!mayAct(state, name)) {
    Object.assign(world, before)
    return
  }
  if (name === 'extend') {
    world.extensionCount += 1
    seen.add(state === 'lapsed' ? 'late' : 'extended')
  }
  record(world, name)
  plan(world)
}

function closeFile(world: World, seen: Set<Seen>): void {
  if (!mayAct(stateOf(world), 'close')) return
  record(world, 'close')
  seen.add('closed')
}

function record(world: World, name: LifeAct): void {
  world.acts.push({ act: name, atMs: world.nowMs })
  world.base = baseAfter(world.base, name)
}

function plan(world: World): void {
  world.plannedMs = world.nowMs
  world.remindFromMs = findRemindFrom(orderTypes[world.legalBasis], spanOf(world))
  world.rows = world.rows.filter(({ endsMs }) => endsMs === world.validUntilMs)
  if (world.status === 'ended') world.rows = []
  else {
    for (const row of listReminders(orderTypes[world.legalBasis], spanOf(world), world.nowMs)) {
      if (world.rows.some(({ step }) => step === row.step)) continue
      world.rows.push({
        ...row,
        endsMs: world.validUntilMs,
        audience: row.to,
        askedCount: 0,
        askAtMs: row.dueMs,
        lastAskedMs: null,
        isAnswered: false,
      })
    }
  }
}

function askWhatIsDue(world: World): void {
  for (const [index, row] of world.rows.entries()) {
    if (row.isAnswered || row.askAtMs > world.nowMs) continue
    const asked = { ...row, ...ask(row, world.nowMs), lastAskedMs: world.nowMs }
    world.rows[index] = asked
    if (asked.askedCount > 1 && asked.priority !== 'P3' && world.nowMs < world.validUntilMs)
      world.rungEndMs = world.validUntilMs
    world.askedCount += 1
  }
}

function check(world: World, seen: Set<Seen>): void {
  const state = stateOf(world)
  // Over: only because somebody said so, who is on record.
  if (overStates.includes(state)) {
    const decided = world.acts.filter(({ act: name }) => name === 'lift' || name === 'confirm-stop')
    hold(world, decided.length > 0, 'over without a decision')
    if (state === 'lifted' || state === 'stopped') seen.add(state)
    return
  }
  if (state !== 'lapsed') return
  seen.add('lapsed')
  // Nobody answered the last step in its time: people were called, and not only a list was longer.
  const last = world.rows.filter(({ step }) => step < 100).at(-1)
  const isUnanswered =
    last !== undefined &&
    !last.isAnswered &&
    last.dueMs + last.answerWithinHours * hour < world.validUntilMs &&
    world.plannedMs <= last.dueMs
  if (isUnanswered) {
    hold(world, world.rungEndMs === world.validUntilMs, 'lapsed and nobody was called before')
    seen.add('rung')
  }
  // The end has passed: somebody is asked, was asked in the last hour, and no answer but a
  // decision puts it aside.
  const row = world.rows.find(({ step }) => step === 100)
  hold(world, row !== undefined && !row.isAnswered, 'lapsed and nobody is asked')
  hold(world, row?.endsMs === world.validUntilMs, 'asked about another end')
  if (row === undefined || row.askAtMs <= world.nowMs) return
  hold(world, row.audience === 'coordinator', 'asked of somebody below')
  hold(world, world.nowMs - (row.lastAskedMs ?? 0) <= hour, 'not asked for an hour')
}

/** Cheaper by far than an expectation, in millions. */
function hold({ where, nowMs }: World, isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`${where}, at ${new Date(nowMs).toISOString()}: ${what}`)
}

function waiting(world: World): Row[] {
  return world.rows.filter(({ isAnswered }) => !isAnswered)
}

function spanOf({ startMs, validUntilMs, extensionCount }: World) {
  return { startMs, endMs: validUntilMs, extensionCount }
}

function stateOf({ base, startMs, validUntilMs, remindFromMs, nowMs }: World) {
  return stateAt({ base: base ?? 'in-force', startMs, endMs: validUntilMs, remindFromMs }, nowMs)
}

/** Whole milliseconds, as everything that is registered. */
function between(random: Random, low: number, high: number): number {
  return Math.round(random.between(low, high))
}
