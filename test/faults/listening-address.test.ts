import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pino } from 'pino'
import { systemClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { serve } from '../../src/serve.ts'
import { testMasterKey } from '../support/master-key.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  await database.drop()
})

function start(environment: Record<string, string>) {
  const config = readConfig({
    DATABASE_URL: database.urlAs('owner'),
    HOEDE_MASTER_KEY: testMasterKey,
    HOEDE_ROLES: 'api',
    ...environment,
  })
  const log = pino({ level: 'silent' })
  return serve({ config, log, clock: systemClock, onProgress: () => {} })
}

it('a port in use is reported in a sentence that says what to do', async () => {
  const occupant = createServer()
  await new Promise<void>((resolve) => occupant.listen(0, '127.0.0.1', resolve))
  const address = occupant.address()
  if (address === null || typeof address === 'string') throw new Error('expected a TCP address')
  try {
    await expect(start({ HOEDE_PORT: String(address.port) })).rejects.toMatchObject({
      name: 'OperatingError',
      message: `Port ${address.port} of 127.0.0.1 is in use by another program. Stop that one, or choose another port with HOEDE_PORT.`,
    })
  } finally {
    await new Promise((resolve) => occupant.close(resolve))
  }
})

it('an address of another machine is reported in a sentence that says what to do', async () => {
  await expect(start({ HOEDE_HOST: '192.0.2.1', HOEDE_PORT: '0' })).rejects.toMatchObject({
    name: 'OperatingError',
    message:
      '192.0.2.1 is not an address of this machine. Set HOEDE_HOST to one that is, such as 127.0.0.1.',
  })
})

it('a port in use is told before the database is touched', async () => {
  const occupant = createServer()
  await new Promise<void>((resolve) => occupant.listen(0, '127.0.0.1', resolve))
  const address = occupant.address()
  if (address === null || typeof address === 'string') throw new Error('expected a TCP address')
  try {
    const nowhere = 'postgres://nobody:secret@127.0.0.1:1/nothing'
    await expect(
      start({ HOEDE_PORT: String(address.port), DATABASE_URL: nowhere }),
    ).rejects.toMatchObject({ message: expect.stringContaining('is in use by another program') })
  } finally {
    await new Promise((resolve) => occupant.close(resolve))
  }
})
