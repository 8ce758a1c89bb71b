import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { plainReading } from '../../../src/replay/importers/recording.ts'
import { readRecordings } from '../../../src/replay/importers/read-recordings.ts'
import { scenarioFromRecordings } from '../../../src/replay/importers/scenario-from-recordings.ts'
import type { QuietMode } from '../../../src/core/quiet/trail.ts'
import { replayScenario } from '../../../src/replay/replay.ts'
import { packScenario } from '../../../src/replay/scenario.ts'

const root = join(
  process.env['HOEDE_SHARED_DATA'] ?? join(import.meta.dirname, '../../../../shared/data'),
  'trajectories',
)
const isPresent = existsSync(root)
const reason = isPresent ? '' : ' (skipped: no recordings at ../shared/data)'
const test = isPresent || process.env['CI'] !== undefined ? it : it.skip

/** What the publishers of the recordings say is in them. */
const published = [
  ['mobilitynet', 72_553, 8],
  ['osm-tracks', 129_432, 50],
  ['oystercatcher-assen', 14_893, 3],
  ['pet-cats-uk', 7_566, 51],
  ['bike-multi-device', 18_351, 7],
  ['liverpool-bus', 764, 4],
  ['ublox-nmea', 1_653, 1],
] as const

describe('real recordings', () => {
  test.each(published)(
    `real recordings of %s are read to the last fix: %d${reason}`,
    async (name, fixCount, deviceCount) => {
      const { recordings, files } = await readRecordings([join(root, name)], {
        ...plainReading,
        startMs: Date.UTC(2020, 0, 1),
        onFault: () => {},
      })
      expect(files.reduce((sum, file) => sum + file.fixCount, 0)).toBe(fixCount)
      expect(recordings).toHaveLength(deviceCount)
    },
  )

  test(`real recordings with bans on their way raise breaches of every shape, the same each time, judged one by one or as quiet${reason}`, async () => {
    const { recordings } = await readRecordings([join(root, 'bike-multi-device')], {
      ...plainReading,
      onFault: () => {},
    })
    const victims = new Set([recordings[0]!.deviceName])
    const options = { bans: 'auto', victims, separationMeters: 300 } as const
    const scenario = packScenario(scenarioFromRecordings(recordings, options))
    const run = (mode?: QuietMode) => [
      ...replayScenario(scenario, defaultLimits, null, () => {}, mode),
    ]
    const breaches = run().filter(
      ({ event, kind }) => event === 'raised' && kind === 'location-ban-breach',
    )
    const bans = new Set(breaches.map(({ locationBanId }) => locationBanId?.slice(-1)))
    expect(bans).toEqual(new Set(['1', '2', '3']))
    expect(run().some(({ kind }) => kind === 'proximity-breach')).toBe(true)
    expect(JSON.stringify(run('off'))).toBe(JSON.stringify(run()))
  })
})
