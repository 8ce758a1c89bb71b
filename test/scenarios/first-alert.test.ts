import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiClientRoles, type ApiClientRole } from '../../src/core/model/contract-words.ts'
import { createTestApp } from '../support/http-app.ts'
import { findFreePort, startServerProcess, type ServerProcess } from '../support/server-process.ts'

const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8')
const adminToken = `first-alert-${'0123456789abcdef'.repeat(3)}`

describe('the way of README.md from an empty server to the first alert', () => {
  let server: ServerProcess
  let dataDir: string
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hoede-first-alert-'))
    server = await startServerProcess({ dataDir, port: await findFreePort(), adminToken })
  })
  afterAll(async () => {
    await server?.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('the way of README.md to the first alert works in a shell as it is printed, with the address and the token of the server', async () => {
    const script = /^## From an empty server.*?^```sh\n(.*?)^```/ms.exec(readme)?.[1] ?? ''
    const [settings = '', ...lines] = script.split('\n')
    expect(settings).toMatch(/^HOEDE=\S+ ADMIN=\S+$/)
    const own = `set -eu -o pipefail\nHOEDE=${server.baseUrl} ADMIN=${adminToken}`
    const { stdout } = await promisify(execFile)('bash', ['-c', [own, ...lines].join('\n')], {
      timeout: 60_000,
    })
    const alerts = JSON.parse(
      stdout
        .trim()
        .split('\n')
        .at(-1)
        ?.replace(/^.*(?=\{"items")/, '') ?? '',
    )
    expect(alerts).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ kind: 'location-ban-breach', priority: 'P1', status: 'open' }),
      ]),
    })
  }, 90_000)
})

describe('the roles of README.md', () => {
  it('the roles of README.md are all there, and may do what the table says', async () => {
    const table = /^\| role of a token.*?\n\n/ms.exec(readme)?.[0] ?? ''
    const rows = [...table.matchAll(/^\| `([a-z-]+)` *\|/gm)].map((match) => match[1])
    expect(rows).toEqual([...apiClientRoles])
    const world = await createTestApp()
    const { entries } = world.app.routeList
    await world.close()
    const callsOf = (role: ApiClientRole): string[] =>
      entries
        .filter(({ access }) => access !== 'public' && access.includes(role))
        .map(({ method, url }) => `${method} ${url}`)
    expect(callsOf('supervisor')).toEqual(expect.arrayContaining(callsOf('operator')))
    expect(callsOf('administrator').filter((call) => /persons|alerts|orders/.test(call))).toEqual(
      [],
    )
    expect(callsOf('vendor')).toEqual(['POST /v1/positions', 'POST /v1/device-events'])
    const ofPhones = callsOf('victim-device')
    expect(ofPhones.length).toBeGreaterThan(2)
    expect(ofPhones.filter((call) => !call.startsWith('POST /adapters/'))).toEqual([
      'POST /v1/sightings',
    ])
  })
})
