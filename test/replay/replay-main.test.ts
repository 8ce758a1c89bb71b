import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeScenario } from '../../src/replay/write-scenario.ts'
import { generateTown, stagePlan } from '../../lab/town/town.ts'
import { itHasManners, root, runCommand } from './run-command.ts'
import type { CommandRun } from './run-command.ts'

const town = generateTown(2, stagePlan(Date.UTC(2026, 2, 10, 8)))
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hoede-replay-'))
  await writeScenario(folder, town.scenario)
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

function run(command: string, ...flags: readonly string[]): Promise<CommandRun> {
  return runCommand(command, flags, folder)
}

describe('the replay command', () => {
  itHasManners('src/replay/replay-main.ts')

  it('the replay command prints alerts as NDJSON on stdout, the same bytes whether fixes are quiet or not, and the rest on stderr', async () => {
    const first = await run('src/replay/replay-main.ts', '--scenario', folder)
    const second = await run(
      'src/replay/replay-main.ts',
      '--scenario',
      folder,
      '--quiet-fixes',
      'off',
    )
    expect(first.code).toBe(0)
    expect(first.stdout).toBe(second.stdout)
    const lines = first.stdout.trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(10)
    expect(() => lines.map((line) => JSON.parse(line) as unknown)).not.toThrow()
    expect(first.stderr).toContain(`${town.scenario.fixes.length} fixes`)
  })

  it('the replay command ends in silence when its reader has seen enough', async () => {
    const child = spawn(process.execPath, [
      join(root, 'src/replay/replay-main.ts'),
      '--scenario',
      folder,
    ])
    child.stdout.destroy()
    let complaint = ''
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    const [code] = (await once(child, 'close')) as [number]
    expect(code).toBe(0)
    expect(complaint).not.toMatch(/EPIPE|Error/)
  })

  it.each([
    ['no such folder', ['--scenario', 'nowhere'], /registry\.json/],
    ['no folder at all', [], /--scenario/],
    ['no time', ['--scenario', '.', '--until', 'tomorrow'], /--until/],
  ])('the replay command given %s says so and ends with 2', async (_, flags, message) => {
    const { code, stderr } = await run('src/replay/replay-main.ts', ...flags)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/at .*\.ts:/)
  })

  it('the replay command stops at a bad line, or goes on and counts when told to', async () => {
    const bad = await mkdtemp(join(tmpdir(), 'hoede-replay-'))
    await writeScenario(bad, town.scenario)
    await appendFile(join(bad, 'positions.ndjson'), '{"serialNumber":"?"}\n')
    const stopped = await run('src/replay/replay-main.ts', '--scenario', bad)
    expect(stopped.code).toBe(2)
    expect(stopped.stderr).toContain(`line ${town.scenario.fixes.length + 1}, recordedAt`)
    expect(stopped.stderr).toContain('With --skip-bad-lines')
    const tolerant = await run('src/replay/replay-main.ts', '--scenario', bad, '--skip-bad-lines')
    expect(tolerant.code).toBe(0)
    expect(tolerant.stderr).toContain('1 bad lines left out')
    await rm(bad, { recursive: true })
  })
})
