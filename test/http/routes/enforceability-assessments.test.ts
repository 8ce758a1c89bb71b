import { afterAll, beforeAll, expect, test } from 'vitest'
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
  expect(answer.body['advisories']).toMatchObject([{ code: 'geometry-repaired' }])
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

test.each([
  [{}, ''],
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
