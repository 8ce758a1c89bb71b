import { benchBanFinder } from './ban-finder-bench.ts'
import { benchEvaluator } from './evaluator-bench.ts'
import { benchFairness } from './fairness-bench.ts'
import { benchIngest } from './ingest-bench.ts'
import { benchRestart } from './restart-bench.ts'
import { benchStartup } from './startup-bench.ts'

// npm run bench [-- bans|evaluator|ingest|fairness|startup|restart [FOLDER]]: ratios are the
// finding, rates depend on the machine. The last takes minutes and runs only when named.
const wanted = process.argv[2] ?? 'all'
const known = ['all', 'bans', 'evaluator', 'ingest', 'fairness', 'startup', 'restart']
if (!known.includes(wanted)) {
  process.stderr.write(`expected one of ${known.join(', ')}, got ${JSON.stringify(wanted)}\n`)
  process.exit(2)
}
if (wanted === 'all' || wanted === 'bans') benchBanFinder()
if (wanted === 'all' || wanted === 'evaluator') {
  benchEvaluator({ orderCount: 10_000, roundCount: 20, seed: 1 })
}
if (wanted === 'all' || wanted === 'ingest') {
  await benchIngest({ caseCount: 200, requestCount: 2_000, probeCount: 150 })
}
if (wanted === 'all' || wanted === 'fairness') {
  await benchFairness({ caseCount: 300, backlogCount: 300_000, probeCount: 60 })
}
if (wanted === 'all' || wanted === 'startup') await benchStartup({ caseCount: 500 })
if (wanted === 'restart') {
  await benchRestart({ orderCount: 10_000, roundCount: 67, folder: process.argv[3] ?? null })
}
