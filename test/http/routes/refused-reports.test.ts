import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { withoutIdsAndTimes } from '../../support/without-ids-and-times.ts'

let app: TestApp
beforeAll(async () => {
  app = await createTestApp()
})
afterAll(async () => {
  await app.close()
})

it('the refused reports can be seen, newest first and page by page, without a place', async () => {
  for (const serialNumber of ['NOBODY-1', 'NOBODY-2', 'NOBODY-3']) {
    await app.call('vendor', 'POST', '/v1/positions', {
      positions: [
        { serialNumber, recordedAt: '2026-11-23T18:29:00Z', longitude: 4.8952, latitude: 52.3702 },
      ],
    })
  }
  const first = await app.call('supervisor', 'GET', '/v1/refused-reports?limit=2')
  const rest = await app.call(
    'supervisor',
    'GET',
    `/v1/refused-reports?limit=2&cursor=${String(first.body['nextCursor'])}`,
  )
  const items = [...(first.body['items'] as object[]), ...(rest.body['items'] as object[])]
  expect(items).toMatchObject([
    { serialNumber: 'NOBODY-3', code: 'unknown-device', elementIndex: 0 },
    { serialNumber: 'NOBODY-2', code: 'unknown-device', elementIndex: 0 },
    { serialNumber: 'NOBODY-1', code: 'unknown-device', elementIndex: 0 },
  ])
  expect(rest.body['nextCursor']).toBeNull()
  expect(withoutIdsAndTimes(items)).not.toMatch(/4\.89|52\.37/)
})
