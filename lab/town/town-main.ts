import { parseCommandLine, readWhole, runCommand, UsageFault } from '../../src/command-line.ts'
import { writeScenario } from '../../src/replay/write-scenario.ts'
import { generateTown } from './town.ts'

const usage = `Usage: node lab/town/town-main.ts --out DIR [--seed NUMBER]

Writes a generated town and a morning of its people as a scenario folder, for npm run replay.

  --out DIR      where registry.json, positions.ndjson and device-events.ndjson are written
  --seed NUMBER  which town (1); the same seed gives the same files
`

async function main(): Promise<number> {
  const flags = parseCommandLine(usage, { out: { type: 'string' }, seed: { type: 'string' } })
  if (flags.out === undefined) {
    throw new UsageFault('--out is missing: the folder to write.')
  }
  const seed = readWhole('--seed', flags.seed ?? '1', 0, 4_294_967_295)
  const { name, scenario, storylines } = generateTown(seed)
  await writeScenario(flags.out, scenario)
  process.stderr.write(
    `${name}: ${scenario.registry.persons.length} people, ${scenario.fixes.length} fixes, ` +
      `${storylines.length} stories, written to ${flags.out}\n`,
  )
  return 0
}

await runCommand(main, isMissing)

function isMissing(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return code === 'EACCES' || code === 'ENOTDIR' || code === 'EEXIST'
}
