import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { destination } from '../../geo/distance.ts'
import { itHasManners, runCommand } from './run-command.ts'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hoede-import-'))
  const rows = Array.from({ length: 600 }, (_, index) => {
    const { longitude, latitude } = destination(5, 52, 70, index * 5)
    return `A,${1_767_225_600 + index},${longitude},${latitude}`
  })
  await writeFile(join(folder, 'ride.csv'), `device,time,lon,lat\n${rows.join('\n')}\n`)
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

describe('the import command', () => {
  itHasManners('src/replay/import-main.ts')

  it('the import command makes a scenario whose bans are met, and the replay says so', async () => {
    const imported = await runCommand('src/replay/import-main.ts', [
      '--from',
      join(folder, 'ride.csv'),
      '--out',
      join(folder, 'scenario'),
    ])
    expect(imported.stderr).toContain('600 fixes of 1 devices')
    expect(imported.code).toBe(0)
    const replayed = await runCommand('src/replay/replay-main.ts', [
      '--scenario',
      join(folder, 'scenario'),
    ])
    const breached = replayed.stdout
      .split('\n')
      .filter((line) => line.includes('"event":"raised"') && line.includes('location-ban-breach'))
    expect(breached.length).toBeGreaterThanOrEqual(3)
  })

  it('the import command stops at a bad line with its place, unless told to go on', async () => {
    const file = join(folder, 'bad.csv')
    await writeFile(file, 'time,lon,lat\n1767225600,5,52\nnever,5,52\n')
    const flags = ['--from', file, '--out', join(folder, 'bad')]
    const stopped = await runCommand('src/replay/import-main.ts', flags)
    expect(stopped.code).toBe(2)
    expect(stopped.stderr).toContain(
      'line 3, recordedAt: expected a time, got "never". With --skip-bad-lines such lines are left out and named',
    )
    const tolerant = await runCommand('src/replay/import-main.ts', [...flags, '--skip-bad-lines'])
    expect(tolerant.code).toBe(0)
    expect(tolerant.stderr).toContain('1 bad lines left out')
    expect(tolerant.stderr).not.toContain('--skip-bad-lines')
  })

  it('the import command loses only the broken files of a folder, and its exit code says so', async () => {
    const from = join(folder, 'mixed')
    await mkdir(from)
    await writeFile(join(from, 'bad.csv'), 'time,lon,lat\nnever,5,52\n')
    await writeFile(join(from, 'cut.geojson'), '{"features":[')
    await writeFile(join(from, 'good.csv'), 'time,lon,lat\n2026-07-20 10:00:00,5,52\n')
    const flags = ['--from', from, '--out', join(folder, 'some'), '--bans', 'none']
    const plain = await runCommand('src/replay/import-main.ts', flags)
    expect(plain.code).toBe(1)
    expect(plain.stderr).toMatch(/^not read: .*bad\.csv line 2, recordedAt: expected a time/m)
    expect(plain.stderr).toMatch(/^not read: .*cut\.geojson line 1: expected JSON/m)
    expect(plain.stderr).toMatch(/good\.csv: 1 fixes; its times name no zone .* \(--timezone/)
    expect(plain.stderr).toContain('2 of 3 files could not be read whole')
    const zone = ['--timezone', 'Europe/Amsterdam', '--skip-bad-lines']
    const dutch = await runCommand('src/replay/import-main.ts', [...flags, ...zone])
    expect(dutch.code).toBe(1)
    expect(dutch.stderr).not.toContain('--timezone')
    expect(await readFile(join(folder, 'some', 'positions.ndjson'), 'utf8')).toContain(
      '"recordedAt":"2026-07-20T08:00:00.000Z"',
    )
  })

  it.each([
    ['--timezone', 'Amsterdam'],
    ['--speed-unit', 'furlongs'],
    ['--date-order', 'ymd'],
  ])('the import command names a %s that is none', async (flag, value) => {
    const flags = ['--from', folder, '--out', folder, flag, value]
    const { code, stderr } = await runCommand('src/replay/import-main.ts', flags)
    expect(code).toBe(2)
    expect(stderr).toMatch(new RegExp(`^${flag} is .*${value}`))
  })
})
