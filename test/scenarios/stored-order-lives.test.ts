import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { orderTypes } from '../../src/core/model/order-terms.ts'
import { legalBases, type LegalBasis } from '../../src/core/model/registry.ts'
import {
  baseAfter,
  mayAct,
  stateAt,
  type Life,
  type LifeAct,
} from '../../src/core/orders/order-life.ts'
import { findRemindFrom, listReminders } from '../../src/core/orders/reminders.ts'
import { isReminderDue } from '../../src/store/registry/reminders-due.ts'
import { createOrderKeeper } from '../../workers/keep-orders.ts'
import { createProposalKeeper } from '../../workers/keep-proposals.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { proveFor, signInAs, type TestPerson } from '../support/signed-in.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { createRandom, type Random } from '../property/random.ts'
import { runsOr, seedOr } from '../property/seed.ts'

/**
 * Lives of orders over the API, with the sweep of the worker, in a real database: whatever is done
 * to them, the rows are what a model of few lines says.
 */
let world: TestApp
let worker: Awaited<ReturnType<TestApp['database']['connectAs']>>
let people: readonly [TestPerson, TestPerson] | null = null
const startedMs = Date.parse('2026-11-23T18:30:00Z')
const hour = 3_600_000
const day = 24 * hour

beforeAll(async () => {
  world = await createTestApp()
  worker = await world.database.connectAs('worker')
})
afterAll(() => world.close())

type Lived = {
  readonly id: string
  readonly legalBasis: LegalBasis
  readonly startMs: number
  endMs: number
  status: 'active' | 'suspended' | 'ended'
  base: Life['base']
  extensionCount: number
  /** When its present end was decided: its reminders are of then. */
  plannedMs: number
  readonly acts: { readonly act: LifeAct; readonly atMs: number; readonly isSystem: boolean }[]
  /** Suspensions by two people, with their ends. */
  untils: number[]
}

it('the rows of orders that people extend, suspend, answer about, forget and end are what a model says, and none is over without a person on record', async () => {
  const seed = seedOr(20_261_127)
  const count = Math.min(runsOr(24), 200)
  const random = createRandom(seed)
  const offender = { role: 'offender', reference: 'lived' }
  const { body } = await world.call('supervisor', 'POST', '/v1/persons', offender)
  const offenderId = String(body['id'])
  const lives: Lived[] = []
  for (let number = 0; number < count; number++) {
    lives.push(await impose(random, number, offenderId))
  }
  const seen = { lapsed: 0, stopped: 0, lifted: 0, extended: 0, resumed: 0, refused: 0 }
  for (let tick = 0; tick < 12; tick++) {
    world.clock.timeMs += Math.round(random.between(hour, 6 * day))
    await sweep(lives, seen)
    // Signing in is slow, and sessions end as days pass: two people act on every third tick.
    people = tick % 3 === 0 ? await signInTwo() : null
    for (const life of lives) if (random.chance(0.35)) await act(random, life, seen)
    await compare(lives, `seed ${seed}, tick ${tick}`, seen)
  }
  process.stdout.write(`stored lives: seed ${seed}, ${count} lives, ${JSON.stringify(seen)}\n`)
  // Lives in which nothing happens prove nothing.
  for (const [name, times] of Object.entries(seen)) expect(times, name).toBeGreaterThan(0)
}, 600_000)

async function signInTwo(): Promise<readonly [TestPerson, TestPerson]> {
  return [
    await signInAs(world, { roles: ['supervisor'], displayName: 'A. Eerst' }),
    await signInAs(world, { roles: ['supervisor'], displayName: 'B. Twee' }),
  ]
}

type Seen = Record<'lapsed' | 'stopped' | 'lifted' | 'extended' | 'resumed' | 'refused', number>

async function impose(random: Random, number: number, offenderId: string): Promise<Lived> {
  const legalBasis = legalBases[random.integer(0, legalBases.length - 1)]!
  const startMs = startedMs + Math.round(random.between(-20 * day, 3 * day))
  const endMs = Math.max(startMs, startedMs) + Math.round(random.between(hour, 40 * day))
  const answer = await world.call('supervisor', 'POST', '/v1/protection-orders', {
    reference: `LIVED-${number}`,
    legalBasis,
    offenderId,
    validFrom: new Date(startMs).toISOString(),
    validUntil: new Date(endMs).toISOString(),
    locationBans: [
      { label: 'home', circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 300 } },
    ],
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  const imposed = { act: 'impose', atMs: startedMs, isSystem: false } as const
  return {
    id: String(answer.body['id']),
    legalBasis,
    startMs,
    endMs,
    status: 'active',
    base: 'in-force',
    extensionCount: 0,
    plannedMs: startedMs,
    acts: [imposed],
    untils: [],
  }
}

function stateOf(life: Lived) {
  const { base, endMs, startMs } = life
  const remindFromMs = findRemindFrom(orderTypes[life.legalBasis], spanOf(life))
  return stateAt({ base, startMs, endMs, remindFromMs }, world.clock.timeMs)
}

function spanOf({ endMs, extensionCount, startMs }: Lived) {
  return { startMs, endMs, extensionCount }
}

function note(life: Lived, name: LifeAct, isSystem = false): void {
  life.acts.push({ act: name, atMs: world.clock.timeMs, isSystem })
  life.base = baseAfter(life.base, name)
}

/** What the worker does by itself; and what of it the model expects. */
async function sweep(lives: readonly Lived[], seen: Seen): Promise<void> {
  const nowMs = world.clock.timeMs
  const clock = { nowMs: () => nowMs }
  const nothing = (): void => {}
  const deps = { pool: worker, clock, log: createSilentLog(), limits: defaultLimits }
  await createProposalKeeper({ ...deps, onEvent: nothing, onRegistryChanged: nothing })()
  for (let times = 0; times < 20 && (await isReminderDue(worker, nowMs)); times++) {
    await createOrderKeeper({ ...deps, onEvent: nothing })()
  }
  for (const life of lives) {
    const isOver = life.untils.some((untilMs) => untilMs <= nowMs)
    life.untils = life.untils.filter((untilMs) => untilMs > nowMs)
    if (!isOver || life.untils.length > 0 || life.status !== 'suspended') continue
    life.status = 'active'
    note(life, 'resume', true)
    seen.resumed += 1
  }
}

const wishes = [
  'extend',
  'suspend',
  'suspend-by-two',
  'suspend-by-two',
  'resume',
  'end',
  'answer',
] as const

async function act(random: Random, life: Lived, seen: Seen): Promise<void> {
  const nowMs = world.clock.timeMs
  const path = `/v1/protection-orders/${life.id}`
  const state = stateOf(life)
  const wished = wishes[random.integer(0, wishes.length - 1)]!
  const wish = wished === 'suspend-by-two' && people === null ? 'suspend' : wished
  const expectStatus = (answer: { status: number; body: object }, isAllowed: boolean): boolean => {
    const said = `${wish} in ${state}: ${JSON.stringify(answer.body)}`
    if (isAllowed) expect(answer.status, said).toBeLessThan(300)
    else expect(answer.status, said).toBe(409)
    if (!isAllowed) seen.refused += 1
    return isAllowed
  }
  const isAlive = life.status !== 'ended'
  if (wish === 'extend') {
    const endMs = Math.max(nowMs, life.endMs) + Math.round(random.between(hour, 20 * day))
    const validUntil = new Date(endMs).toISOString()
    const answer = await world.call('supervisor', 'POST', `${path}/_extend`, { validUntil })
    if (!expectStatus(answer, isAlive)) return
    Object.assign(life, { endMs, plannedMs: nowMs, extensionCount: life.extensionCount + 1 })
    note(life, 'extend')
    seen.extended += 1
  } else if (wish === 'suspend' || wish === 'suspend-by-two') {
    const isAllowed = life.status === 'active' && mayAct(state, 'suspend')
    const untilMs = nowMs + Math.round(random.between(hour, 8 * day))
    const isDone =
      wish === 'suspend'
        ? expectStatus(await world.call('supervisor', 'POST', `${path}/_suspend`), isAllowed)
        : await suspendByTwo(path, untilMs, (answer) => expectStatus(answer, isAllowed))
    if (!isDone) return
    if (wish === 'suspend-by-two') life.untils.push(untilMs)
    life.status = 'suspended'
    note(life, 'suspend')
  } else if (wish === 'resume') {
    const answer = await world.call('supervisor', 'POST', `${path}/_resume`)
    if (!expectStatus(answer, life.status === 'suspended')) return
    life.status = 'active'
    note(life, 'resume')
  } else if (wish === 'end') {
    const answer = await world.call('supervisor', 'POST', `${path}/_end`, { reason: 'decided' })
    if (!expectStatus(answer, isAlive)) return
    life.status = 'ended'
    note(life, nowMs >= life.endMs ? 'confirm-stop' : 'lift')
    seen[nowMs >= life.endMs ? 'stopped' : 'lifted'] += 1
  } else {
    const { rows } = await world.database.pool.query<{ id: string; step: number }>(
      `select id, step from order_reminders where protection_order_id = $1 and over_at is null
          and answered_at is null and due_at <= to_timestamp($2::float8 / 1000) limit 1`,
      [life.id, nowMs],
    )
    const [row] = rows
    if (row === undefined) return
    const answered = await world.call(
      'supervisor',
      'POST',
      `/v1/order-reminders/${row.id}/_answer`,
      {
        answer: 'in-hand',
      },
    )
    expectStatus(answered, row.step < 100 || row.step === 102)
  }
}

async function suspendByTwo(
  path: string,
  untilMs: number,
  isAllowed: (answer: { status: number; body: object }) => boolean,
): Promise<boolean> {
  const until = new Date(untilMs).toISOString()
  if (people === null) throw new Error('expected two people, got none')
  const [first, second] = people
  const asked = await first.call('POST', `${path}/_suspend`, { reason: 'x', until })
  if (!isAllowed(asked)) return false
  const id = String(asked.body['id'])
  await proveFor(world, second, `confirmProposal ${id}`)
  return isAllowed(await second.call('POST', `/v1/proposals/${id}/_confirm`, {}))
}

type Stored = {
  readonly id: string
  readonly status: string
  readonly endMs: number
  readonly acts: readonly { act: string; atMs: number; isSystem: boolean; by: string | null }[]
  readonly rows: readonly {
    readonly step: number
    readonly dueMs: number
    readonly endMs: number
    readonly askMs: number
    readonly isAnswered: boolean
    readonly askedCount: number
    readonly audience: string
  }[]
}

async function compare(lives: readonly Lived[], where: string, seen: Seen): Promise<void> {
  const nowMs = world.clock.timeMs
  const { rows } = await world.database.pool.query<Stored>(
    `select o.id, o.status, extract(epoch from o.valid_until)::float8 * 1000 as "endMs",
            (select json_agg(json_build_object('act', a.act, 'atMs', round(extract(epoch from a.at) * 1000),
                      'isSystem', a.by_kind = 'system', 'by', a.by_id) order by a.id)
               from order_acts a where a.protection_order_id = o.id) as acts,
            coalesce((select json_agg(json_build_object('step', r.step, 'dueMs', round(extract(epoch from r.due_at) * 1000),
                      'endMs', round(extract(epoch from r.ends_at) * 1000), 'askMs', round(extract(epoch from r.ask_at) * 1000),
                      'isAnswered', r.answered_at is not null, 'askedCount', r.asked_count, 'audience', r.audience) order by r.step)
               from order_reminders r where r.protection_order_id = o.id and r.over_at is null), '[]') as rows
       from protection_orders o where o.reference like 'LIVED-%'`,
  )
  const stored = new Map(rows.map((row) => [row.id, row]))
  for (const life of lives) {
    const row = stored.get(life.id)
    const at = `${where}, ${life.id}`
    expect(row?.status, at).toBe(life.status)
    expect(Math.round(row?.endMs ?? 0), at).toBe(life.endMs)
    const acts = row?.acts ?? []
    expect(
      acts.map((one) => [one.act, one.atMs, one.isSystem]),
      at,
    ).toEqual(life.acts.map((one) => [one.act, one.atMs, one.isSystem]))
    const asked = row?.rows ?? []
    if (life.status === 'ended') {
      // Over: by somebody who is on record, and nobody is asked any more.
      const last = acts.findLast((one) => one.act === 'lift' || one.act === 'confirm-stop')
      expect([last?.isSystem, last?.by === null], at).toEqual([false, false])
      expect(asked, at).toEqual([])
      continue
    }
    const steps = listReminders(orderTypes[life.legalBasis], spanOf(life), life.plannedMs)
    const planned = steps.map(({ dueMs, step }) => [step, dueMs, life.endMs])
    const known = asked.filter(({ step }) => step <= 100)
    if (stateOf(life) !== 'lapsed') {
      expect(
        known.map((one) => [one.step, one.dueMs, one.endMs]),
        at,
      ).toEqual(planned)
      continue
    }
    seen.lapsed += 1
    const [end, ...others] = known.filter(({ askedCount }) => askedCount > 0)
    expect([end?.step, end?.audience, end?.isAnswered], at).toEqual([100, 'coordinator', false])
    expect(others, at).toEqual([])
    expect(end?.askMs, at).toBe(nowMs + hour)
  }
}
