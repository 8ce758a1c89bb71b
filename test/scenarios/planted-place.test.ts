import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openEmbeddedForInspection } from '../faults/inspect-database.ts'
import { createApiClient, type ApiTestClient } from '../support/api-client.ts'
import { textOf } from '../support/registered-world.ts'
import { findFreePort, startServerProcess } from '../support/server-process.ts'
import { waitUntil } from '../support/wait-until.ts'

type Place = { readonly longitude: number; readonly latitude: number }

/** Where a protected person lives, and where their device says they are. */
const home: Place = { longitude: 5.8713642, latitude: 52.3197458 }
const seen: Place = { longitude: 5.8719283, latitude: 52.3191746 }
/** Laid in the open on purpose, so that a search which finds nothing is known to find. */
const control: Place = { longitude: 6.4728193, latitude: 51.6839274 }

let root: string
let said: string

/** All parts: the worker copies the history. */
const roles = 'api,evaluator,worker'

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'hoede-planted-'))
  const dataDir = path.join(root, 'data')
  const adminToken = 'planted-0123456789abcdef0123456789abcdef'
  const port = await findFreePort()
  const environment = { HOEDE_ROLES: roles }
  const server = await startServerProcess({ dataDir, port, adminToken, environment })
  try {
    said = await plant(createApiClient(server.baseUrl, adminToken))
    const inspect = await openEmbeddedForInspection(dataDir)
    await waitUntil('the history has what was taken in', async () => {
      const rows = await inspect.query('select 1 from fixes where place is not null')
      return rows.length === 6
    })
    await inspect.query(
      `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, journal_id)
       select uuidv7(), now(), now(), ${control.longitude}, ${control.latitude}, 0`,
    )
    await inspect.query(
      `insert into quarantined_fixes (element_index, code, detail)
       values (0, 'future', '${control.longitude} ${control.latitude}')`,
    )
    await inspect.close()
    said += await (await fetch(`${server.baseUrl}/metrics`)).text()
  } finally {
    // The last memory is saved, and the database written out whole.
    await server.stop()
    said += server.output()
  }
  await promisify(execFile)(
    process.execPath,
    [path.resolve('src/backup/backup-main.ts'), '--to', path.join(root, 'backup')],
    { env: { PATH: process.env['PATH'] ?? '', HOEDE_DATA_DIR: dataDir } },
  )
}, 120_000)
afterAll(() => rm(root, { recursive: true, force: true }))

it('a place that is taken in and judged is in no file of the database, its log or a backup, nor in what the server says', async () => {
  const found = new Set<string>()
  for (const file of await listFiles(root)) {
    const bytes = await readFile(file)
    const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes
    for (const [name, place] of Object.entries({ home, seen, control })) {
      for (const [form, pattern] of formsOf(place))
        if (text.includes(pattern)) found.add(`${name} as ${form}`)
    }
  }
  expect([...found].filter((one) => !one.startsWith('control'))).toEqual([])
  expect([...found].toSorted()).toEqual([
    'control as decimal latitude',
    'control as decimal longitude',
    'control as double latitude',
    'control as double longitude',
  ])
  for (const place of [home, seen])
    for (const [form, pattern] of formsOf(place))
      expect(said.includes(pattern.toString('latin1')), form).toBe(false)
})

/** Registers both, posts fixes near each other, waits for the alert; gives every answer. */
async function plant(admin: ApiTestClient): Promise<string> {
  const answers: string[] = []
  const token = async (role: string, more: Readonly<Record<string, string>> = {}) =>
    createApiClient(
      admin.baseUrl,
      textOf(await admin.mustPost('/v1/api-clients', { name: role, role, ...more }), 'token'),
    )
  const vendorId = textOf(await admin.mustPost('/v1/vendors', { name: 'Vendor' }), 'id')
  const [vendor, staff] = [await token('vendor', { vendorId }), await token('supervisor')]
  const validFrom = new Date(Date.now() - 86_400_000).toISOString()
  const register = async (role: string, kind: string, serialNumber: string) => {
    const person = await staff.mustPost('/v1/persons', { role, reference: serialNumber })
    const device = await staff.mustPost('/v1/devices', {
      vendorId,
      serialNumber,
      kind,
      reportIntervalSeconds: 60,
    })
    const [deviceId, personId] = [textOf(device, 'id'), textOf(person, 'id')]
    await staff.mustPost('/v1/device-assignments', { deviceId, personId, validFrom })
    return personId
  }
  const offenderId = await register('offender', 'ankle-monitor', 'AM-1')
  const victimId = await register('victim', 'victim-device', 'VD-1')
  const fixedAddresses = [{ label: 'woning', ...home, radiusMeters: 50 }]
  const order = await staff.mustPost('/v1/protection-orders', {
    reference: 'R-1',
    legalBasis: 'liberty-restricting-measure',
    offenderId,
    validFrom,
    validUntil: new Date(Date.now() + 86_400_000).toISOString(),
    locationBans: [{ label: 'woning', circle: { ...home, radiusMeters: 300 } }],
    proximityBans: [{ victimId, separationMeters: 1_000, fixedAddresses }],
  })
  const at = (serialNumber: string, { longitude, latitude }: Place, agoMs: number) => ({
    serialNumber,
    longitude,
    latitude,
    recordedAt: new Date(Date.now() - agoMs).toISOString(),
    accuracyMeters: 8,
    source: 'gnss',
    hdop: 0.9,
    satellites: 9,
  })
  // Each is refused for something else than its place.
  for (const wrong of [{ accuracyMeters: -1 }, { recordedAt: 'x' }, { colour: 'red' }]) {
    const positions = [{ ...at('VD-1', seen, 0), ...wrong }]
    answers.push(JSON.stringify(await vendor.post('/v1/positions', { positions })))
  }
  const beside = { longitude: seen.longitude + 0.003, latitude: seen.latitude + 0.001 }
  for (const agoMs of [120_000, 60_000, 0]) {
    const positions = [at('VD-1', seen, agoMs), at('AM-1', beside, agoMs)]
    answers.push(JSON.stringify(await vendor.post('/v1/positions', { positions })))
  }
  await waitUntil('the alert is raised', async () => {
    const alerts = await staff.get('/v1/alerts?kind=proximity-breach')
    return (alerts.body['items'] as readonly unknown[]).length > 0
  })
  await typePlaces(staff, textOf(order, 'id'))
  return answers.join('\n')
}

/** As people may: an address in a note, and in what is handed over with a case. */
async function typePlaces(staff: ApiTestClient, orderId: string): Promise<void> {
  const note = `Zij is thuis: ${home.latitude}, ${home.longitude}`
  const { body } = await staff.get('/v1/alerts')
  for (const { id } of body['items'] as readonly { readonly id: string }[]) {
    await staff.mustPost(`/v1/alerts/${id}/_acknowledge`, { note })
    await staff.mustPost(`/v1/alerts/${id}/_close`, { outcome: 'confirmed', note })
  }
  await staff.mustPost(`/v1/protection-orders/${orderId}/_give-role`, {
    role: 'case-lead',
    holder: { name: 'A. Eerst', phone: '+31612345678' },
    standIn: { name: 'B. Twee', phone: '+31612345678' },
    handOverNote: note,
  })
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
}

/** Ways in which a program could write it; numbers of four bytes beside each other only. */
function formsOf({ longitude, latitude }: Place): readonly (readonly [string, Buffer])[] {
  const forms: [string, Buffer][] = []
  for (const [name, value] of [
    ['longitude', longitude],
    ['latitude', latitude],
  ] as const) {
    const [little, big] = [Buffer.alloc(8), Buffer.alloc(8)]
    little.writeDoubleLE(value)
    big.writeDoubleBE(value)
    forms.push([`decimal ${name}`, Buffer.from(String(value).slice(0, -2))])
    forms.push([`double ${name}`, little], [`double, big end first, ${name}`, big])
    for (const bytes of [little, big])
      forms.push([`hexadecimal ${name}`, Buffer.from(bytes.toString('hex'))])
    // Wherever it begins among bytes that are written three by three.
    for (const before of [0, 1, 2]) {
      const text = Buffer.concat([Buffer.alloc(before), little]).toString('base64')
      forms.push([`base64 ${name}`, Buffer.from(text.slice(before === 0 ? 0 : 4, -4))])
    }
  }
  for (const pair of [
    [longitude, latitude],
    [latitude, longitude],
  ]) {
    const write = (put: (bytes: Buffer, value: number, at: number) => void): Buffer => {
      const bytes = Buffer.alloc(8)
      for (const [place, value] of pair.entries()) put(bytes, value, place * 4)
      return bytes
    }
    forms.push(['float', write((bytes, value, at) => void bytes.writeFloatLE(value, at))])
    forms.push([
      'float, big end first',
      write((bytes, value, at) => void bytes.writeFloatBE(value, at)),
    ])
    for (const scale of [1e5, 1e6, 1e7]) {
      forms.push([
        `times ${scale}`,
        write((bytes, value, at) => void bytes.writeInt32LE(Math.round(value * scale), at)),
      ])
      forms.push([
        `times ${scale}, big end first`,
        write((bytes, value, at) => void bytes.writeInt32BE(Math.round(value * scale), at)),
      ])
    }
  }
  return forms
}
