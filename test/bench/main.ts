import { mkdir } from 'node:fs/promises'
import { parseCommandLine, readWhole, runCommand, UsageFault } from '../../src/command-line.ts'
import { benchApart } from './apart-bench.ts'
import { benchAssess } from './assess-bench.ts'
import { benchBanFinder } from './ban-finder-bench.ts'
import { benchDesk } from './desk-bench.ts'
import { benchEvaluator } from './evaluator-bench.ts'
import { benchFairness } from './fairness-bench.ts'
import { goalBenches, runGoals } from './goals/goals.ts'
import { benchIngest } from './ingest-bench.ts'
import { benchRestart } from './restart-bench.ts'
import { benchSealing } from './sealing-bench.ts'
import { benchStartup } from './startup-bench.ts'

const closerLooks = [
  'bans',
  'evaluator',
  'ingest',
  'apart',
  'fairness',
  'startup',
  'restart',
  'desk',
  'assess',
  'sealing',
]
const goalNames = Object.keys(goalBenches)

const usage = `Usage: npm run bench [-- NAME] [flags]

Without a name: the table of goals, each beside its baselines in the same run; with
--offenders 300 --repeat 2 in some seven minutes on two busy cores. Medians of five, with the least and the most; ratios are the finding,
rates depend on the machine and on who else works on it.

One of the table:
${goalNames.map((name) => `  ${name.padEnd(10)} ${goalBenches[name]?.title}`).join('\n')}

A closer look, only by name: ${closerLooks.join(', ')}.
  restart takes minutes; a folder behind it keeps its database for the next time.
  assess needs an extract behind it, FILE.osm.pbf.

  --offenders N    size of the evaluator's workload; the growth row goes to ten times as many,
                   at most 10,000 and 100,000 (default 2,000)
  --seed N         of the workload (default 7)
  --repeat N       repetitions (default 5)
  --profile        writes CPU profiles to data/bench and prints the functions with the most time
  --peers LIST     also servers that run: tile38=HOST:PORT,postgis=URL,redis=HOST:PORT
`

async function main(): Promise<number> {
  const given = process.argv.slice(2)
  const flagAt = given.findIndex((word) => word.startsWith('-'))
  const [name = 'goals', folder = null, ...rest] = given.slice(
    0,
    flagAt === -1 ? undefined : flagAt,
  )
  const flags = parseCommandLine(
    usage,
    {
      offenders: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '7' },
      repeat: { type: 'string', default: '5' },
      profile: { type: 'boolean', default: false },
      peers: { type: 'string', default: '' },
    },
    flagAt === -1 ? [] : given.slice(flagAt),
  )
  const known = ['goals', ...goalNames, ...closerLooks]
  if (!known.includes(name)) {
    throw new UsageFault(`Expected one of ${known.join(', ')}, not ${JSON.stringify(name)}.`)
  }
  if (rest.length > 0 || (folder !== null && name !== 'restart' && name !== 'assess')) {
    throw new UsageFault(
      'Expected one name, and behind "restart" perhaps a folder, behind "assess" a file.',
    )
  }
  const profileFolder = flags.profile ? 'data/bench' : null
  if (profileFolder !== null) await mkdir(profileFolder, { recursive: true })
  if (closerLooks.includes(name)) {
    await lookCloser(name, folder, profileFolder)
    return 0
  }
  await runGoals(name === 'goals' ? goalNames : [name], {
    seed: readWhole('--seed', flags.seed, 0, 4_294_967_295),
    offenderCount: readWhole('--offenders', flags.offenders, 10, 100_000),
    repetitions: readWhole('--repeat', flags.repeat, 1, 100),
    profileFolder,
    peers: readPeers(flags.peers),
  })
  return 0
}

async function lookCloser(
  name: string,
  folder: string | null,
  profileFolder: string | null,
): Promise<void> {
  if (name === 'bans') benchBanFinder()
  if (name === 'evaluator') benchEvaluator({ orderCount: 10_000, roundCount: 20, seed: 1 })
  if (name === 'ingest') await benchIngest({ caseCount: 200, requestCount: 2_000, probeCount: 150 })
  if (name === 'apart') await benchApart({ caseCount: 100, requestCount: 1_000 })
  if (name === 'fairness') {
    await benchFairness({
      caseCount: 300,
      backlogCount: 300_000,
      probeCount: 60,
      profileFolder,
    })
  }
  if (name === 'desk') await benchDesk({ alertCount: 100, eventCount: 2_000 })
  if (name === 'assess') {
    if (folder === null) throw new UsageFault('Expected an extract behind "assess": FILE.osm.pbf.')
    await benchAssess({ file: folder, questionCount: 60, seed: 7 })
  }
  if (name === 'sealing') await benchSealing({ fixCount: 10_000, roundCount: 9 })
  if (name === 'startup') await benchStartup({ caseCount: 500 })
  if (name === 'restart') await benchRestart({ orderCount: 10_000, roundCount: 67, folder })
}

function readPeers(text: string): Record<string, string> {
  const peers: Record<string, string> = {}
  for (const part of text === '' ? [] : text.split(',')) {
    const at = part.indexOf('=')
    const name = part.slice(0, at)
    if (at < 1 || !['tile38', 'postgis', 'redis'].includes(name)) {
      throw new UsageFault(
        `--peers is a list like tile38=127.0.0.1:9851,redis=127.0.0.1:6379, not ${JSON.stringify(part)}.`,
      )
    }
    peers[name] = part.slice(at + 1)
  }
  return peers
}

// Last, when every constant above has its value.
await runCommand(main)
