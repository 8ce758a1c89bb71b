import { benchBanFinder } from './ban-finder-bench.ts'
import { benchEvaluator } from './evaluator-bench.ts'
import { benchIngest } from './ingest-bench.ts'
import { benchStartup } from './startup-bench.ts'

// npm run bench [-- bans|evaluator|ingest|startup]: ratios are the finding,
// rates depend on the machine.
const wanted = process.argv[2] ?? 'all'
const known = ['all', 'bans', 'evaluator', 'ingest', 'startup']
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
if (wanted === 'all' || wanted === 'startup') await benchStartup({ caseCount: 500 })
