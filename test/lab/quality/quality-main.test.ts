import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixAt } from './quality-world.ts'

const root = resolve(import.meta.dirname, '../../..')
const run = promisify(execFile)
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hoede-quality-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function report(...flags: string[]): Promise<string> {
  const argv = ['lab/quality/quality-main.ts', '--out', join(folder, 'out'), ...flags]
  // Where recordings lie by default is no part of this test.
  const env = { ...process.env, HOEDE_SHARED_DATA: join(folder, 'nothing') }
  return (await run(process.execPath, argv, { cwd: root, env })).stdout
}

describe('the quality report', () => {
  it('the quality report says that there are no recordings, and measures a small simulation', async () => {
    const text = await report('--cases', '2', '--days', '1')
    expect(text).toContain('There were no recordings')
    expect(text).toContain('2 cases, 1 days')
    expect(text).toMatch(/alerts for a human \(P1 \+ P2\) per case per day\s+≤ 0\.05\s+\d/)
    const page = await readFile(join(folder, 'out', 'quality.html'), 'utf8')
    expect(page).toContain('Kwaliteit van de detectie')
  })

  it('the quality report is the same for the same seed', async () => {
    const once = await report('--cases', '1', '--days', '1', '--seed', '7')
    expect(await report('--cases', '1', '--days', '1', '--seed', '7')).toBe(once)
  })

  it('the quality report lays bans on recordings, and sweeps the thresholds over them', async () => {
    const recordings = join(folder, 'recordings')
    await mkdir(join(recordings, 'trajectories', 'osm-tracks'), { recursive: true })
    const track = Array.from({ length: 1_200 }, (_, second) => {
      const { longitude, latitude } = fixAt(0, second * 5)
      return `${longitude} ${latitude} ${second}`
    })
    await writeFile(join(recordings, 'trajectories', 'osm-tracks', 'made.track'), track.join('\n'))
    const text = await report('--cases', '0', '--recordings', recordings)
    expect(text).toContain('Recordings: 1 files, 2 trials')
    expect(text).toMatch(/150 m deep, found\s+≥ 99\.5 %\s+100\.00 % \(18 of 18\)/)
    const figures = JSON.parse(await readFile(join(folder, 'out', 'quality.json'), 'utf8')) as {
      curves: { name: string; points: unknown[] }[]
    }
    expect(figures.curves.map(({ name }) => name)).toContain('breachProbabilitySingle')
    expect(figures.curves[0]!.points.length).toBeGreaterThan(3)
  })

  it('the quality report refuses what it cannot do, in one sentence', async () => {
    await expect(report('--cases', 'many')).rejects.toMatchObject({ code: 2 })
    await expect(report('--recordings', join(folder, 'nowhere'))).rejects.toMatchObject({ code: 2 })
  })
})
