import { parseCommandLine, readWhole, runCommand, UsageFault } from '../../src/command-line.ts'
import { ScenarioFault } from '../../src/replay/scenario-fault.ts'
import { readRoadNetwork } from './region/region-read.ts'
import { createSimulation } from './simulation.ts'
import { writeSimulation } from './write-simulation.ts'

const usage = `Usage: npm run simulate -- --out DIR [--seed N] [--cases N] [--days N] [--stories N] [--road-network PATH]

Writes a labelled simulation as a scenario folder for npm run replay, with what was true in truth.json and truth.ndjson.

  --out DIR            where the files are written
  --seed N             which world (1); the same options give the same files
  --cases N            offenders, each with an order and perhaps a victim (200)
  --days N             from a Monday on (30)
  --stories N          per case; unsaid: one, and one more for each further fortnight
  --road-network PATH  a real network instead of a generated region: NAME.nodes.gz, with NAME.arcs.gz beside it
`

async function main(): Promise<number> {
  const flags = parseCommandLine(usage, {
    out: { type: 'string' },
    seed: { type: 'string' },
    cases: { type: 'string' },
    days: { type: 'string' },
    stories: { type: 'string' },
    'road-network': { type: 'string' },
  })
  if (flags.out === undefined) {
    throw new UsageFault('--out is missing: the folder to write.')
  }
  const seed = readWhole('--seed', flags.seed ?? '1', 0, 4_294_967_295)
  const caseCount = readWhole('--cases', flags.cases ?? '200', 1, 100_000)
  const days = readWhole('--days', flags.days ?? '30', 1, 366)
  const storiesPerCase =
    flags.stories === undefined ? null : readWhole('--stories', flags.stories, 1, 100)
  const path = flags['road-network']
  const network = path === undefined ? null : await readRoadNetwork(path)
  const startedAtMs = performance.now()
  const simulation = createSimulation({ seed, caseCount, days, storiesPerCase, network })
  const counts = writeSimulation(flags.out, simulation, ({ caseCount: doneCount, fixCount }) => {
    if (process.stderr.isTTY || doneCount % progressEveryCount === 0) {
      const end = process.stderr.isTTY ? '\r' : '\n'
      process.stderr.write(`${doneCount} of ${caseCount} cases, ${fixCount} fixes${end}`)
    }
  })
  const seconds = (performance.now() - startedAtMs) / 1000
  process.stderr.write(
    `${simulation.name}: ${counts.caseCount} cases over ${days} days, ${counts.fixCount} fixes and ` +
      `${counts.eventCount} device events in ${seconds.toFixed(1)} s ` +
      `(${Math.round(counts.fixCount / seconds)} fixes a second), written to ${flags.out}\n`,
  )
  return 0
}

const progressEveryCount = 50

await runCommand(main, isUserFault)

function isUserFault(error: unknown): error is Error {
  if (error instanceof ScenarioFault) return true
  const code = error instanceof Error && 'code' in error ? error.code : null
  return ['EACCES', 'ENOTDIR', 'EEXIST', 'ENOENT', 'Z_DATA_ERROR'].includes(String(code))
}
