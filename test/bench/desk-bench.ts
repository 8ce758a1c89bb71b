import { randomUUID } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { BrowserContext, Page } from 'playwright-core'
import { hashToken, makeToken } from '../../src/store/registry/api-clients.ts'
import type { Inspection } from '../faults/inspect-database.ts'
import { createApiClient, type ApiTestClient } from '../support/api-client.ts'
import { openBrowser } from '../support/browser.ts'
import { buildDesk } from '../support/built-desk.ts'
import { registerWorld, type RegisteredWorld } from '../support/registered-world.ts'
import { memoryOf, sayShift, sayThousand } from './desk-shift.ts'
import { line, section } from './report.ts'
import { withServer } from './with-server.ts'

/**
 * The desk in a real browser beside a real server: how long from a position taken to its row on
 * screen at a hundred alerts a minute, how soon the page can be used, how large it is, and what the
 * events of eight hours leave in its memory.
 */
export async function benchDesk(options: DeskBenchOptions): Promise<void> {
  await buildDesk()
  section('The desk: compressed size of what it loads')
  sayBundles()
  await withServer(async ({ server, adminToken, inspect }) => {
    const admin = createApiClient(server.baseUrl, adminToken)
    const { alertCount: caseCount } = options
    const world = await registerWorld(admin, { caseCount, startMs: Date.now(), prefix: 'DESK' })
    const browser = await openBrowser()
    try {
      const viewport = { width: 1_400, height: 1_000 }
      const context = await browser.newContext({ locale: 'nl-NL', viewport })
      const origin = `http://localhost:${new URL(server.baseUrl).port}`
      await signIn(context, inspect, origin)
      const page = await context.newPage()
      section('Time to interactive: from the address to the list')
      await sayInteractive(page, origin)
      section(`A position taken, to its row on screen: ${caseCount} alerts, a hundred a minute`)
      await sayVisible(page, { baseUrl: server.baseUrl, world })
      section('A thousand open incidents')
      await sayThousand(page, origin)
      section('Memory of the page: a shift of eight hours, by its own clock turned forward')
      const seat = await context.newPage()
      await sayShift(seat, origin)
      await seat.close()
      section(`Memory of the page: ${options.eventCount} events, each read`)
      await sayMemory(page, options.eventCount)
    } finally {
      await browser.close()
    }
  })
}

export type DeskBenchOptions = {
  readonly alertCount: number
  /** Eight hours at one a second are 28,800. */
  readonly eventCount: number
}

function sayBundles(): void {
  const folder = fileURLToPath(new URL('../../dist/desk/assets', import.meta.url))
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.gz'))) {
    const { size } = statSync(join(folder, name))
    line(`${(size / 1_000).toFixed(1).padStart(8)} kB  ${name.slice(0, -3)}`)
  }
}

/** An operator with an open session, written beside the server as if somebody had signed in. */
async function signIn(
  context: BrowserContext,
  { query }: Inspection,
  origin: string,
): Promise<void> {
  const secret = makeToken()
  const hash = Buffer.from(hashToken(secret)).toString('hex')
  const id = randomUUID()
  await query(
    `insert into staff (id, issuer, subject, display_name) values ('${id}', 'local', '${id}', 'Bench')`,
  )
  await query(`insert into staff_roles (staff_id, role) values ('${id}', 'operator')`)
  await query(
    `insert into staff_sessions (token_hash, staff_id, method, browser, created_at, last_used_at, idle_until, expires_at)
     values ('\\x${hash}', '${id}', 'password', 'bench', now(), now(), now() + interval '10 hours', now() + interval '10 hours')`,
  )
  const cookie = { secure: true, httpOnly: true, sameSite: 'Strict' } as const
  const url = origin.replace('http:', 'https:')
  await context.addCookies([{ name: '__Host-hoede', value: secret, url, ...cookie }])
}

async function sayInteractive(page: Page, origin: string): Promise<void> {
  const waitsMs: number[] = []
  for (let count = 0; count < 10; count += 1) {
    const startMs = performance.now()
    await page.goto(`${origin}/desk?${count}`)
    await page.getByText('live · ').waitFor()
    waitsMs.push(performance.now() - startMs)
  }
  line(summary(waitsMs))
}

/**
 * The clock of the page and ours are of one machine. A page so tall that no row is out of sight:
 * the newest P1 is the last of its kind, and what is not in sight is not drawn.
 */
async function sayVisible(
  page: Page,
  { baseUrl, world }: { readonly baseUrl: string; readonly world: RegisteredWorld },
): Promise<void> {
  await page.setViewportSize({ width: 1_400, height: 12_000 })
  await watchRows(page)
  const vendor = createApiClient(baseUrl, world.vendorToken)
  const takenMs = new Map<string, number>()
  for (const item of world.cases) {
    const nextMs = performance.now() + 600
    const { serialNumber, longitude, latitude } = item
    const recordedAt = new Date(Date.now() - 500).toISOString()
    const fix = { serialNumber, recordedAt, longitude, latitude, accuracyMeters: 8, source: 'gnss' }
    await vendor.mustPost('/v1/positions', { positions: [fix] })
    takenMs.set(item.orderId, Date.now())
    await wait(Math.max(0, nextMs - performance.now()))
  }
  await wait(10_000)
  const seenMs = await page.evaluate(() => (globalThis as unknown as Watched).seenMs)
  const operator = createApiClient(baseUrl, world.operatorToken)
  const orderOf = await readOrders(operator)
  const waitsMs = Object.entries(seenMs).flatMap(([incidentId, atMs]) => {
    const tookMs = takenMs.get(orderOf.get(incidentId) ?? '')
    return tookMs === undefined ? [] : [atMs - tookMs]
  })
  line(`${summary(waitsMs)}; not seen: ${takenMs.size - waitsMs.length}`)
}

type Watched = { readonly seenMs: Readonly<Record<string, number>> }

/** Notes when each row is there to be drawn, in the frame after. */
async function watchRows(page: Page): Promise<void> {
  await page.evaluate(`
    globalThis.seenMs = {}
    const look = () => {
      for (const row of document.querySelectorAll('[data-incident]')) {
        globalThis.seenMs[row.getAttribute('data-incident')] ??= Date.now()
      }
    }
    new MutationObserver(() => requestAnimationFrame(look)).observe(document.body, {
      subtree: true,
      childList: true,
    })`)
}

async function readOrders(operator: ApiTestClient): Promise<ReadonlyMap<string, string>> {
  const { body } = await operator.get('/v1/incidents')
  const { items } = body as {
    readonly items: readonly {
      readonly incidentId: string
      readonly alerts: readonly { readonly protectionOrderId: string }[]
    }[]
  }
  return new Map(
    items.map(({ incidentId, alerts }) => [incidentId, alerts[0]?.protectionOrderId ?? '']),
  )
}

/**
 * The stream is played to the page with the list as it stands, so that hours pass in a minute: an
 * event, and with the next the one before has mostly been read and drawn. The page reads one list
 * at a time, so of events that come faster several are one reading: what is counted is the lists.
 */
async function sayMemory(page: Page, eventCount: number): Promise<void> {
  await page.setViewportSize({ width: 1_400, height: 1_000 })
  const session = await page.context().newCDPSession(page)
  const list = await page.evaluate(async () => await (await fetch('/v1/incidents')).text())
  let readCount = 0
  await page.route('**/v1/incidents', async (route) => {
    readCount += 1
    const lastSeenAt = new Date(Date.now() + readCount).toISOString()
    const body = list.replaceAll(/"lastSeenAt":"[^"]+"/g, `"lastSeenAt":"${lastSeenAt}"`)
    await route.fulfill({ body, contentType: 'application/json' })
  })
  await page.addInitScript(playStream)
  line(`before: ${await memoryOf(session)}`)
  await page.reload()
  await page.locator('.row').first().waitFor()
  line(`after a reload: ${await memoryOf(session)}`)
  const startMs = performance.now()
  const seconds = (): number => Math.round((performance.now() - startMs) / 1_000)
  while (readCount < eventCount && seconds() < memorySecondsMax) await wait(250)
  const playedCount = await page.evaluate(`playedCount`)
  const cut = readCount < eventCount ? `, CUT OFF after ${memorySecondsMax} s` : ''
  line(
    `after ${readCount} of ${eventCount} lists read and drawn in ${seconds()} s, of ${String(playedCount)} events${cut}: ${await memoryOf(session)}`,
  )
}

/** In place of the stream: an event each 25 ms, and a sign of life each three seconds. */
const playStream = `(() => {
  const real = globalThis.fetch
  const bytes = new TextEncoder()
  globalThis.playedCount = 0
  const beat = () => 'event: desk.beat\\ndata: ' + JSON.stringify({
    time: new Date().toISOString(), trouble: null, people: [], flood: null, acts: [],
  }) + '\\n\\n'
  globalThis.fetch = async (address, options) => {
    if (!String(address).startsWith('/v1/alert-events')) return await real(address, options)
    let timer
    const body = new ReadableStream({
      start: (stream) => {
        stream.enqueue(bytes.encode(beat()))
        timer = setInterval(() => {
          playedCount += 1
          const event = 'id: ' + playedCount + '\\nevent: alert\\ndata: {}\\n\\n'
          stream.enqueue(bytes.encode(event + (playedCount % 120 === 0 ? beat() : '')))
        }, 25)
      },
      cancel: () => clearInterval(timer),
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
})()`

const memorySecondsMax = 180

function summary(waitsMs: readonly number[]): string {
  const sorted = waitsMs.toSorted((one, other) => one - other)
  const at = (part: number): string => {
    const place = Math.min(sorted.length - 1, Math.floor(part * sorted.length))
    return `${Math.round(sorted[place] ?? Number.NaN)} ms`
  }
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)} of ${sorted.length}`
}
