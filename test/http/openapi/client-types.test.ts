import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApp } from '../../support/http-app.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../../..')
const generator = join(root, 'node_modules/client-types/node_modules/openapi-typescript/bin/cli.js')
const compiler = join(root, 'node_modules/typescript/bin/tsc')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(root, 'node_modules/.client-types-'))
  const world = await createTestApp()
  const { body } = await world.call(null, 'GET', '/v1/openapi.json')
  await world.close()
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(body))
  await run(process.execPath, [generator, 'openapi.json', '-o', 'hoede.ts'], { cwd: folder })
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const types = './hoede.ts'
const head = `import type { components, webhooks } from ${JSON.stringify(types)}
type Schemas = components['schemas']
`

/** What the compiler of a client says; empty when it is content. */
async function compile(client: string): Promise<string> {
  await writeFile(join(folder, 'client.ts'), `${head}${client}`)
  const options = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--allowImportingTsExtensions',
    '--module',
    'nodenext',
  ]
  try {
    await run(process.execPath, [compiler, ...options, 'client.ts'], { cwd: folder })
    return ''
  } catch (error) {
    return String((error as { readonly stdout: string }).stdout)
  }
}

/** As the contract prints them: what may be left out is left out. */
const contract = `
export const position: Schemas['Position'] = {
  serialNumber: 'AM-000123', recordedAt: '2026-11-23T18:30:05Z', longitude: 4.8952, latitude: 52.3702,
  accuracyMeters: 12, speedMetersPerSecond: 1.4, headingDegrees: 88, source: 'gnss', hdop: 0.9,
  satellites: 11, batteryFraction: 0.81, sequence: 88123,
}
export const barePosition: Schemas['Position'] = {
  serialNumber: 'AM-000123', recordedAt: '2026-11-23T18:30:05Z', longitude: 4.8952, latitude: 52.3702,
}
export const order: Schemas['NewProtectionOrder'] = {
  reference: '09/123456-26', legalBasis: 'prosecutor-behaviour-order', offenderId: '…',
  validFrom: '2026-11-01T00:00:00Z', validUntil: '2027-01-30T00:00:00Z',
  locationBans: [ { label: 'woning en omgeving', circle: { longitude: 4.9, latitude: 52.4, radiusMeters: 300 },
                    approachMeters: 500, schedule: null } ],
  proximityBans: [ { victimId: '…', separationMeters: 1000, approachMeters: 2000 } ],
}
const { locationBans: _, ...withoutLocationBans } = order
export const proximityOnly: Schemas['NewProtectionOrder'] = withoutLocationBans
export const subscription: Schemas['NewWebhookSubscription'] = { url: 'https://desk.example.org/hook' }
`

describe('types that openapi-typescript makes of the document', () => {
  test('the types that openapi-typescript makes of the document compile with the position and the order of the contract', async () => {
    expect(await compile(contract)).toBe('')
  }, 60_000)

  test('the types that openapi-typescript makes of the document give alerts and events a name, and tell events apart by their type', async () => {
    const client = `
export function read(page: Schemas['AlertPage']): Schemas['Alert'] | undefined {
  return page.items[0]
}
export function note(detail: Schemas['AlertWithEvidence']): string | null {
  return detail.evidence.note
}
export function outcome(event: Schemas['AlertEvent']): string | null {
  return event.type === 'nl.hoede.alerts.closed' ? event.data.outcome : null
}
export type Posted =
  webhooks['nl.hoede.alerts.raised']['post']['requestBody']['content']['application/cloudevents+json']
export const named: Posted extends Schemas['AlertRaised'] ? true : false = true
`
    expect(await compile(client)).toBe('')
  }, 60_000)

  test('the types that openapi-typescript makes of the document refuse what the server refuses: a position without a place', async () => {
    const client = `
export const nowhere: Schemas['Position'] = { serialNumber: 'AM-1', recordedAt: '2026-11-23T18:30:05Z' }
`
    expect(await compile(client)).toContain('longitude')
  }, 60_000)
})
