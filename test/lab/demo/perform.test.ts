import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eveningReference, yesterdayEveningMs } from '../../../lab/demo/day-before.ts'
import { createHttpClient, expectSuccess } from '../../../lab/demo/http-client.ts'
import { perform } from '../../../lab/demo/perform.ts'
import { startServer } from '../../../lab/demo/server.ts'
import type { DemoServer } from '../../../lab/demo/server.ts'
import type { Stage } from '../../../lab/demo/stage.ts'
import { townStage } from '../../../lab/demo/town-stage.ts'

let folder = ''
let server: DemoServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hoede-demo-'))
  server = await startServer(join(folder, 'data'), null, AbortSignal.timeout(60_000))
}, 90_000)
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}, 60_000)

/**
 * The strap and the panic of the town, moved to its first seconds, with a ladder of two seconds.
 */
function shortStage(startMs: number): Stage {
  const stage = townStage(1, startMs, 1)
  const endMs = startMs + 9_000
  const { registry, fixes, deviceEvents } = stage.scenario
  const soon = deviceEvents
    .filter(({ kind }) => kind === 'panic' || kind === 'strap-tamper')
    .map((event) => ({ ...event, recordedAtMs: startMs + 2_000, receivedAtMs: startMs + 2_200 }))
  return {
    ...stage,
    endMs,
    storylines: stage.storylines.filter(({ key }) => key === 'panic' || key === 'strap-tamper'),
    scenario: {
      registry: {
        ...registry,
        protectionOrders: registry.protectionOrders.map((order) => ({
          ...order,
          escalation: [{ afterSeconds: 2, target: 'second-operator' }],
        })),
      },
      fixes: fixes.filter(({ receivedAtMs }) => receivedAtMs <= endMs),
      deviceEvents: soon,
    },
  }
}

it('a stage played over HTTP is raised, answered and escalated by the real server', async () => {
  const http = createHttpClient(server.baseUrl)
  const stage = shortStage(Date.now() + 4_000)
  const checklist = await perform(http, server.adminToken, stage, AbortSignal.timeout(60_000))
  const missing = checklist.items.filter(({ isSeen }) => !isSeen)
  expect(missing.map(({ title, what }) => `${title}: ${what}`)).toEqual([])
  expect(checklist.items.map(({ what }) => what)).toEqual([
    'raised',
    'raised',
    'acknowledged',
    'escalated',
  ])
}, 90_000)

it('the demo has a case of yesterday whose alerts are closed, and the report of its night', async () => {
  const http = createHttpClient(server.baseUrl)
  const made = await http.post('/v1/api-clients', server.adminToken, {
    name: 'see',
    role: 'supervisor',
  })
  const { token } = expectSuccess(made, 'client') as { readonly token: string }
  const read = async (path: string) =>
    expectSuccess(await http.get(path, token), path)['items'] as Record<string, unknown>[]
  const [order] = await read(`/v1/protection-orders?reference=${eveningReference}`)
  const alerts = await read(`/v1/alerts?protectionOrderId=${String(order?.['id'])}&limit=25`)
  const told = alerts.map(({ kind, late, status, outcome, occurredAt }) => {
    const sinceMinutes = (Date.parse(String(occurredAt)) - yesterdayEveningMs(Date.now())) / 60_000
    // A list says the hour of it.
    return { kind, late, status, outcome, isYesterday: sinceMinutes >= -60 && sinceMinutes <= 40 }
  })
  const closed = { late: true, status: 'closed', outcome: 'confirmed', isYesterday: true }
  const byKind = told.toSorted((one, other) => String(one.kind).localeCompare(String(other.kind)))
  expect(byKind).toEqual([
    { kind: 'location-ban-approach', ...closed },
    { kind: 'location-ban-breach', ...closed },
  ])
  const reports = await read('/v1/hand-overs')
  expect(reports.map(({ note }) => String(note).includes(eveningReference))).toEqual([true])
}, 90_000)

it('the data folder of a demo that is still on is not emptied by another', async () => {
  const second = startServer(join(folder, 'data'), null, AbortSignal.timeout(60_000))
  await expect(second).rejects.toThrow(/uses/)
}, 90_000)
