import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseCommandLine, readWhole, runCommand, UsageFault } from '../../src/command-line.ts'
import { createSimulation } from '../simulate/simulation.ts'
import { formatPage } from './page.ts'
import { runReport } from './run-report.ts'
import { formatTable } from './table.ts'

const defaultCaseCount = 30
const defaultDays = 7

const usage = `Usage: npm run quality [-- --recordings PATH] [--seed N] [--cases N] [--days N] [--out DIR] [--no-curves]

Measures detection against recordings and against a labelled simulation, beside two baselines.

  --recordings PATH  folder with recordings (../shared/data, or HOEDE_SHARED_DATA); said when it is not there
  --seed N           which simulated world (1)
  --cases N          how many cases are simulated (${defaultCaseCount}); 0 leaves the simulation out
  --days N           for how many days (${defaultDays}); --cases 200 --days 30 is the full run
  --out DIR          where quality.html and quality.json are written (./data/quality)
  --no-curves        leave out the curves, the slowest part

The table of goals is printed on stdout. Ends with 0, whether goals are met or not.
`

async function main(): Promise<number> {
  const flags = parseCommandLine(usage, {
    recordings: { type: 'string' },
    seed: { type: 'string' },
    cases: { type: 'string' },
    days: { type: 'string' },
    out: { type: 'string' },
    'no-curves': { type: 'boolean' },
  })
  const seed = readWhole('--seed', flags.seed ?? '1', 0, 4_294_967_295)
  const caseCount = readWhole('--cases', flags.cases ?? String(defaultCaseCount), 0, 100_000)
  const days = readWhole('--days', flags.days ?? String(defaultDays), 1, 366)
  const recordings = findRecordings(flags.recordings)
  const report = await runReport({
    recordings,
    simulation:
      caseCount === 0
        ? null
        : createSimulation({ seed, caseCount, days, network: null, storiesPerCase: null }),
    days,
    isSwept: flags['no-curves'] !== true,
    onProgress: (text) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(60)}`)
    },
  })
  if (process.stderr.isTTY) process.stderr.write('\r')
  for (const note of report.notes) process.stdout.write(`${note.en}\n`)
  process.stdout.write(`\n${formatTable(report.goals)}\n`)
  process.stdout.write(`\nThe half held out alone:\n\n${formatTable(report.heldOutGoals)}\n`)
  const out = resolve(flags.out ?? join('data', 'quality'))
  await mkdir(out, { recursive: true })
  await writeFile(join(out, 'quality.html'), formatPage(report))
  const { exhibits, ...figures } = report
  const shown = exhibits.map(({ sort, group, name, sentence }) => ({ sort, group, name, sentence }))
  await writeFile(
    join(out, 'quality.json'),
    JSON.stringify({ ...figures, exhibits: shown }, null, 1),
  )
  process.stdout.write(`\nWritten: ${join(out, 'quality.html')} and quality.json\n`)
  return 0
}

function findRecordings(given: string | undefined): string | null {
  const folder = resolve(
    given ?? process.env['HOEDE_SHARED_DATA'] ?? join(import.meta.dirname, '../../../shared/data'),
  )
  if (existsSync(folder)) return folder
  if (given !== undefined) throw new UsageFault(`--recordings is not there: ${given}`)
  return null
}

await runCommand(main, isMissing)

function isMissing(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return code === 'EACCES' || code === 'ENOTDIR' || code === 'EEXIST'
}
