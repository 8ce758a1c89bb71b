import { parseArgs } from 'node:util'
import { faultList } from './checker/fault-list.ts'
import { runFaults, tableOf } from './checker/run-faults.ts'

// npm run faults [-- --rounds N] [--seed S] [--only NAME,NAME] [--short] [--list]
const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
})
const only = values.only?.split(',')
const unknown = only?.filter((name) => !faultList.some((fault) => fault.name === name)) ?? []
const rounds = Number(values.rounds)
const seed = Number(values.seed)

if (values.list) {
  for (const { name, stage, what } of faultList) say(`${name} (${stage}): ${what}`)
} else if (unknown.length > 0 || !(rounds >= 1) || !Number.isSafeInteger(seed)) {
  process.stderr.write(
    `Expected --rounds and --seed as whole numbers, and in --only names that --list shows; unknown: ${unknown.join(', ') || 'none'}.\n`,
  )
  process.exitCode = 2
} else {
  const faults = faultList.filter(
    ({ name, isShort }) =>
      (only === undefined || only.includes(name)) && (!values.short || isShort === true),
  )
  say(`seed ${seed}, ${faults.length} faults, ${rounds} rounds of each`)
  const startedAtMs = performance.now()
  const reports = await runFaults({ faults, rounds, seed, progress: say })
  say('')
  say('Times are seconds from sending to the stream, of people seen inside while the fault lasted.')
  say(tableOf(reports))
  const failed = reports.filter(({ problems }) => problems.length > 0)
  const seconds = Math.round((performance.now() - startedAtMs) / 1_000)
  say(`seed ${seed}: ${failed.length} of ${reports.length} failed, in ${seconds} s`)
  process.exitCode = failed.length === 0 ? 0 : 1
}
