import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDeviceDirectory } from '../../../src/ingest/intake/device-directory.ts'
import { createWantedIntervals } from '../../../src/ingest/intake/wanted-intervals.ts'
import {
  loadWantedIntervals,
  saveWantedIntervals,
} from '../../../src/store/evaluator/save-wanted-intervals.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { nowMs, registerDevices } from '../support.ts'

let database: TestDatabase
let vendorId = ''
let deviceId = ''
beforeAll(async () => {
  database = await createTestDatabase()
  const registered = await registerDevices(database.pool, 'Vendor', ['AM-1', 'AM-2'])
  vendorId = registered.vendorId
  deviceId = registered.devices.get('AM-1') ?? ''
})
afterAll(() => database.drop())

const clock = { timeMs: nowMs }

function open() {
  const options = { db: database.pool, nowMs: () => clock.timeMs }
  return createWantedIntervals({ ...options, directory: createDeviceDirectory(options) })
}

const reports = ['AM-1', 'AM-2', 'NOBODY'].map((serialNumber) => ({ serialNumber }))

describe('wanted intervals', () => {
  it('wanted intervals are told for the devices of the request, once each, within a second of being wanted', async () => {
    const wanted = open()
    const request = { sender: { type: 'vendor', vendorId } as const, reports }
    expect(await wanted.find(request)).toEqual([])
    await saveWantedIntervals(database.pool, [{ deviceId, seconds: 15 }], clock.timeMs)
    expect(await wanted.find(request)).toEqual([])
    clock.timeMs += 1_000
    const twice = { ...request, reports: [...reports, ...reports] }
    expect(await wanted.find(twice)).toEqual([{ serialNumber: 'AM-1', reportIntervalSeconds: 15 }])
    await saveWantedIntervals(database.pool, [{ deviceId, seconds: null }], clock.timeMs)
    clock.timeMs += 1_000
    expect(await wanted.find(request)).toEqual([])
  })

  it('wanted intervals are not told to phones, nor to another vendor', async () => {
    await saveWantedIntervals(database.pool, [{ deviceId, seconds: 15 }], clock.timeMs)
    const wanted = open()
    expect(await wanted.find({ sender: { type: 'device', deviceId }, reports })).toEqual([])
    const other = await registerDevices(database.pool, 'Other vendor', ['AM-2'])
    const sender = { type: 'vendor', vendorId: other.vendorId } as const
    expect(await wanted.find({ sender, reports })).toEqual([])
  })

  it('wanted intervals keep when each was wanted; the last one holds', async () => {
    await saveWantedIntervals(database.pool, [{ deviceId, seconds: 30 }], clock.timeMs)
    expect(await loadWantedIntervals(database.pool)).toEqual(new Map([[deviceId, 30]]))
    const { rows } = await database.pool.query<{ seconds: number; open: boolean }>(
      `select report_interval_seconds as seconds, until_at is null as open
         from wanted_intervals where device_id = $1 order by id`,
      [deviceId],
    )
    expect(rows.map(({ seconds, open: isOpen }) => [seconds, isOpen])).toEqual([
      [15, false],
      [15, false],
      [30, true],
    ])
  })
})
