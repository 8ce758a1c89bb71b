import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDeviceDirectory } from '../../../src/ingest/intake/device-directory.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { registerDevice, registerDevices } from '../support.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  await database.drop()
})

describe('the device directory', () => {
  it('the device directory finds a device a second after it was asked for in vain and then registered', async () => {
    const { vendorId } = await registerDevices(database.pool, 'first vendor', [])
    let nowMs = 0
    const directory = createDeviceDirectory({ db: database.pool, nowMs: () => nowMs })
    expect((await directory.resolve(vendorId, ['AM-1'])).get('AM-1')).toBeUndefined()
    const id = await registerDevice(database.pool, vendorId, 'AM-1')
    nowMs = 999
    expect((await directory.resolve(vendorId, ['AM-1'])).get('AM-1')).toBeUndefined()
    nowMs = 1_000
    expect((await directory.resolve(vendorId, ['AM-1'])).get('AM-1')).toBe(id)
  })

  it('the device directory never finds the device of another vendor, also when it has found it for its own', async () => {
    const theirs = await registerDevices(database.pool, 'their vendor', ['SHARED-1'])
    const ours = await registerDevices(database.pool, 'our vendor', [])
    const directory = createDeviceDirectory({ db: database.pool, nowMs: () => 0 })
    expect((await directory.resolve(theirs.vendorId, ['SHARED-1'])).size).toBe(1)
    expect((await directory.resolve(ours.vendorId, ['SHARED-1'])).size).toBe(0)
  })
})
