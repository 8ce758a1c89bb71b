import { withServer } from '../with-server.ts'
import { createHoedeEngine } from './evaluators.ts'
import { createConnections } from './http-client.ts'
import { addStay, score, type Score, staysOf, type Stay } from './score.ts'
import { bodiesOf, serveWorkload } from './served-workload.ts'
import { type GoalRow, progress } from './table.ts'
import { waitUntilJudged } from './pour.ts'
import { createWorkload, fixesOf, type Round } from './workload.ts'

/** Alerts against the exact truth: of the evaluator alone, and of a server that is killed. */
export async function measureTruth(options: {
  readonly seed: number
  readonly offenderCount: number
}): Promise<readonly GoalRow[]> {
  const offenderCount = Math.min(1_000, options.offenderCount)
  progress(`the evaluator over ${offenderCount} offenders against brute force`)
  const alone = scoreEvaluator(options.seed, offenderCount)
  const killed = await scoreKilledServer(options.seed)
  return [
    ...rowsOf('evaluator alone', alone),
    ...rowsOf('server, kill -9 twice and replay', killed),
  ]
}

type Scored = Score & { readonly fixCount: number }

function rowsOf(name: string, scored: Scored): GoalRow[] {
  const { fixCount, sure, missed, alerts, invented } = scored
  const note = `${fixCount.toLocaleString('en')} fixes, ${sure} readings beyond doubt, ${alerts} breaches told; ${missed} missed, ${invented} invented`
  // A workload in which nothing happens proves nothing.
  const isMet = sure > 20 && alerts > 5 && missed + invented === 0
  const goal = { words: 'none', isMet }
  return [{ name: `${name}: wrong`, unit: 'of them', values: [missed + invented], goal, note }]
}

function scoreEvaluator(seed: number, offenderCount: number): Scored {
  const options = { seed, offenderCount, intervalMs: 10_000, startMs: 1_795_435_200_000 }
  const workload = createWorkload(options)
  const { judge } = createHoedeEngine(workload)
  const rounds = Array.from({ length: 60 }, workload.nextRound)
  const effects = rounds.flatMap((round) => judge(fixesOf(workload, round)))
  const fixCount = rounds.length * workload.deviceIds.length
  return { fixCount, ...score(workload, rounds, staysOf(effects)) }
}

const killedOffenders = 100
const killedRounds = 40

async function scoreKilledServer(seed: number): Promise<Scored> {
  let scored: Scored | null = null
  await withServer(async ({ server, adminToken, inspect, start }) => {
    progress(`a server with ${killedOffenders} offenders, killed twice`)
    const served = await serveWorkload(server.baseUrl, adminToken, {
      seed,
      offenderCount: killedOffenders,
      intervalMs: 10_000,
    })
    // All of it is of the past, and none so old that it is judged behind what is live.
    const country = served.setOut(Date.now() - killedRounds * 10_000)
    const fixCount = killedRounds * country.workload.deviceIds.length
    const bodies = bodiesOf(country.takeFixes(fixCount), 100)
    let running = server
    for (const [at, body] of bodies.entries()) {
      if (at === Math.floor(bodies.length / 3) || at === Math.floor((2 * bodies.length) / 3)) {
        // While the row before may be judged, its effects written, or neither.
        await running.kill()
        running = await start()
      }
      await postUntilTaken(running.baseUrl, body, served.vendor)
    }
    await waitUntilJudged(running.baseUrl)
    const rows = await inspect.query(
      `select location_ban_id, proximity_ban_id,
              extract(epoch from occurred_at) * 1000 as occurred_at_ms,
              extract(epoch from cleared_at) * 1000 as cleared_at_ms
         from alerts where kind in ('location-ban-breach', 'proximity-breach')`,
    )
    await running.kill()
    const stays = new Map<string, Stay[]>()
    for (const row of rows) {
      const banId = String(row['location_ban_id'] ?? row['proximity_ban_id'])
      const cleared = row['cleared_at_ms']
      const toMs = cleared === null ? Infinity : Number(cleared)
      const rule = served.ruleOfBan.get(banId) ?? `an unknown ban ${banId}`
      addStay(stays, rule, { fromMs: Number(row['occurred_at_ms']), toMs })
    }
    const rounds: readonly Round[] = country.rounds
    scored = { fixCount, ...score(country.workload, rounds, stays) }
  })
  if (scored === null) throw new Error('expected a score of the server that was killed')
  return scored
}

async function postUntilTaken(baseUrl: string, body: string, token: string): Promise<void> {
  const connections = createConnections(baseUrl, 1)
  for (;;) {
    const { status } = await connections.post('/v1/positions', body, token)
    if (status === 202) break
    if (status !== 429 && status !== 503) throw new Error(`positions answered ${status}`)
    await new Promise((done) => setTimeout(done, 100))
  }
  connections.close()
}
