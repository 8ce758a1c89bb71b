import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { fixAt } from '../../../src/replay/fix-columns.ts'
import { loadScenario } from '../../../src/replay/scenario.ts'
import { createSimulation } from '../../../lab/simulate/simulation.ts'
import { itHasManners, root, runCommand } from '../../replay/run-command.ts'

const command = 'lab/simulate/simulate-main.ts'
const files = [
  'registry.json',
  'positions.ndjson',
  'device-events.ndjson',
  'truth.json',
  'truth.ndjson',
]
const network = resolve(
  process.env['HOEDE_SHARED_DATA'] ?? resolve(root, '../shared/data'),
  'netherlands/osm-road-network-00000043',
)

describe('the simulate command', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hoede-simulate-'))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
  })

  itHasManners(command)

  it.each(['--cases', '--days', '--seed', '--stories'])(
    'the simulate command refuses a %s that is no number',
    async (flag) => {
      const { code, stderr } = await runCommand(command, ['--out', folder, flag, 'many'])
      expect(code).toBe(2)
      expect(stderr).toContain(flag)
    },
  )

  it('the simulate command names a road network that is not there', async () => {
    const flags = ['--out', folder, '--road-network', join(folder, 'nowhere.nodes.gz')]
    const { code, stderr } = await runCommand(command, flags)
    expect(code).toBe(2)
    expect(stderr).toContain('nowhere.nodes.gz')
  })

  it('the simulate command writes the same bytes for the same seed, and what it made can be replayed', async () => {
    const options = ['--seed', '4', '--cases', '6', '--days', '2', '--stories', '1']
    for (const name of ['one', 'two']) {
      const run = await runCommand(command, [...options, '--out', join(folder, name)])
      expect(run.code, run.stderr).toBe(0)
      expect(run.stdout).toBe('')
      expect(run.stderr).toContain('6 cases over 2 days')
    }
    for (const file of files) {
      expect(await digest(join(folder, 'one', file)), file).toBe(
        await digest(join(folder, 'two', file)),
      )
    }
    const loaded = await loadScenario(join(folder, 'one'), defaultLimits, (fault) => {
      throw fault
    })
    const simulation = createSimulation({
      seed: 4,
      caseCount: 6,
      days: 2,
      storiesPerCase: 1,
      network: null,
    })
    let row = 0
    let eventCount = 0
    for (let index = 0; index < simulation.caseCount; index++) {
      for (const record of simulation.buildCase(index).records()) {
        if (record.type === 'fix') expect(fixAt(loaded.fixes, row++)).toEqual(record.fix)
        else expect(loaded.deviceEvents[eventCount++]).toEqual(record.event)
      }
    }
    expect(loaded.fixes.count).toBe(row)
    expect(loaded.deviceEvents.length).toBe(eventCount)
    expect(loaded.registry.protectionOrders.length).toBe(6)
    const truths = (await readFile(join(folder, 'one', 'truth.ndjson'), 'utf8')).trim().split('\n')
    expect(truths.length).toBe(6)
  })

  const title = 'puts people on a real road network'
  if (!existsSync(`${network}.nodes.gz`) && process.env['CI'] === undefined) {
    it.skip(`${title} (skipped: no shared data folder here)`)
  } else {
    it(title, async () => {
      const out = join(folder, 'real')
      const flags = [
        '--out',
        out,
        '--cases',
        '2',
        '--days',
        '1',
        '--road-network',
        `${network}.nodes.gz`,
      ]
      const run = await runCommand(command, flags)
      expect(run.code, run.stderr).toBe(0)
      const first = (await readFile(join(out, 'positions.ndjson'), 'utf8')).split('\n', 1)[0]!
      const fix = JSON.parse(first) as { longitude: number; latitude: number }
      expect(fix.longitude).toBeGreaterThan(4.8)
      expect(fix.longitude).toBeLessThan(5.2)
      expect(fix.latitude).toBeGreaterThan(51.8)
      expect(fix.latitude).toBeLessThan(52.4)
    })
  }
})

async function digest(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}
