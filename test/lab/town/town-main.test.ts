import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { itHasManners, runCommand } from '../../replay/run-command.ts'

describe('the simulate command', () => {
  itHasManners('lab/town/town-main.ts')

  it('the simulate command writes the same bytes for the same seed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hoede-simulate-'))
    for (const name of ['one', 'two']) {
      const flags = ['--seed', '7', '--out', join(folder, name)]
      expect((await runCommand('lab/town/town-main.ts', flags)).code).toBe(0)
    }
    for (const name of ['registry.json', 'positions.ndjson', 'device-events.ndjson']) {
      const [one, two] = await Promise.all(
        ['one', 'two'].map((each) => readFile(join(folder, each, name), 'utf8')),
      )
      expect(one).toBe(two)
      expect(one!.length).toBeGreaterThan(100)
    }
    await rm(folder, { recursive: true })
  })
})
