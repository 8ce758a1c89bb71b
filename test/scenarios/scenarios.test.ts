import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { quietModes } from '../../src/core/quiet/trail.ts'
import { replayScenario } from '../../src/replay/replay.ts'
import { loadScenario } from '../../src/replay/scenario.ts'

const entries = await readdir(import.meta.dirname, { withFileTypes: true })
const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)

it('there are recorded scenarios to judge', () => {
  expect(names.length).toBeGreaterThanOrEqual(4)
})

/**
 * What was concluded from these when they were recorded. A difference is a change of what detection
 * concludes from the same input: it asks for a new `algorithmVersion` or version of the limits.
 */
const cases = names.flatMap((name) => quietModes.map((quietMode) => ({ name, quietMode })))

it.each(cases)(
  'the recorded scenario $name is concluded as it was, quiet fixes $quietMode',
  async ({ name, quietMode }) => {
    const folder = join(import.meta.dirname, name)
    const scenario = await loadScenario(folder, defaultLimits, (fault) => {
      throw fault
    })
    const lines = [...replayScenario(scenario, defaultLimits, null, () => {}, quietMode)].map(
      ({ event, revision, kind, priority, occurredAt, raisedAt, clearedAt, late }) =>
        JSON.stringify({ event, revision, kind, priority, occurredAt, raisedAt, clearedAt, late }),
    )
    const expected = await readFile(join(folder, 'expected-alerts.ndjson'), 'utf8')
    expect(lines).toEqual(expected.trimEnd().split('\n'))
  },
)
