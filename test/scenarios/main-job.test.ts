import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findFreePort, startServerProcess, type ServerProcess } from '../support/server-process.ts'
import { waitUntil } from '../support/wait-until.ts'
import { createDocumentClient, type DocumentClient } from './document-client.ts'

const adminToken = `main-job-${'0123456789abcdef'.repeat(3)}`

describe('the main job, by a client that has read only the API document', () => {
  let server: ServerProcess
  let dataDir: string
  let call: DocumentClient

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hoede-main-job-'))
    server = await startServerProcess({ dataDir, port: await findFreePort(), adminToken })
    call = await createDocumentClient(server.baseUrl)
  })
  afterAll(async () => {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('what Node made of the sources is kept for the next start, also of a process that is killed', async () => {
    const kept = join(import.meta.dirname, '../../node_modules/.cache/hoede-compiled')
    await waitUntil('it is written', async () => {
      const files = await readdir(kept, { recursive: true }).catch(() => [])
      return files.length > 200
    })
  })

  it('a client that has read only the API document registers a vendor, two people, two devices and an order, posts fixes, and reads, acknowledges and closes the alert', async () => {
    const world = await register(call)
    const nowMs = Date.now()
    const posted = await call('createPositions', world.vendorToken, {
      body: {
        positions: [
          // She is at home; he stands 200 m from her, inside the ban around the home.
          position('VD-1', nowMs - 20_000, 5.3, 52.2),
          position('AM-1', nowMs - 10_000, 5.3029, 52.2),
        ],
      },
    })
    expect(posted).toMatchObject({
      status: 202,
      body: { accepted: 2, duplicates: 0, rejected: [], wantedIntervals: [] },
    })

    let alerts: Alert[] = []
    await waitUntil('both breaches on the list', async () => {
      const page = await call('listAlerts', world.operatorToken, {
        query: { protectionOrderId: world.orderId },
      })
      alerts = page.body['items'] as Alert[]
      const kinds = alerts.map((item) => item.kind)
      return kinds.includes('location-ban-breach') && kinds.includes('proximity-breach')
    })
    const breach = alerts.find((item) => item.kind === 'proximity-breach')
    expect(breach).toMatchObject({
      priority: 'P1',
      status: 'open',
      offenderId: world.offenderId,
      victimId: world.victimId,
      late: false,
      clearedAt: null,
    })

    const path = { id: breach?.id ?? '' }
    const detail = await call('getAlert', world.operatorToken, { path })
    expect(detail.status).toBe(200)
    expect(detail.body).toHaveProperty('evidence')
    const acknowledged = await call('acknowledgeAlert', world.operatorToken, {
      path,
      body: { note: 'Gebeld, politie onderweg.' },
    })
    expect(acknowledged).toMatchObject({ status: 200, body: { status: 'acknowledged' } })
    const closing = { path, body: { outcome: 'confirmed', note: 'Aangehouden.' } }
    expect(await call('closeAlert', world.operatorToken, closing)).toMatchObject({
      status: 200,
      body: { status: 'closed' },
    })
    expect((await call('closeAlert', world.operatorToken, closing)).status).toBe(409)
  }, 60_000)

  it('the log of the main job holds no coordinate and no token', () => {
    // A log that holds nothing would hold no canary either.
    expect(server.output()).toContain('evaluator leads')
    // The canary: the fixes above, and any number with that many decimals.
    expect(server.output()).not.toMatch(/5\.30|52\.2|\d\.\d{4,}/)
    expect(server.output()).not.toContain(adminToken)
  })
})

type Alert = { readonly id: string; readonly kind: string }

type World = {
  readonly vendorToken: string
  readonly operatorToken: string
  readonly offenderId: string
  readonly victimId: string
  readonly orderId: string
}

async function register(call: DocumentClient): Promise<World> {
  const made = async (
    operationId: string,
    token: string,
    body: unknown,
    field = 'id',
  ): Promise<string> => {
    const answer = await call(operationId, token, { body })
    expect(answer).toMatchObject({ status: 201 })
    return String(answer.body[field])
  }
  const token = async (body: object): Promise<string> =>
    await made('createApiClient', adminToken, body, 'token')
  const vendorId = await made('createVendor', adminToken, { name: 'Voorbeeld Monitoring' })
  const supervisor = await token({ name: 'toezicht', role: 'supervisor' })
  const offenderId = await made('createPerson', supervisor, { role: 'offender', reference: 'D-1' })
  const victimId = await made('createPerson', supervisor, { role: 'victim', reference: 'S-1' })
  const validFrom = new Date(Date.now() - 3_600_000).toISOString()
  const wear = async (serialNumber: string, kind: string, personId: string): Promise<void> => {
    const deviceId = await made('createDevice', supervisor, {
      vendorId,
      serialNumber,
      kind,
      reportIntervalSeconds: 60,
    })
    await made('createDeviceAssignment', supervisor, { deviceId, personId, validFrom })
  }
  await wear('AM-1', 'ankle-monitor', offenderId)
  await wear('VD-1', 'victim-device', victimId)
  const orderId = await made('createProtectionOrder', supervisor, {
    reference: '09/123456-26',
    legalBasis: 'prosecutor-behaviour-order',
    offenderId,
    validFrom,
    validUntil: new Date(Date.now() + 60 * 86_400_000).toISOString(),
    locationBans: [
      {
        label: 'woning en omgeving',
        circle: { longitude: 5.3, latitude: 52.2, radiusMeters: 400 },
        approachMeters: 500,
        schedule: null,
      },
    ],
    proximityBans: [{ victimId, separationMeters: 1_000, approachMeters: 2_000 }],
  })
  return {
    vendorToken: await token({ name: 'leverancier', role: 'vendor', vendorId }),
    operatorToken: await token({ name: 'meldkamer', role: 'operator' }),
    offenderId,
    victimId,
    orderId,
  }
}

function position(serialNumber: string, atMs: number, longitude: number, latitude: number): object {
  return {
    serialNumber,
    recordedAt: new Date(atMs).toISOString(),
    longitude,
    latitude,
    accuracyMeters: 8,
    source: 'gnss',
  }
}
