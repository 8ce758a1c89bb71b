import { setTimeout as delay } from 'node:timers/promises'
import { createRandom } from '../../support/random.ts'
import { waitUntil } from '../../support/wait-until.ts'
import type { Fault, Finding } from './fault.ts'
import { watchHealth } from './health-watch.ts'
import {
  compare,
  newFaults,
  noFaults,
  type Faults,
  type HeardEvent,
  type Violation,
} from './ledger.ts'
import { listBreaches, startLoad, type Load } from './load.ts'
import { followMissing } from './follow-missing.ts'
import { openStage, type Stage } from './stage.ts'

/** A stage with its load, and what was found wrong on it so far. */
export type Ground = {
  readonly stage: Stage
  readonly load: Load
  /** What was told before anybody listened: a busy machine has had alerts of itself by then. */
  readonly afterSequence: number
  before: Faults
}

/** Null where the machine lacks what the stage needs. */
export async function openGround(
  { stage: name, beginsAs }: Pick<Fault, 'stage' | 'beginsAs'>,
  seed: number,
): Promise<Ground | null> {
  const stage = await openStage(name, beginsAs)
  if (stage === null) return null
  try {
    const afterSequence = await lastSequence(stage)
    const random = createRandom(seed)
    const load = await startLoad({ random, urls: stage.apiUrls, afterSequence })
    return { stage, load, afterSequence, before: noFaults }
  } catch (error) {
    await stage.close()
    throw error
  }
}

export async function closeGround({ stage, load }: Ground): Promise<void> {
  const stopped = load.stop()
  await stage.close()
  await stopped
}

export type RoundReport = {
  readonly acknowledgedCount: number
  /** Of a fault that counts them. */
  readonly killCount: number
  readonly faults: Faults
  /** Send to stream of each violation that was sent while the fault lasted; null: never seen. */
  readonly lateMs: readonly (number | null)[]
  readonly lateCount: number
  readonly told: ReadonlyMap<string, number>
  /** From when the fault began until `/health/ready` first said no; null: it never did. */
  readonly notReadyAfterMs: number | null
  readonly problems: readonly string[]
  /** The ledger of what did not hold: which fixes, alerts and events. */
  readonly details: readonly string[]
}

/**
 * People are seen inside before, during and after the fault; then every ledger is compared with
 * what the product says.
 */
export async function runRound(ground: Ground, fault: Fault, seed: number): Promise<RoundReport> {
  const { stage, load } = ground
  const { ledger } = load
  const random = createRandom(seed)
  const between = (min: number, max: number): number => Math.round(min + random() * (max - min))
  await load.provideViolators(fault.isShort === true ? 30 : 60)
  const before = ledger.acknowledged.size
  const refusedBefore = ledger.refused.size
  const first = ledger.violations.length
  const work: (() => void)[] = []
  const health = watchHealth(stage.apiUrls())
  const violating = violateNowAndThen(load, createRandom(seed + 1))
  await delay(leadMs)
  const begunMs = Date.now()
  const raisedSince = (): HeardEvent[] =>
    ledger.events.filter(({ heardMs, type }) => heardMs >= begunMs && type.endsWith('.raised'))
  const saidCount = (kind: string): number =>
    raisedSince().filter((event) => event.kind === kind).length
  const afterwards = (task: () => void): void => void work.push(task)
  let killCount = 0
  const countKill = (): void => void (killCount += 1)
  try {
    await fault.strike({ stage, load, random, between, saidCount, countKill, afterwards })
    const mendedMs = Date.now()
    const told = health.stop()
    const refusedMs = health.firstRefusedMs(begunMs)
    const endMs = Math.max(mendedMs, begunMs + shortestMs)
    await delay(Math.max(tailMs, endMs - Date.now()))
    await violating.stop()
    const mine = ledger.violations.slice(first)
    // What a control takes away would be waited for in vain.
    const restMs = fault.mustFind === undefined ? graceMs : 0
    await untilSeen(mine, fault.lateMsMax + restMs)
    const faults = await compareAll(ground, first + mine.length)
    const whatBecame =
      fault.mustFind === undefined
        ? await followMissing(stage, await missed(mine, faults), () => listSoon(load))
        : []
    const live = mine.filter(({ isLive }) => isLive)
    const during = live.filter(({ sentMs }) => sentMs >= begunMs - leadMs / 2 && sentMs <= endMs)
    const lateMs = during.map(({ sentMs, seenMs }) => (seenMs === null ? null : seenMs - sentMs))
    const lateCount = live.filter((item) => isLate(item, fault, mendedMs)).length
    const kinds = raisedSince().map(({ kind }) => kind)
    for (const kind of kinds) if (kind !== breach) told.set(kind, (told.get(kind) ?? 0) + 1)
    return {
      details: [...detailsOf(faults), ...whatBecame],
      killCount,
      acknowledgedCount: ledger.acknowledged.size - before,
      faults,
      lateMs,
      lateCount,
      told,
      notReadyAfterMs: refusedMs === null ? null : refusedMs - begunMs,
      problems:
        fault.mustFind === undefined
          ? problemsOf(fault, faults, lateCount, [
              ...saidWrongly(fault, kinds),
              ...count(ledger.refused.size - refusedBefore, 'fixes refused'),
              // What nobody looked at has not held.
              ...(during.length === 0 ? ['nobody was seen inside while it lasted'] : []),
            ])
          : unfound(fault.mustFind, faults, lateCount),
    }
  } finally {
    health.stop()
    await violating.stop()
    for (const task of work) task()
  }
}

const breach = 'location-ban-breach'
/** So many come quickly, the rest slowly, so that a long fault is watched to its end. */
const quickCount = 20
const leadMs = 600
const tailMs = 1_000
const shortestMs = 1_500
const graceMs = 15_000
const missingMsMax = 120_000

async function lastSequence(stage: Stage): Promise<number> {
  const [row] = await stage.query('select coalesce(max(sequence), 0) as last from alert_events')
  return Number(row?.['last'])
}

function violateNowAndThen(
  load: Load,
  random: () => number,
): { readonly stop: () => Promise<void> } {
  const state = { isStopped: false }
  const run = async (): Promise<void> => {
    for (let sent = 0; !state.isStopped; sent += 1) {
      load.violate()
      await delay(sent < quickCount ? 150 + random() * 300 : 1_500 + random() * 1_500)
    }
  }
  const running = run()
  return {
    stop: async () => {
      state.isStopped = true
      await running
    },
  }
}

async function untilSeen(violations: readonly Violation[], msMax: number): Promise<void> {
  await waitUntil('all seen', () => violations.every(({ seenMs }) => seenMs !== null), msMax).catch(
    // What is missing is counted by the ledgers.
    () => undefined,
  )
}

/** What is wrong now and was not before. What clients know is taken first: the rest is newer. */
async function compareAll(ground: Ground, dueCount: number): Promise<Faults> {
  const { stage, load } = ground
  const acknowledged = new Set(load.ledger.acknowledged)
  // Alerts of what was sent since are on their way: they are due in the next round.
  const violations = load.ledger.violations.map((item, index) =>
    index < dueCount ? { ...item } : { ...item, acknowledgedMs: null },
  )
  const alertKeys = await listSoon(load)
  // The list may hold alerts of what was sent while it was read: true ones, and not due yet.
  for (const item of load.ledger.violations.slice(violations.length))
    violations.push({ ...item, acknowledgedMs: null })
  const rows = await stage.query(
    `select sequence from alert_events where sequence > ${ground.afterSequence} order by sequence`,
  )
  const sequences = rows.map((row) => Number(row['sequence']))
  const last = sequences.at(-1) ?? 0
  await waitUntil('the stream is read', () => load.lastHeard() >= last, graceMs).catch(
    () => undefined,
  )
  const now = compare(
    { ...load.ledger, acknowledged, violations },
    { storedFixes: await stage.storedFixes(), alertKeys, sequences },
  )
  const found = newFaults(now, ground.before)
  ground.before = now
  return found
}

async function missed(mine: readonly Violation[], faults: Faults): Promise<readonly Violation[]> {
  const found = mine.filter(({ key }) => faults.missingAlerts.includes(key))
  await untilSeen(found, missingMsMax)
  return found
}

/** A list that is refused for longer than a moment is a fault of its own, and ends the round. */
async function listSoon(load: Load): Promise<string[]> {
  const untilMs = performance.now() + graceMs
  for (;;) {
    const [url = ''] = load.urls()
    try {
      return await listBreaches(url, load.operatorToken)
    } catch (error) {
      if (performance.now() > untilMs) throw error
      await delay(200)
    }
  }
}

/** Counted from the end of a fault in which nothing can be seen, else from sending. */
function isLate({ sentMs, seenMs }: Violation, fault: Fault, mendedMs: number): boolean {
  if (seenMs === null) return true
  const fromMs = fault.afterMend === true ? Math.max(sentMs, mendedMs) : sentMs
  return seenMs - fromMs > fault.lateMsMax
}

function unfound(wanted: Finding, faults: Faults, lateCount: number): string[] {
  const foundCount = wanted === 'lateAlerts' ? lateCount : faults[wanted].length
  return foundCount > 0 ? [] : [`the checker did not find ${wanted}`]
}

function problemsOf(
  fault: Fault,
  faults: Faults,
  lateCount: number,
  others: readonly string[],
): string[] {
  const from = fault.afterMend === true ? 'after the fault' : 'after they were sent'
  return [
    ...count(faults.lostFixes.length, 'acknowledged fixes lost'),
    ...count(faults.doubledFixes.length, 'fixes stored twice'),
    ...count(faults.missingAlerts.length, 'violations without an alert'),
    ...count(faults.doubledAlerts.length, 'violations with two alerts'),
    ...count(faults.untrueAlerts.length, 'alerts of people who were outside'),
    ...count(faults.missingEvents.length, 'events never heard'),
    ...count(faults.doubledEvents.length, 'events heard twice'),
    ...count(lateCount, `violations told later than ${fault.lateMsMax / 1_000} s ${from}`),
    ...others,
  ]
}

/** The first of each kind by name, so that they can be looked for in the database. */
function detailsOf(faults: Faults): string[] {
  return Object.entries(faults)
    .filter(([, found]) => found.length > 0)
    .map(([kind, found]) => `${kind} (${found.length}): ${found.slice(0, 10).join(', ')}`)
}

function count(number: number, what: string): string[] {
  return number === 0 ? [] : [`${number} ${what}`]
}

/**
 * Kinds that are never false here: what is true of us, a disk that is small, and that nobody knows
 * where somebody is now whose device uploads what is twenty days old.
 */
const alwaysTrue = ['detection-behind', 'storage-low', 'position-unreliable']

function saidWrongly(fault: Fault, kinds: readonly string[]): string[] {
  const may = new Set([breach, ...alwaysTrue, ...(fault.maySay ?? []), ...(fault.mustSay ?? [])])
  const wrong = new Set(kinds.filter((kind) => !may.has(kind)))
  const unsaid = (fault.mustSay ?? []).filter((kind) => !kinds.includes(kind))
  return [
    ...[...wrong].map((kind) => `${kind} was raised, which is not true`),
    ...unsaid.map((kind) => `${kind} was not raised`),
  ]
}
