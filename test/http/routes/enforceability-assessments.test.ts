import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultOrganisationId } from '../../../src/record/act.ts'
import { listAuditEntries } from '../../../src/store/record/audit-entries.ts'
import { nowhereKnown } from '../../../src/core/enforceability/ground.ts'
import { createAssessorHere } from '../../support/assessor-here.ts'
import { createTestApp, type TestAnswer, type TestApp } from '../../support/http-app.ts'

let world: TestApp
beforeAll(async () => {
  world = await createTestApp()
})
afterAll(async () => {
  await world.close()
})

const ask = async (body: unknown): Promise<TestAnswer> =>
  world.call('supervisor', 'POST', '/v1/enforceability-assessments', body)

const square = [
  [5.1, 52.08],
  [5.12, 52.08],
  [5.12, 52.09],
  [5.1, 52.09],
  [5.1, 52.08],
]

test('a circle of 100 m is not enforceable, and a larger one is proposed', async () => {
  const answer = await ask({ circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 100 } })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  expect(answer.body['verdict']).toBe('NOT_ENFORCEABLE')
  const checks = answer.body['checks'] as { code: string; result: string; sentence: string }[]
  expect(checks.find((check) => check.code === 'E2')).toMatchObject({ result: 'red' })
  const counter = answer.body['counterProposal'] as { radiusMeters: number }
  expect(counter.radiusMeters).toBeGreaterThan(350)
})

test('a drawn area is assessed, and what was repaired in it is named', async () => {
  const coordinates = [[...square].reverse()]
  const answer = await ask({ geometry: { type: 'Polygon', coordinates }, travelModes: ['walk'] })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  expect(answer.body['perTravelMode']).toMatchObject([{ mode: 'walk' }])
  expect(answer.body['advisories']).toMatchObject([
    { code: 'geometry-repaired', detailNl: expect.stringMatching(/^Een rand/) },
  ])
})

test('several areas are answered together and each by itself, also when the answer is kept', async () => {
  const other = square.map(([x = 0, y = 0]) => [x + 0.05, y])
  const geometry = { type: 'MultiPolygon', coordinates: [[square], [other]] }
  const inside = { label: 'x', longitude: 5.11, latitude: 52.085, secret: true }
  const made = await ask({ geometry, victimAddresses: [inside], keep: true })
  expect(made.status, JSON.stringify(made.body)).toBe(200)
  const bans = made.body['bans'] as { protectedAddressCount: number; checks: unknown[] }[]
  expect(bans.map(({ protectedAddressCount }) => protectedAddressCount)).toEqual([1, 0])
  expect(bans[0]?.checks).toHaveLength(18)
  const url = `/v1/enforceability-assessments/${String(made.body['id'])}`
  expect((await world.call('supervisor', 'GET', url)).body).toEqual(made.body)
  expect((await ask({ separationMeters: 500 })).body['bans']).toEqual([])
})

test('areas that overlap, and more than are judged, are refused by their numbers, in Dutch too', async () => {
  const moved = (x: number, y: number) => [
    square.map(([east = 0, north = 0]) => [east + x, north + y]),
  ]
  const refused = async (coordinates: unknown) => {
    const { status, body } = await ask({ geometry: { type: 'MultiPolygon', coordinates } })
    return [status, body['errors']]
  }
  expect(await refused([moved(0.1, 0), moved(0, 0), moved(0.015, 0.001)])).toEqual([
    400,
    [
      expect.objectContaining({
        code: 'parts-overlap',
        detail: expect.stringContaining('Area 2 and area 3 overlap'),
        detailNl: expect.stringMatching(
          /^Gebied 2 en gebied 3 overlappen, in het .*oosten van gebied 2/,
        ),
      }),
    ],
  ])
  const many = (count: number) => Array.from({ length: count }, (_, at) => moved(0.03 * at, 0))
  expect(await refused(many(51))).toMatchObject([
    400,
    [{ code: 'too-many-areas', detail: expect.stringContaining('at most 50 areas') }],
  ])
})

test('the approach to a person is counted from that person, in question and counter-proposal', async () => {
  const answer = await ask({ separationMeters: 200, approachMeters: 400 })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  const counter = answer.body['counterProposal'] as Record<string, number>
  expect(counter['separationMeters']).toBeGreaterThan(200)
  expect(counter['approachMeters']).toBeGreaterThanOrEqual(counter['separationMeters'] ?? 0)
})

test('a question about which nothing is known is never answered as in order', async () => {
  const answer = await ask({ circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 5000 } })
  expect(answer.body['verdict']).not.toBe('ENFORCEABLE')
  expect((answer.body['notAssessed'] as string[]).length).toBeGreaterThan(0)
})

test('what the text of a measure does not say comes back as a list with the place of each, and E14 is green only where nothing does', async () => {
  // All in one moment would be more than one token may ask.
  world.clock.timeMs += 10_000
  const circle = { longitude: 5.1, latitude: 52.1, radiusMeters: 5000 }
  const exceptions: object[] = [{ from: '2026-12-02T09:00:00Z', reason: 'zitting' }]
  const timeZone = 'Europe/Amsterdam'
  const said = {
    circle,
    legalBasis: 'prosecutor-behaviour-order',
    validFrom: '2026-12-01T00:00:00Z',
    validUntil: '2027-02-01T00:00:00Z',
    supervision: { body: 'Reclassering Nederland', electronicMonitoring: true },
  }
  const answer = async (more: object) => {
    const { body } = await ask({ ...said, ...more })
    const missing = body['missing'] as { pointer: string }[]
    const checks = body['checks'] as { code: string; result: string }[]
    const text = checks.find(({ code }) => code === 'E14')?.result
    return [text, ...missing.map(({ pointer }) => pointer)]
  }
  expect(await answer({})).toEqual(['not-assessed', '/schedule'])
  expect(await answer({ schedule: { timeZone } })).toEqual(['green'])
  expect(await answer({ schedule: { timeZone, exceptions } })).toEqual([
    'not-assessed',
    '/schedule/exceptions/0/until',
  ])
  expect(await answer({ schedule: { timeZone }, supervision: null })).toEqual([
    'not-assessed',
    '/supervision/body',
    '/supervision/electronicMonitoring',
  ])
  const backwards = [{ ...exceptions[0], until: '2026-12-02T08:00:00Z' }]
  const refused = await ask({ ...said, schedule: { timeZone, exceptions: backwards } })
  expect(refused.body['errors']).toMatchObject([{ pointer: '/schedule/exceptions/0/until' }])
  const moving = await ask({ separationMeters: 500, schedule: { timeZone } })
  expect(moving.body['errors']).toMatchObject([{ pointer: '/schedule' }])
})

/** Her door is 137 m from the middle. */
const around = { circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 1_000 } }
const hers = { label: 'x', longitude: 5.102, latitude: 52.1, secret: true }

test('a distance from a secret address that fits the address is no contradiction', async () => {
  const question = { ...around, victimAddresses: [hers], victimAddressSecret: true }
  const answer = await ask({ ...question, distanceFromSecretAddressMeters: 140 })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
})

test('an area or address with its latitude first is refused by name, and not judged off Somalia', async () => {
  const [longitude, latitude] = [52.1, 5.1]
  const at = async (body: object) => {
    const answer = await ask({ ...around, ...body })
    const errors = answer.body['errors'] as { pointer: string; detail: string }[] | undefined
    return errors?.map(({ pointer, detail }) => [pointer, /once .* swapped/.test(detail)])
  }
  const circle = { longitude, latitude, radiusMeters: 500 }
  expect(
    await at({
      circle,
      victimAddresses: [hers, { ...hers, longitude, latitude }],
      offenderFixedAddresses: [{ label: 'x', longitude, latitude }],
    }),
  ).toEqual([
    ['/circle/longitude', true],
    ['/victimAddresses/1/longitude', true],
    ['/offenderFixedAddresses/0/longitude', true],
  ])
  // The words of the desk for `area` are that one area is to be chosen, which is not what is wrong.
  const metres = [155_000, 463_000]
  for (const [ring, sentence] of [
    [square.map(([x, y]) => [y, x]), 'Lengte en breedte zijn verwisseld'],
    [square.map(() => metres), 'Dit lijken meters van RD New'],
  ] as const) {
    const { body } = await ask({ geometry: { type: 'Polygon', coordinates: [ring] } })
    const detailNl = expect.stringContaining(sentence)
    expect(body['errors']).toMatchObject([{ pointer: '/geometry', code: 'custom', detailNl }])
  }
  // The name of the system that GeoJSON has anyway, or none, is no fault.
  const said = { type: 'Polygon', coordinates: [square], crs: null }
  expect(await at({ circle: undefined, geometry: said })).toBeUndefined()
})

test('a body that begins with a byte order mark is refused by that name', async () => {
  const text = `\uFEFF${JSON.stringify(around)}`
  const answer = await world.call('supervisor', 'POST', '/v1/enforceability-assessments', text)
  expect(answer.status).toBe(400)
  expect(String(answer.body['detail'])).toContain('byte order mark')
})

test('a police time below a minute is refused with what it is', async () => {
  for (const policeResponseSeconds of [0, 59]) {
    const answer = await ask({ ...around, policeResponseSeconds })
    expect(answer.body['errors']).toMatchObject([
      {
        detail: expect.stringContaining(
          'expected 60 seconds or more: less is a figure that is missing',
        ),
      },
    ])
  }
})

test.each([
  [{}, ''],
  [{ separationMeters: 500, victimCount: 0 }, '/victimCount'],
  [
    { separationMeters: 500, hasFixedAddress: true, offenderFixedAddresses: [] },
    '/offenderFixedAddresses',
  ],
  [
    {
      separationMeters: 500,
      hasFixedAddress: false,
      offenderFixedAddresses: [{ label: 'x', longitude: 5, latitude: 52 }],
    },
    '/offenderFixedAddresses',
  ],
  [{ ...around, victimAddressSecret: false, victimAddresses: [hers] }, '/victimAddressSecret'],
  [
    { ...around, victimAddressSecret: false, distanceFromSecretAddressMeters: 900 },
    '/victimAddressSecret',
  ],
  [
    { ...around, victimAddresses: [hers], distanceFromSecretAddressMeters: 900 },
    '/distanceFromSecretAddressMeters',
  ],
  [{ separationMeters: 500, policeResponseSeconds: 59 }, '/policeResponseSeconds'],
  [
    { separationMeters: 500, circle: { longitude: 5, latitude: 52, radiusMeters: 10 } },
    '/separationMeters',
  ],
  [{ separationMeters: 500, approachMeters: 400 }, '/approachMeters'],
  [{ circle: { longitude: 5, latitude: 52, radiusMeters: 0 } }, '/circle/radiusMeters'],
  [{ geometry: { type: 'Point', coordinates: [5, 52] } }, '/geometry'],
  [
    {
      separationMeters: 500,
      validFrom: '2026-02-01T00:00:00Z',
      validUntil: '2026-01-01T00:00:00Z',
    },
    '/validUntil',
  ],
])('the question %j is refused at %j', async (body, pointer) => {
  const answer = await ask(body)
  expect(answer.status).toBe(400)
  const errors = answer.body['errors'] as { pointer: string }[]
  expect(errors[0]?.pointer.startsWith(pointer)).toBe(true)
})

describe('an answer in lines', () => {
  const url = '/v1/enforceability-assessments/_follow'
  const follow = async (payload: object) =>
    await world.app.inject({
      method: 'POST',
      url,
      headers: { authorization: `Bearer ${world.tokens.supervisor}` },
      payload,
    })
  const circle = { longitude: 5.1, latitude: 52.1, radiusMeters: 700 }

  test('an answer in lines ends with the answer that is given at once', async () => {
    const answered = await follow({ circle, compare: true })
    expect(answered.headers['content-type']).toBe('application/x-ndjson; charset=utf-8')
    const lines = answered.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const { body } = await ask({ circle, compare: true })
    expect(lines.at(-1)).toEqual({ answer: body })
  })

  test('what is wrong with a question is refused with its status, and nothing is kept', async () => {
    const refused = await follow({ circle: { ...circle, radiusMeters: 90_000 }, keep: true })
    expect(refused.statusCode).toBe(400)
    expect(refused.json()).toMatchObject({ errors: [{ pointer: '/circle/radiusMeters' }] })
    const byOperator = await world.call('operator', 'POST', url, { circle })
    expect(byOperator.status).toBe(403)
  })
})

describe('whoever leaves before an answer is kept', () => {
  test('what was worked out when somebody left is not kept, and not on record', async () => {
    const here = createAssessorHere(nowhereKnown)
    // Closes the connection of whoever asks once the answer is there, and before it is stored.
    let leave = (): void => {}
    const apart = await createTestApp({
      assessor: {
        ...here,
        assess: async (task, signal) => {
          const made = await here.assess(task, signal)
          if (!task.isComparing) return made
          leave()
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          return made
        },
      },
    })
    try {
      const origin = await apart.app.listen({ host: '127.0.0.1', port: 0 })
      for (const path of ['', '/_follow']) {
        const leaving = new AbortController()
        leave = () => leaving.abort()
        const left = fetch(`${origin}/v1/enforceability-assessments${path}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${apart.tokens.supervisor}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify({ separationMeters: 500, keep: true, compare: true }),
          signal: leaving.signal,
        }).then((answer) => answer.text())
        await expect(left).rejects.toThrow(/abort/i)
      }
      // Asked after them in the same lane, and kept.
      const url = '/v1/enforceability-assessments'
      await apart.call('supervisor', 'POST', url, { separationMeters: 500, keep: true })
      const list = await apart.call('supervisor', 'GET', url)
      expect(list.body['items']).toHaveLength(1)
      const { rows } = await apart.database.pool.query('select 1 from enforceability_assessments')
      expect(rows).toHaveLength(1)
    } finally {
      await apart.close()
    }
  })
})

describe('an assessment that is kept', () => {
  const question = {
    label: 'Zaak RECL-2026-00417',
    circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 1_000 },
    victimAddresses: [
      { label: 'haar woning', longitude: 5.101_234_5, latitude: 52.1, secret: true },
    ],
  }

  test('an assessment that is kept is read again as it was, with an advice for each reader', async () => {
    const made = await ask({ ...question, keep: true })
    expect(made.status).toBe(200)
    const url = `/v1/enforceability-assessments/${String(made.body['id'])}`
    const again = await world.call('supervisor', 'GET', url)
    expect(again.body).toEqual(made.body)
    const court = await page(`${url}/advice?edition=court`)
    const file = await page(`${url}/advice`)
    expect(court.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(court.headers['content-security-policy']).toContain("default-src 'none'")
    expect(court.body).toContain('haar woning')
    expect(file.body).toContain('Zaak RECL-2026-00417')
    expect(file.body).not.toContain('haar woning')
    for (const { body } of [court, file]) expect(body).not.toContain('5.1012345')
    const list = await world.call('supervisor', 'GET', '/v1/enforceability-assessments')
    const items = list.body['items'] as readonly { readonly id: unknown }[]
    expect(items.filter(({ id }) => id === made.body['id'])).toEqual([
      {
        id: made.body['id'],
        label: 'Zaak RECL-2026-00417',
        madeAt: expect.any(String),
        verdict: made.body['verdict'],
        mapId: null,
        limitsVersion: made.body['limitsVersion'],
        state: 'assessed',
        protectionOrderId: null,
        orderReference: null,
        declinedAt: null,
        declineReason: null,
      },
    ])
  })

  test('each reading of an advice is on record before it is answered, and so is its making', async () => {
    const made = await ask({ ...question, keep: true })
    const id = String(made.body['id'])
    await page(`/v1/enforceability-assessments/${id}/advice?edition=court`)
    await page(`/v1/enforceability-assessments/${id}`)
    const { rows } = await world.database.pool.query<{ body: Buffer }>(
      'select body from audit_entries order by index',
    )
    const entries = rows.map(({ body }) => body.toString()).filter((text) => text.includes(id))
    expect(entries.map((text) => JSON.parse(text).name)).toEqual([
      'assessEnforceability',
      'getEnforceabilityAdvice',
      'getEnforceabilityAssessment',
    ])
    expect(entries[1]).toContain('advice, edition for the court')
  })

  test('an assessment is not kept unless that is asked, and one that is not there is not found', async () => {
    const before = await world.call('supervisor', 'GET', '/v1/enforceability-assessments')
    expect((await ask(question)).body['id']).toBeNull()
    const after = await world.call('supervisor', 'GET', '/v1/enforceability-assessments')
    expect(after.body).toEqual(before.body)
    const nowhere = '/v1/enforceability-assessments/00000000-0000-4000-8000-000000000000'
    for (const url of [nowhere, `${nowhere}/advice`]) {
      expect((await world.call('supervisor', 'GET', url)).status).toBe(404)
    }
    const wrong = await world.call('supervisor', 'GET', `${nowhere}/advice?edition=press`)
    expect(wrong.status).toBe(400)
  })

  test('an advice that is made of names and labels of markup shows them as text', async () => {
    const made = await ask({ ...question, label: '<script>alert(1)</script>', keep: true })
    const url = `/v1/enforceability-assessments/${String(made.body['id'])}/advice`
    expect((await page(url)).body).not.toContain('<script>')
  })
})

async function page(url: string) {
  return await world.app.inject({
    method: 'GET',
    url,
    headers: { authorization: `Bearer ${world.tokens.supervisor}` },
  })
}

test('stored positions of somebody who is monitored tell how good reception and delivery are about a ban', async () => {
  const person = { role: 'offender', reference: 'r-reception' }
  const made = await world.call('supervisor', 'POST', '/v1/persons', person)
  const offenderId = String(made.body['id'])
  const nowMs = world.clock.timeMs
  const { pool } = world.database
  const { rows: monitors } = await pool.query<{ id: string }>(
    `insert into devices (vendor_id, serial_number, kind, report_interval_seconds)
     select vendor_id, 'reception', 'ankle-monitor', 60 from devices where id = $1 returning id`,
    [world.deviceId],
  )
  const monitorId = monitors[0]?.id
  await pool.query(
    `insert into device_assignments (device_id, person_id, valid_from)
     values ($1, $2, to_timestamp($3::float8 / 1000) - interval '20 days')`,
    [monitorId, offenderId, nowMs],
  )
  await pool.query(
    `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, accuracy_meters, journal_id)
     select $1, at, at + interval '3 seconds', 5.1, 52.1, 12, 1
     from generate_series($2::timestamptz - interval '9 days', $2::timestamptz - interval '1 day', interval '1 minute') as at`,
    [monitorId, new Date(nowMs).toISOString()],
  )
  const circle = { longitude: 5.1, latitude: 52.1, radiusMeters: 1000 }
  const answer = await ask({ circle, offenderId })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  const checks = answer.body['checks'] as { code: string; result: string; value: number }[]
  for (const code of ['E7', 'E8']) {
    expect(checks.find((check) => check.code === code)).toMatchObject({
      result: 'green',
      value: 100,
    })
  }
  const { rows } = await pool.query(
    `select convert_from(e.body, 'utf8') as body from audit_entries e
     join audit_subjects s using (organisation_id, index) where s.subject_id = $1`,
    [offenderId],
  )
  expect(JSON.stringify(rows)).toContain('positions counted about a proposed ban')
  const kept = await ask({ circle, offenderId, keep: true })
  const url = `/v1/enforceability-assessments/${String(kept.body['id'])}`
  await page(url)
  await page(`${url}/advice?edition=court`)
  const onRecord = await entriesAbout(offenderId)
  expect(onRecord.map(({ name }) => name).slice(-5)).toEqual([
    'assessEnforceability',
    'assessEnforceability',
    'assessEnforceability',
    'getEnforceabilityAssessment',
    'getEnforceabilityAdvice',
  ])
  const far = await ask({ circle: { ...circle, longitude: 5.3 }, offenderId })
  expect(far.body['notAssessed']).toEqual(expect.arrayContaining(['E7', 'E8']))
})

/** The record of one person: entries that name them as the one whose data it was. */
async function entriesAbout(personId: string) {
  const rows = await listAuditEntries(world.database.pool, {
    organisationId: defaultOrganisationId,
    subjectId: personId,
    fromMs: null,
    untilMs: null,
    afterIndex: -1,
    limit: 100,
  })
  const entries = rows.map(({ body }) => JSON.parse(body.toString()) as RecordEntry)
  return entries.filter(({ attributes }) => attributes['dpl.core.data_subject_id'] === personId)
}

type RecordEntry = { readonly name: string; readonly attributes: Readonly<Record<string, unknown>> }

test('an offender whom nobody knows is a fault of the question', async () => {
  const circle = { longitude: 5.1, latitude: 52.1, radiusMeters: 1000 }
  const answer = await ask({ circle, offenderId: '01990000-0000-7000-8000-000000000000' })
  expect(answer.status).toBe(400)
  expect(answer.body['errors']).toMatchObject([{ pointer: '/offenderId' }])
})
