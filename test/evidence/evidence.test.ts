import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EvidenceFix } from '../../src/core/model/alert.ts'
import { readArguments, runEvidence } from '../../src/evidence/command.ts'
import { withholdPlaces } from '../../src/evidence/withhold.ts'
import { openRecordKey, publicPem, type RecordKey } from '../../src/record-key.ts'
import { saveEffects } from '../../src/store/alerts/save-effects.ts'
import { inTransaction } from '../../src/store/pg/pool.ts'
import { createRecordSealer } from '../../workers/seal-record.ts'
import { makeOrder, makePair } from '../core/engine-world.ts'
import { makeAlertDraft, saveContextAt } from '../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { createSilentLog } from '../support/silent-log.ts'

let world: TestApp
/** Far from every node_modules, as on the machine of whoever checks. */
const place = mkdtempSync(join(tmpdir(), 'hoede-evidence-'))
const taken = join(place, 'taken')
let alertId = ''
let victimId = ''
let otherVictimId = ''
let key: RecordKey

const recordedAtMs = Date.parse('2026-11-23T18:29:00.250Z')
const [longitude, latitude] = [5.123457, 52.098763]
/** Where the people live whom the order protects, and an area that the alert is not about. */
const planted = [
  { label: 'Schuilplaats A', longitude: 5.311117, latitude: 52.211117, radiusMeters: 50 },
  { label: 'Schuilplaats B', longitude: 5.322227, latitude: 52.222227, radiusMeters: 50 },
] as const
const otherArea = { longitude: 5.333337, latitude: 52.233337, radiusMeters: 300 }

beforeAll(async () => {
  world = await createTestApp()
  key = await openRecordKey('5'.repeat(64), '/nowhere')
  writeFileSync(join(place, 'key.pem'), publicPem(key))
  const offenderId = await make('/v1/persons', { role: 'offender', reference: 'o' })
  victimId = await make('/v1/persons', { role: 'victim', reference: 'v' })
  otherVictimId = await make('/v1/persons', { role: 'victim', reference: 'w' })
  const [ankle, phone] = [
    await giveDevice('ankle-monitor', offenderId),
    await giveDevice('victim-device', victimId),
  ]
  const orderId = await make('/v1/protection-orders', {
    reference: 'ORDER-1',
    legalBasis: 'liberty-restricting-measure',
    offenderId,
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2027-11-01T00:00:00Z',
    locationBans: [
      { label: 'home', circle: { longitude, latitude, radiusMeters: 300 } },
      { label: 'other', circle: otherArea },
    ],
    proximityBans: [
      { victimId, separationMeters: 1000, fixedAddresses: [planted[0]] },
      { victimId: otherVictimId, separationMeters: 1000, fixedAddresses: [planted[1]] },
    ],
  })
  const { pool } = world.database
  for (const [deviceId, seconds] of [
    [ankle, 0],
    [ankle, -60],
    [phone, -20],
  ] as const) {
    await pool.query(
      `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, accuracy_meters, journal_id)
       values ($1, to_timestamp($2::float8 / 1000), to_timestamp($2::float8 / 1000), $3, $4, 8, 1)`,
      [deviceId, recordedAtMs + seconds * 1000, longitude, latitude],
    )
  }
  const order = await world.call('supervisor', 'GET', `/v1/protection-orders/${orderId}`)
  const [ban] = order.body['locationBans'] as { id: string }[]
  const fix: EvidenceFix = {
    role: 'offender',
    personId: offenderId,
    deviceId: ankle,
    longitude,
    latitude,
    recordedAtMs,
    receivedAtMs: recordedAtMs,
    accuracyMeters: 8,
    isBelieved: true,
    disbelief: [],
    probability: 1,
  }
  const draft = makeAlertDraft({
    protectionOrderId: orderId,
    offenderId,
    victimId,
    locationBanId: ban?.id ?? null,
    occurredAtMs: recordedAtMs,
    learnedAtMs: recordedAtMs,
  })
  const alert = { ...draft, evidence: { ...draft.evidence, fixes: [fix] } }
  alertId = alert.id
  await inTransaction(pool, (tx) =>
    saveEffects(tx, [{ type: 'alert-raised', alert }], saveContextAt(world.clock.timeMs)),
  )
  const close = { outcome: 'confirmed', note: 'Police were there.' }
  await world.call('operator', 'POST', `/v1/alerts/${alertId}/_close`, close)
  await createRecordSealer({
    pool,
    log: createSilentLog(),
    key,
    witnessPath: join(place, 'heads'),
    witnessUrl: null,
  })()
  await take(taken)
})
afterAll(async () => {
  rmSync(place, { recursive: true })
  await world.close()
})

async function make(url: string, body: unknown): Promise<string> {
  const answer = await world.call('supervisor', 'POST', url, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return String(answer.body['id'])
}

async function giveDevice(kind: string, personId: string): Promise<string> {
  const body = { vendorId: world.vendorId, serialNumber: kind, kind, reportIntervalSeconds: 60 }
  const deviceId = await make('/v1/devices', body)
  await make('/v1/device-assignments', { deviceId, personId, validFrom: '2026-11-01T00:00:00Z' })
  return deviceId
}

const take = (folder: string) =>
  runEvidence(
    world.database.pool,
    { alertId, reason: 'case 09/123456-26', folder },
    { clock: { nowMs: () => world.clock.timeMs }, key },
  )

/** With the node of whoever runs the tests, in a folder that has nothing else. */
async function verify(folder: string, heads?: string) {
  const given = ['verify.mjs', '.', join(place, 'key.pem'), ...(heads === undefined ? [] : [heads])]
  const options = { cwd: folder, env: {} }
  return await promisify(execFile)(process.execPath, given, options).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
  )
}

/** A copy of what was taken, with one file changed. */
function tampered(file: string, change: (text: string) => string): string {
  const folder = mkdtempSync(join(place, 'tampered-'))
  cpSync(taken, folder, { recursive: true })
  const path = join(folder, file)
  writeFileSync(path, change(readFileSync(path, 'utf8')))
  return folder
}

describe('evidence of an alert', () => {
  it('the evidence of an alert is checked by a file of its own, without anything of ours, against key and witness', async () => {
    expect(readdirSync(taken).toSorted((one, other) => (one < other ? -1 : 1))).toEqual([
      'bundle.json',
      'manifest.sig',
      'manifest.txt',
      'page.html',
      'public-key.pem',
      'track.gpx',
      'verify.mjs',
    ])
    const { code, stdout } = await verify(taken, join(place, 'heads'))
    expect([code, stdout]).toEqual([0, expect.stringContaining('Nothing was found.')])
    expect(stdout).toContain('1 fixes of the decision, 3 received.')
    expect(stdout).toContain('The last fix lies 300 m inside the border')
    expect(stdout).toContain('The witness kept this head.')
    expect(stdout).toMatch(/[1-9]\d* entries of the record, [1-9]\d* of them under the signed head/)
  })

  it('its files say what was received, asked for, told and done', () => {
    const bundle = JSON.parse(readFileSync(join(taken, 'bundle.json'), 'utf8'))
    expect(bundle.orderVersions).toHaveLength(1)
    expect(bundle.limits.version).toBe(bundle.evidence.limitsVersion)
    expect(bundle.tellings.map((one: { name: string }) => one.name)).toContain('raised')
    expect(JSON.stringify(bundle.diary)).toContain('Police were there.')
    const gpx = readFileSync(join(taken, 'track.gpx'), 'utf8')
    expect(gpx.match(/<trkpt lat="52.098763" lon="5.123457">/g)).toHaveLength(3)
    expect(readFileSync(join(taken, 'page.html'), 'utf8')).toContain('Police were there.')
  })

  it('an address of a protected person is in no file of the folder of an alert about an area', async () => {
    const texts = readdirSync(taken).map((name) => readFileSync(join(taken, name), 'utf8'))
    const secrets = [...planted, otherArea].flatMap((one) => [
      String(one.longitude),
      String(one.latitude),
      ...('label' in one ? [one.label] : []),
    ])
    for (const secret of secrets) {
      expect(texts.filter((text) => text.includes(secret))).toEqual([])
    }
    const bundle = JSON.parse(readFileSync(join(taken, 'bundle.json'), 'utf8'))
    expect(bundle.orderVersions[0].withheld).toEqual([
      '/locationBans/1/area',
      '/proximityBans/0/fixedAddresses',
      '/proximityBans/1/fixedAddresses',
    ])
    expect(JSON.stringify(bundle.devices)).not.toContain(otherVictimId)
    const { rows } = await world.database.pool.query<{ ids: string[] }>(
      `select person_ids as ids from access_log where alert_id = $1 and action = 'take-evidence'`,
      [alertId],
    )
    expect(rows[0]?.ids).toEqual(expect.arrayContaining([victimId, otherVictimId]))
  })

  it('an alert about two people shows the addresses of that protected person alone, and no area', () => {
    const [own, other] = planted
    const body = makeOrder({
      proximityBans: [
        makePair({ victimId, fixedAddresses: [own] }),
        makePair({ victimId: otherVictimId, fixedAddresses: [other] }),
      ],
    })
    const version = { version: 1, changedAt: '', changedBy: null, body }
    const shown = withholdPlaces(version, makeAlertDraft({ victimId, locationBanId: null }))
    expect(shown.body.proximityBans.map((ban) => ban.fixedAddresses)).toEqual([[own], undefined])
    expect(shown.body.locationBans.map(({ area }) => area)).toEqual([null])
    const nobody = withholdPlaces(version, makeAlertDraft({ victimId: null, locationBanId: null }))
    expect(JSON.stringify(nobody)).not.toContain('Schuilplaats')
  })

  it('taking evidence is a reading of everybody in it, on record with its reason before anything is read', async () => {
    const { rows } = await world.database.pool.query(
      `select action, person_ids from access_log where alert_id = $1 and action = 'take-evidence'`,
      [alertId],
    )
    expect(rows).toHaveLength(1)
    await world.database.pool.query('alter table access_log rename to access_log_away')
    await expect(take(join(place, 'unrecorded'))).rejects.toThrow()
    await world.database.pool.query('alter table access_log_away rename to access_log')
    expect(readdirSync(place)).not.toContain('unrecorded')
  })

  it.each([
    ['a coordinate', 'bundle.json', '52.098763', '52.098764'],
    ['the outcome', 'bundle.json', '"outcome": "confirmed"', '"outcome": "false-alarm"'],
    ['a track', 'track.gpx', '5.123457', '5.123458'],
    ['the page', 'page.html', 'Police were there.', 'Nobody was there.'],
    ['the list of files', 'manifest.txt', '2026', '2027'],
  ])('a folder in which %s was changed is found', async (_what, file, from, to) => {
    const folder = tampered(file, (text) => text.replace(from, to))
    expect(await verify(folder)).toMatchObject({ code: 1 })
  })

  it('a bundle signed anew by another key, or with an entry of the record rewritten, is found', async () => {
    const other = await openRecordKey('6'.repeat(64), '/nowhere')
    const folder = join(place, 'other')
    await runEvidence(
      world.database.pool,
      { alertId, reason: 'x', folder },
      { clock: { nowMs: () => world.clock.timeMs }, key: other },
    )
    expect(await verify(folder)).toMatchObject({ code: 1 })
    await world.database.pool.query(
      `alter table audit_entries disable trigger user;
       update audit_entries set body = convert_to(replace(convert_from(body, 'UTF8'), 'closeAlert', 'readAlert1'), 'UTF8')`,
    )
    const rewritten = join(place, 'rewritten')
    await take(rewritten)
    const { code, stdout } = await verify(rewritten)
    expect([code, stdout]).toEqual([1, expect.stringContaining('does not lead to the head')])
  })
})

describe('the arguments of evidence', () => {
  it.each([
    [[], '--alert is missing'],
    [['--alert', '17'], '--alert is not the id of an alert'],
    [['--alert', '00000000-0000-8000-8000-00000000000a'], '--reason is missing'],
  ])('the arguments of evidence are refused when they are %j', (given, message) => {
    expect(() => readArguments(given)).toThrow(message)
  })

  it('evidence that somebody touched is taken all the same, without its fixes, and each file that is read says so', async () => {
    const { pool } = world.database
    const { rows } = await pool.query<{ evidence: object }>(
      'select evidence from alerts where id = $1',
      [alertId],
    )
    const put = (evidence: object) =>
      pool.query('update alerts set evidence = $2 where id = $1', [
        alertId,
        JSON.stringify(evidence),
      ])
    await put({ ...rows[0]?.evidence, sealed: 'AAAA' })
    const folder = join(place, 'touched')
    await take(folder)
    await put(rows[0]?.evidence ?? {})
    const bundle = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'))
    expect(bundle.evidence).toMatchObject({ fixes: [], isNotAsSealed: true })
    expect(bundle.rawFixes).toHaveLength(3)
    expect(readFileSync(join(folder, 'page.html'), 'utf8')).toContain('klopt niet met zijn zegel')
    const { code, stdout } = await verify(folder)
    expect([code, stdout]).toEqual([1, expect.stringContaining('did not match its seal')])
  })
})
