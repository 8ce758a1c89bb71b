import type { Assessor } from '../../src/assess/answering/assessor.ts'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { KnownPlaces } from '../../src/core/enforceability/ground.ts'
import type { StaffRole } from '../../src/core/model/contract-words.ts'
import type { AlertDraft } from '../../src/core/model/alert.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { snapshotMsDefault } from '../../src/ingest/evaluator/evaluator-deps.ts'
import { createEvaluator } from '../../src/ingest/evaluator/evaluator.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { createSilentLog } from './silent-log.ts'
import { signInAs } from './signed-in.ts'
import { raiseAlertAt } from './alert-drafts.ts'
import { buildDesk } from './built-desk.ts'
import { openBrowser } from './browser.ts'
import { createTestApp, type TestApp } from './http-app.ts'

/** The real server with the built page, a browser, and a way to raise alerts. */
export async function openDeskWorld(options: WorldOptions = {}): Promise<DeskWorld> {
  await buildDesk()
  const world = await createTestApp({
    clock: { nowMs: Date.now },
    environment: options.environment ?? {},
    ...(options.places === undefined ? {} : { places: options.places }),
    ...(options.assessor === undefined ? {} : { assessor: options.assessor }),
  })
  await world.app.listen({ host: '127.0.0.1', port: 0 })
  const address = world.app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const evaluator = createEvaluator({
    pool: world.database.pool,
    log: createSilentLog(),
    limits: defaultLimits,
    clock: { nowMs: Date.now },
    doorbell: createLocalDoorbell({ log: createSilentLog(), pollMs: 50 }),
    shard: 0,
    snapshotMs: snapshotMsDefault,
  })
  evaluator.start()
  const browser = await openBrowser(options.hasGraphics)
  const origin = `http://localhost:${port}`
  return {
    ...world,
    browser,
    origin,
    openDesk: async (role, { displayName, ...options } = {}) => {
      const context = await browser.newContext({ locale: 'nl-NL', ...options })
      const now = { ...world, clock: { timeMs: Date.now() } }
      const { cookie, staffId, sessionId } = await signInAs(now, {
        roles: Array.isArray(role) ? role : [role],
        displayName: displayName ?? `J. de Wit (${String(role)})`,
      })
      const [name = '', value = ''] = cookie.split('=')
      await context.addCookies([
        // Of https by its name; a browser sends it to this machine without, too.
        {
          name,
          value,
          url: `https://localhost:${port}`,
          secure: true,
          httpOnly: true,
          sameSite: 'Strict',
        },
      ])
      const page = await context.newPage()
      const faults: string[] = []
      page.on('pageerror', (error) => faults.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(message.text())
      })
      await page.goto(`${origin}/desk`)
      return { context, page, staffId, sessionId, faults }
    },
    raise: async (facts) => {
      const nowMs = Date.now()
      const times = { occurredAtMs: nowMs - 2_000, learnedAtMs: nowMs - 1_000, lastSeenAtMs: nowMs }
      const id = await raiseAlertAt(world.database.pool, nowMs, { ...times, ...facts })
      world.doorbell.ring('alert-events')
      return id
    },
    registerOrder: async (reference = '09/123456-26', middle = amsterdam) => {
      const post = async (path: string, body: object) =>
        (await world.call('supervisor', 'POST', path, body)).body
      const person = await post('/v1/persons', { role: 'offender', reference: `RECL ${reference}` })
      const order = await post('/v1/protection-orders', {
        reference,
        legalBasis: 'liberty-restricting-measure',
        offenderId: person['id'],
        validFrom: '2026-01-01T00:00:00Z',
        validUntil: '2030-01-01T00:00:00Z',
        locationBans: [
          {
            label: 'woning en omgeving',
            circle: { ...middle, radiusMeters: 300 },
          },
        ],
      })
      const bans = order['locationBans'] as readonly { readonly id: string }[]
      return {
        orderId: String(order['id']),
        offenderId: String(person['id']),
        banId: bans[0]?.id ?? '',
      }
    },
    close: async () => {
      await browser.close()
      await evaluator.stop()
      await world.close()
    },
  }
}

const amsterdam = { longitude: 4.8952, latitude: 52.3702 }

type WorldOptions = {
  readonly environment?: Readonly<Record<string, string>>
  /** What was imported for the assessments of bans. */
  readonly places?: KnownPlaces
  readonly assessor?: Assessor
  /** A browser that draws WebGL. */
  readonly hasGraphics?: boolean
}

export type DeskWorld = TestApp & {
  readonly browser: Browser
  readonly origin: string
  readonly openDesk: (
    role: StaffRole | readonly StaffRole[],
    options?: Parameters<Browser['newContext']>[0] & { readonly displayName?: string },
  ) => Promise<OpenDesk>
  readonly registerOrder: (
    reference?: string,
    middle?: { readonly longitude: number; readonly latitude: number },
  ) => Promise<{ readonly orderId: string; readonly offenderId: string; readonly banId: string }>
  readonly raise: (facts?: Partial<AlertDraft>) => Promise<string>
}

export type OpenDesk = {
  readonly context: BrowserContext
  readonly page: Page
  readonly staffId: string
  readonly sessionId: string
  /** What the page complained of: errors of the script, and refusals of the policy. */
  readonly faults: readonly string[]
}
