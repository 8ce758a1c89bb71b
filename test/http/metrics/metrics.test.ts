import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
beforeAll(async () => {
  world = await createTestApp()
})
afterAll(() => world.close())

async function countCalls(): Promise<number> {
  const { body } = await world.call(null, 'GET', '/metrics')
  const line = /^hoede_http_request_seconds_count\{.*route="\/health\/live".*\} (\d+)$/m
  return Number(line.exec(String(body['text']))?.[1] ?? 0)
}

it('the metrics are worked out once a second, however often they are asked for', async () => {
  await world.call(null, 'GET', '/health/live')
  expect(await countCalls()).toBe(1)
  await world.call(null, 'GET', '/health/live')
  let queryCount = 0
  world.machinery.on('acquire', () => (queryCount += 1))
  for (let time = 0; time < 50; time += 1) expect(await countCalls()).toBe(1)
  expect(queryCount).toBe(0)
  world.clock.timeMs += 1_000
  expect(await countCalls()).toBe(2)
})
