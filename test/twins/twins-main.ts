import { loadavg } from 'node:os'
import { parseCommandLine, readWhole, runCommand, UsageFault } from '../../src/command-line.ts'
import { answerStepMsDefault } from '../../src/http/door/answer-grid.ts'
import { offerServer } from '../support/database.ts'
import { setup } from '../support/global-setup.ts'
import { playTwins } from './play-twins.ts'
import { timeTwins } from './time-twins.ts'

const usage = `Usage: npm run twins [-- --days N] [--cases N] [--pairs N] [--seed N]

Whether what reaches an offender's vendor depends on where the victim is. Two worlds with one way of
his and two of hers are played and compared byte by byte, with a line for each day; acknowledgements
of two real servers, one without the steps of answers, are timed by turns with her near and far. Many
days may be played in pieces, each with a seed of its own.

  --days N    of each case of the two worlds (10)
  --cases N   in each of them (100)
  --pairs N   whose acknowledgements are timed, half near and half far (400); 0: none
  --seed N    (1)

Ends with 1 when a byte differs, when times tell near from far, or when the control finds nothing.
`

async function main(): Promise<number> {
  const flags = parseCommandLine(usage, {
    days: { type: 'string', default: '10' },
    cases: { type: 'string', default: '100' },
    pairs: { type: 'string', default: '400' },
    seed: { type: 'string', default: '1' },
  })
  const seed = readWhole('--seed', flags.seed, 0, 1_000_000)
  const days = readWhole('--days', flags.days, 0, 100)
  const cases = readWhole('--cases', flags.cases, 1, 1_000)
  let isRight = true
  if (days > 0) isRight = await compareBytes({ hours: days * 24, caseCount: cases, seed })
  const pairCount = readWhole('--pairs', flags.pairs, 0, 10_000)
  if (pairCount % 2 === 1) throw new UsageFault('Expected an even number of pairs.')
  if (pairCount > 0) isRight = (await printTimes(pairCount, seed)) && isRight
  return isRight ? 0 : 1
}

async function compareBytes(options: {
  readonly hours: number
  readonly caseCount: number
  readonly seed: number
}): Promise<boolean> {
  const stop = await setup({ provide: (_name, server) => offerServer(server) })
  const played = await playTwins({
    ...options,
    isOneVendor: false,
    onDay: (day, differenceCount) =>
      say(`  ${day * options.caseCount} case-days, ${differenceCount} differ so far`),
  }).finally(stop)
  const { differences, heardCount, commandCount, alertsNear, alertsFar } = played
  say(
    `${(options.caseCount * options.hours) / 24} case-days: ${heardCount} answers and commands, ${commandCount} of them commands; ${alertsNear} alerts of pairs with her near, ${alertsFar} with her far; ${differences.length} differ`,
  )
  for (const difference of differences.slice(0, 5)) say(`  ${difference}`)
  return differences.length === 0 && alertsNear > 0
}

/** Hidden by the steps, and found without them. */
async function printTimes(pairCount: number, seed: number): Promise<boolean> {
  const servers = await timeTwins({
    answerStepsMs: [answerStepMsDefault, 0],
    pairCount,
    seed,
    onProgress: (count) => {
      if (count % 100 === 0) say(`  ${count} pairs timed, load ${loadNow()}`)
    },
  })
  for (const { answerStepMs, isPreferred, rows } of servers) {
    const what =
      answerStepMs === 0 ? 'without steps, the control' : `in steps of ${answerStepMs} ms`
    const how = isPreferred ? 'before other work of the machine' : 'among other work'
    say(`Acknowledgements ${what} (${pairCount} pairs, load ${loadNow()}, ${how}):`)
    for (const { name, near, far, auc, p, least, most } of rows) {
      const [here, there] = [near, far].map((ms) => ms.map((each) => each.toFixed(2)).join(' / '))
      say(
        `  ${name.padEnd(32)} near ${here} ms, far ${there} ms (p50 / p90); AUC ${auc.toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)}), p ${p.toFixed(3)}`,
      )
    }
  }
  // Of four moments one in five runs falls below a twentieth by chance alone.
  const isTold = (answerStepMs: number): boolean =>
    servers.some(
      (server) =>
        server.answerStepMs === answerStepMs &&
        server.rows.some(({ p }) => p < 0.05 / server.rows.length),
    )
  const [isFound, isLeaking] = [isTold(0), isTold(answerStepMsDefault)]
  if (!isFound) say('  The control found nothing: more pairs, or a quieter machine.')
  if (isLeaking) say('  The steps do not hide it.')
  return isFound && !isLeaking
}

function loadNow(): string {
  return (loadavg()[0] ?? 0).toFixed(1)
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`)
}

await runCommand(main)
