import { runKillLoop } from './kill-loop.ts'

// npm run kill-loop [-- ROUNDS [SEED]]: the long version of the test, with its control.
const rounds = Number(process.argv[2] ?? 50)
const seed = Number(process.argv[3] ?? 1)
const progress = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
progress(`seed ${seed}, ${rounds} rounds with synchronous_commit=on`)
const report = await runKillLoop({ rounds, seed, asynchronousCommit: false, progress })
progress(JSON.stringify(report, null, 2))
progress('control: 5 rounds with synchronous_commit=off, where loss must be seen')
const control = await runKillLoop({ rounds: 5, seed, asynchronousCommit: true, progress })
progress(
  `control: ${control.lostFixes} of ${control.acknowledgedFixes} acknowledged fixes lost, as it must`,
)
const isKept =
  report.lostFixes === 0 &&
  report.doubledFixes === 0 &&
  report.missingAlerts.length === 0 &&
  report.doubledAlerts.length === 0 &&
  report.unexpectedAlerts.length === 0
process.exitCode = isKept && control.lostFixes > 0 ? 0 : 1
