import { resolve } from 'node:path'
import { parseCommandLine, readWhole, runCommand, UsageFault } from '../../src/command-line.ts'
import { listFaults } from './checker/fault-list.ts'
import type { Fault } from './checker/fault.ts'
import { runFaults, tableOf } from './checker/run-faults.ts'

const usage = `Usage: npm run faults [-- --rounds N] [--seed S] [--only NAME,NAME] [--short] [--older DIR] [--list]

Hurts the server under live load in each way we know, and compares what clients know with what it says.

  --rounds N        how often each fault is done (1); from two on, what does not hold ends the run
  --first-round N   where to begin (1): a round is done again by its number, alone
  --seed S          where the moments follow from (1); with it a round can be run again
  --only NAME,NAME  these faults and no others
  --short           the round that CI runs
  --older DIR       an older version, installed there: servers are updated from it, and rolled between the two where the schema is the same
  --list            names the faults and what each does, and ends

Ends with 0: everything held; 1: something did not; 2: not possible.
`

async function main(): Promise<number> {
  const flags = parseCommandLine(usage, {
    rounds: { type: 'string' },
    'first-round': { type: 'string' },
    older: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    short: { type: 'boolean' },
    list: { type: 'boolean' },
  })
  const rounds = readWhole('--rounds', flags.rounds ?? '1', 1, 100_000)
  const seed = readWhole('--seed', flags.seed ?? '1', 0, 4_294_967_295)
  const firstRound = readWhole('--first-round', flags['first-round'] ?? '1', 1, 1_000_000)
  const older = flags.older === undefined ? null : resolve(flags.older)
  const faults = chooseFaults(listFaults(older), flags.only, flags.short === true)
  if (flags.list === true) {
    for (const { name, stage, what } of faults) say(`${name} (${stage}): ${what}`)
    return 0
  }
  say(`seed ${seed}, ${faults.length} faults, ${rounds} rounds of each`)
  const startedAtMs = performance.now()
  const reports = await runFaults({
    faults,
    rounds,
    firstRound,
    seed,
    isEndedByFirst: rounds > 1,
    progress: say,
  })
  say('')
  say('Times are seconds from sending to the stream, of people seen inside while the fault lasted.')
  say(tableOf(reports))
  const failed = reports.filter(({ problems }) => problems.length > 0)
  const seconds = Math.round((performance.now() - startedAtMs) / 1_000)
  say(`seed ${seed}: ${failed.length} of ${reports.length} failed, in ${seconds} s`)
  return failed.length === 0 ? 0 : 1
}

function chooseFaults(
  faultList: readonly Fault[],
  names: string | undefined,
  isShort: boolean,
): readonly Fault[] {
  const only = names?.split(',')
  const unknown = only?.filter((name) => !faultList.some((fault) => fault.name === name)) ?? []
  if (unknown.length > 0) {
    throw new UsageFault(`--only names what --list does not show: ${unknown.join(', ')}.`)
  }
  return faultList.filter(
    (fault) =>
      (only === undefined || only.includes(fault.name)) && (!isShort || fault.isShort === true),
  )
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

await runCommand(main)
