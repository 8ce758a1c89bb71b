import { setTimeout as delay } from 'node:timers/promises'
import { dayMs } from '../../../src/core/model/units.ts'
import { createApiClient, type Json } from '../../support/api-client.ts'
import type { Random } from '../../support/random.ts'
import {
  outsideDegrees,
  registerWorld,
  type RegisteredCase,
  type RegisteredWorld,
} from '../../support/registered-world.ts'
import { createLedger, keyOfBreach, keyOfMoment, type Ledger, type Violation } from './ledger.ts'
import { followStream } from './stream-client.ts'
import { adminToken } from './stage.ts'

/**
 * Live load with its ledger: people who walk outside their bans, whose vendor sends the same body
 * again until it is taken; people who are seen inside at seeded moments; and a desk on the stream.
 */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const { random, urls } = options
  const ledger = createLedger()
  const state: State = {
    ledger,
    urls,
    isStopped: false,
    isWalking: true,
    random,
    waiting: new Map(),
  }
  const walkers = await register(urls, 'WALK', walkerCount, {
    reportIntervalSeconds: walkerIntervalSeconds,
  })
  const past = await register(urls, 'PAST', lateCount, {
    reportIntervalSeconds: 30,
    startMs: Date.now() - 20 * dayMs,
  })
  const desk = followStream({
    urls: () => state.urls(),
    token: walkers.operatorToken,
    afterSequence: options.afterSequence,
    onEvent(event) {
      ledger.events.push(event)
      if (event.kind !== 'location-ban-breach') return
      const violation = state.waiting.get(event.key)
      if (violation !== undefined) violation.seenMs ??= event.heardMs
    },
  })
  const walking = Array.from({ length: laneCount }, (_, lane) => walk(state, walkers, lane))
  walking.push(uploadLate(state, past))
  const pool: Violator[] = []
  const sending = new Set<Promise<void>>()
  let batches = 0
  return {
    ledger,
    operatorToken: walkers.operatorToken,
    walkers,
    urls: () => state.urls(),
    lastHeard: desk.lastSequence,
    provideViolators: async (count) => {
      if (pool.length >= count) return
      batches += 1
      const world = await register(urls, `IN${batches}`, count - pool.length)
      for (const item of world.cases) pool.push({ item, token: world.vendorToken })
    },
    violate: () => {
      const violator = pool.pop()
      if (violator === undefined) return null
      const nowMs = Date.now()
      const violation = expectAlert(state, violator.item, nowMs, true)
      const sent = sendInside(state, violator, violation, nowMs).finally(() => sending.delete(sent))
      sending.add(sent)
      return violation
    },
    goThrough: (url) => {
      state.urls = url === null ? urls : () => [url]
      desk.reconnect()
    },
    walk: (isWalking) => {
      state.isWalking = isWalking
    },
    stop: async () => {
      state.isStopped = true
      desk.close()
      await Promise.all([...walking, ...sending])
    },
  }
}

export type Load = {
  readonly ledger: Ledger
  readonly operatorToken: string
  readonly walkers: RegisteredWorld
  /** Where clients go now. */
  readonly urls: () => readonly string[]
  readonly lastHeard: () => number
  /** Registers people who were never seen inside, until there are so many. */
  readonly provideViolators: (count: number) => Promise<void>
  /** One of them is seen inside now; null when there is none left. */
  readonly violate: () => Violation | null
  /** Everything goes over this address from now on; null: straight again. */
  readonly goThrough: (url: string | null) => void
  /** False: the vendor of those who walk falls silent. */
  readonly walk: (isWalking: boolean) => void
  readonly stop: () => Promise<void>
}

export type LoadOptions = {
  readonly random: Random
  readonly urls: () => readonly string[]
  readonly afterSequence: number
}

type State = {
  readonly ledger: Ledger
  readonly waiting: Map<string, Violation>
  readonly random: Random
  urls: () => readonly string[]
  isStopped: boolean
  isWalking: boolean
}
type Violator = { readonly item: RegisteredCase; readonly token: string }

const laneCount = 4
const walkerCount = 20
const walkerIntervalSeconds = 20
/** Who is seen once and never again must not count as silent while the run lasts. */
const seldomSeconds = 86_400
const lateCount = 5
const lateStepMs = 30_000
const stepsInside = 4
const stepsPerCycle = 10
const paceMs = 250
const resendMs = 250
const patienceMs = 12_000

async function register(
  urls: () => readonly string[],
  prefix: string,
  caseCount: number,
  { reportIntervalSeconds = seldomSeconds, startMs = Date.now() } = {},
): Promise<RegisteredWorld> {
  const [url] = urls()
  if (url === undefined) throw new Error('the stage has no API')
  const admin = createApiClient(url, adminToken)
  return await registerWorld(admin, { caseCount, prefix, reportIntervalSeconds, startMs })
}

/** One connection of the vendor, with devices of its own: one body after another. */
async function walk(state: State, world: RegisteredWorld, lane: number): Promise<void> {
  const mine = world.cases.filter((_, index) => index % laneCount === lane)
  for (let sequence = 0; !state.isStopped; sequence += 1) {
    const recordedAt = new Date().toISOString()
    const positions = mine.map((item) => ({
      ...positionOf(item, recordedAt, sequence),
      longitude: item.longitude + outsideDegrees + state.random() * 1e-4,
    }))
    await sendUntilTaken(state, world.vendorToken, positions)
    await delay(paceMs)
    while (!state.isWalking && !state.isStopped) await delay(paceMs)
  }
}

/**
 * The upload of a device that was out of reach twenty days ago, step after step: four fixes inside
 * its ban and six outside, so that breaches begin and end over every fault.
 */
async function uploadLate(state: State, world: RegisteredWorld): Promise<void> {
  for (let step = 0; !state.isStopped; step += 1) {
    const recordedMs = world.startMs + step * lateStepMs
    const place = step % stepsPerCycle
    const positions = world.cases.map((item) => ({
      ...positionOf(item, new Date(recordedMs).toISOString(), step),
      // Nobody is at one place to the last digit again: a receiver that says so remembers it.
      longitude:
        item.longitude + (place < stepsInside ? 0 : outsideDegrees) + state.random() * 1e-4,
      latitude: item.latitude + state.random() * 1e-4,
    }))
    const begun =
      place === 0 ? world.cases.map((item) => expectAlert(state, item, recordedMs, false)) : []
    const isTaken = await sendUntilTaken(state, world.vendorToken, positions)
    for (const violation of begun) if (isTaken) violation.acknowledgedMs = Date.now()
    await delay(paceMs)
  }
}

function expectAlert(
  state: State,
  item: RegisteredCase,
  recordedMs: number,
  isLive: boolean,
): Violation {
  const violation: Violation = {
    key: keyOfMoment(item.orderId, recordedMs),
    sentMs: Date.now(),
    isLive,
    acknowledgedMs: null,
    seenMs: null,
  }
  state.ledger.violations.push(violation)
  state.waiting.set(violation.key, violation)
  return violation
}

async function sendInside(
  state: State,
  who: Violator,
  violation: Violation,
  nowMs: number,
): Promise<void> {
  const position = positionOf(who.item, new Date(nowMs).toISOString(), 0)
  if (await sendUntilTaken(state, who.token, [position])) violation.acknowledgedMs = Date.now()
}

type Position = { readonly serialNumber: string; readonly sequence: number }

function positionOf(
  item: RegisteredCase,
  recordedAt: string,
  sequence: number,
): Position & { readonly longitude: number } {
  const { serialNumber, longitude, latitude } = item
  const place = { longitude, latitude, accuracyMeters: 8, source: 'gnss' }
  return { serialNumber, recordedAt, sequence, ...place } as Position & { longitude: number }
}

/** The same body again until it is taken, at the next address each time. False when stopped. */
async function sendUntilTaken(
  state: State,
  token: string,
  positions: readonly Position[],
): Promise<boolean> {
  for (let attempt = 0; !state.isStopped; attempt += 1) {
    const urls = state.urls()
    const answer = await post(urls[attempt % urls.length] ?? '', token, positions)
    if (answer !== null) {
      const refused = new Set(answer)
      for (const [index, { serialNumber, sequence }] of positions.entries()) {
        const ledger = refused.has(index) ? state.ledger.refused : state.ledger.acknowledged
        ledger.add(`${serialNumber}#${sequence}`)
      }
      return refused.size < positions.length
    }
    await delay(resendMs * (0.5 + state.random()))
  }
  return false
}

/** The places that were refused by name; null when the body was not taken. */
export async function post(
  url: string,
  token: string,
  positions: readonly unknown[],
): Promise<number[] | null> {
  try {
    const response = await fetch(`${url}/v1/positions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ positions }),
      signal: AbortSignal.timeout(patienceMs),
    })
    const body = (await response.json()) as { rejected?: readonly { index: number }[] }
    if (response.status === 202) return (body.rejected ?? []).map(({ index }) => index)
    if (response.status >= 500 || response.status === 429) return null
    throw new Error(`positions were answered with ${response.status}: ${JSON.stringify(body)}`)
  } catch (error) {
    // A line cut half-way is what this program is about; anything else is its own fault.
    const isLine =
      error instanceof TypeError ||
      error instanceof SyntaxError ||
      (error instanceof Error && /^(TimeoutError|AbortError)$/.test(error.name))
    if (isLine) return null
    throw error
  }
}

/** The key of every alert of a breach, as the desk's list has them. */
export async function listBreaches(url: string, token: string): Promise<string[]> {
  const operator = createApiClient(url, token)
  const found: string[] = []
  let cursor: string | null = null
  do {
    const query = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = await operator.get(`/v1/alerts?kind=location-ban-breach&limit=100${query}`)
    if (page.status !== 200) throw new Error(`alerts answered ${page.status}`)
    for (const item of page.body['items'] as Json[]) {
      found.push(keyOfBreach(item['protectionOrderId'], item['id']))
    }
    cursor = (page.body['nextCursor'] as string | null | undefined) ?? null
  } while (cursor !== null)
  return found
}
