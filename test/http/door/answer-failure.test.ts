import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLog } from '../../../src/log.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
const lines: Record<string, unknown>[] = []
beforeEach(async () => {
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>)
  world = await createTestApp({ log: createLog({ destination: { write } }) })
})
afterEach(async () => {
  await world.close()
})

it('what failed is in the log with its route and the number of its request', async () => {
  await world.database.pool.query('alter table persons rename to persons_away')
  const answers = [
    await world.call('operator', 'GET', '/v1/persons'),
    await world.call('operator', 'GET', '/v1/persons'),
  ]
  expect(answers.map(({ status }) => status)).toEqual([500, 500])
  const failed = lines.filter(({ msg }) => msg === 'request failed')
  expect(failed).toMatchObject([{ route: '/v1/persons' }, { route: '/v1/persons' }])
  const ids = new Set(failed.map(({ reqId }) => reqId))
  expect(ids.size).toBe(2)
  expect(ids).not.toContain(undefined)
})
