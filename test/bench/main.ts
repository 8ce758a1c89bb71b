import { parseWords, runCommand, UsageFault } from '../../src/command-line.ts'
import { benchBanFinder } from './ban-finder-bench.ts'
import { benchEvaluator } from './evaluator-bench.ts'
import { benchFairness } from './fairness-bench.ts'
import { benchIngest } from './ingest-bench.ts'
import { benchRestart } from './restart-bench.ts'
import { benchStartup } from './startup-bench.ts'

const usage = `Usage: npm run bench [-- all|bans|evaluator|ingest|fairness|startup|restart [FOLDER]]

Measures against a baseline in the same run: ratios are the finding, rates depend on the machine.
"restart" takes minutes and runs only when it is named; FOLDER keeps its database for the next time.
`

async function main(): Promise<number> {
  const [wanted = 'all', folder = null, ...rest] = parseWords(usage)
  if (!known.includes(wanted)) {
    throw new UsageFault(`Expected one of ${known.join(', ')}, not ${JSON.stringify(wanted)}.`)
  }
  if (rest.length > 0 || (folder !== null && wanted !== 'restart')) {
    throw new UsageFault('Expected one name, and a folder behind "restart" alone.')
  }
  const has = (name: string): boolean => wanted === 'all' || wanted === name
  if (has('bans')) benchBanFinder()
  if (has('evaluator')) benchEvaluator({ orderCount: 10_000, roundCount: 20, seed: 1 })
  if (has('ingest')) await benchIngest({ caseCount: 200, requestCount: 2_000, probeCount: 150 })
  if (has('fairness')) {
    await benchFairness({ caseCount: 300, backlogCount: 300_000, probeCount: 60 })
  }
  if (has('startup')) await benchStartup({ caseCount: 500 })
  if (wanted === 'restart') await benchRestart({ orderCount: 10_000, roundCount: 67, folder })
  return 0
}

const known = ['all', 'bans', 'evaluator', 'ingest', 'fairness', 'startup', 'restart']

// Last, when every constant above has its value.
await runCommand(main)
