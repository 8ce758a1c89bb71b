import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { destination } from '../../../geo/distance.ts'
import { recordingsStage } from '../../../lab/demo/recordings-stage.ts'

function track(metersPerSecond: number): string {
  const lines = Array.from({ length: 900 }, (_, second) => {
    const { longitude, latitude } = destination(5, 52, 45, second * metersPerSecond)
    return `${longitude}\t${latitude}\t${second}`
  })
  return `${lines.join('\n')}\n`
}

it('one recorded ride is enough for a stage that shows every part', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hoede-stage-'))
  await writeFile(join(folder, 'ride.track'), track(8))
  const startMs = Date.UTC(2026, 10, 23, 18)
  const stage = (await recordingsStage([folder], 0, 1))(startMs)
  expect(new Set(stage.storylines.map(({ key }) => key))).toEqual(
    new Set([
      'proximity-breach',
      'ban-entered-and-left',
      'approach-without-entering',
      'late-upload-reveals-breach',
      'strap-tamper',
      'silent-device',
    ]),
  )
  expect(stage.notes.join(' ')).toContain('No two were recorded together')
  expect(stage.scenario.fixes.every((fix) => fix.receivedAtMs >= startMs)).toBe(true)
  await rm(folder, { recursive: true })
})

it('a recording of somebody who stays at home says that nothing can be played', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hoede-stage-'))
  await writeFile(join(folder, 'home.track'), track(0))
  await expect(recordingsStage([folder], 0, 1)).rejects.toThrow(/goes 400 m or more/)
  await rm(folder, { recursive: true })
})

it('a broken file among the recordings is named, and the others are played', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hoede-stage-'))
  await writeFile(join(folder, 'cut.geojson'), '{"features":[')
  await writeFile(join(folder, 'ride.track'), track(8))
  const stage = (await recordingsStage([folder], 0, 1))(Date.UTC(2026, 10, 23, 18))
  expect(stage.notes[0]).toContain('read from 1 files (1 more')
  expect(stage.notes[1]).toMatch(/^Not whole: .*cut\.geojson line 1: expected JSON/)
  await rm(folder, { recursive: true })
})
