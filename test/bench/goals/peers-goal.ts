import { Redis } from 'ioredis'
import pg from 'pg'
import { createTransitionTruth } from './exact-truth.ts'
import { createHoedeEngine } from './evaluators.ts'
import { type GoalRow, median, progress, ratios } from './table.ts'
import { createWorkload, fixesOf, type Round, separationMeters, type Workload } from './workload.ts'
import { cornersOf } from './workload-registry.ts'

/**
 * Servers that others run, each asked the same questions over a socket, turn by turn with our
 * evaluator in this process. It pays no socket, and they judge without policy: the ratio is of
 * rates.
 */
export async function measurePeers(options: PeerOptions): Promise<readonly GoalRow[]> {
  const rows: GoalRow[] = []
  for (const name of peerNames) {
    const address = options.peers[name]
    if (address === undefined) {
      rows.push(absent(name, 'not asked for: see --peers'))
      continue
    }
    const workload = createWorkload(shapeOf(options))
    const peer = await connect(name, address, workload).catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    )
    if (peer instanceof Error) rows.push(absent(name, describeAbsence(address, peer)))
    else rows.push(...(await race(name, peer, workload, options)))
  }
  return rows
}

export type PeerOptions = {
  readonly seed: number
  readonly offenderCount: number
  readonly repetitions: number
  readonly peers: Readonly<Record<string, string>>
}

const peerNames = ['tile38', 'postgis', 'redis'] as const
type PeerName = (typeof peerNames)[number]

type Peer = {
  /** Judges a round; the answer is how many transitions it brought, null where it cannot say. */
  readonly judge: (round: Round) => Promise<number | null>
  readonly close: () => Promise<void>
  readonly title: string
}

const titles: Readonly<Record<PeerName, string>> = {
  tile38: 'Tile38',
  postgis: 'PostGIS',
  redis: 'Redis',
}

/** What was given may hold a password; where it leads does not. */
function describeAbsence(address: string, { name, message }: Error): string {
  const host = URL.canParse(address) ? new URL(address).host : ''
  return `not running at ${host === '' ? address : host}: ${message === '' ? name : message}`
}

function absent(name: PeerName, note: string): GoalRow {
  return { name: titles[name], unit: '', values: [], goal: null, note }
}

function shapeOf({ seed, offenderCount }: PeerOptions) {
  const size = Math.min(1_000, offenderCount)
  return { seed, offenderCount: size, intervalMs: 10_000, startMs: 1_795_435_200_000 }
}

async function race(
  name: PeerName,
  peer: Peer,
  workload: Workload,
  options: PeerOptions,
): Promise<GoalRow[]> {
  progress(peer.title)
  const theirs: number[] = []
  const ours: number[] = []
  const { judge } = createHoedeEngine(workload)
  const countExactly = name === 'redis' ? null : createTransitionTruth(workload, false)
  let found = 0
  let exact = 0
  try {
    for (let turn = -2; turn < 3 * options.repetitions; turn += 1) {
      const round = workload.nextRound()
      exact += countExactly?.(round) ?? 0
      const fixes = fixesOf(workload, round)
      const ourStart = performance.now()
      judge(fixes)
      const theirStart = performance.now()
      found += (await peer.judge(round)) ?? 0
      const end = performance.now()
      if (turn < 0) continue
      ours.push((fixes.length * 1_000) / (theirStart - ourStart))
      theirs.push((fixes.length * 1_000) / (end - theirStart))
    }
  } finally {
    await peer.close()
  }
  const times = ratios(ours, theirs)
  const checked = countExactly === null ? '' : `, ${exact} by brute force`
  return [
    {
      name: peer.title,
      unit: 'fixes/s',
      values: theirs,
      goal: null,
      note: `${found} transitions${checked}`,
    },
    {
      name: `  Hoede's evaluator, over ${titles[name]}`,
      unit: 'times',
      values: times,
      goal: { words: 'at least 1', isMet: median(times) >= 1 },
    },
  ]
}

async function connect(name: PeerName, address: string, workload: Workload): Promise<Peer> {
  switch (name) {
    case 'tile38':
      return await connectTile38(address, workload)
    case 'postgis':
      return await connectPostgis(address, workload)
    case 'redis':
      return await connectRedis(address, workload)
  }
}

async function open(address: string): Promise<Redis> {
  const client = new Redis(`redis://${address}`, {
    lazyConnect: true,
    retryStrategy: () => null,
    enableReadyCheck: false,
  })
  client.on('error', () => {
    // Told by the call that failed.
  })
  await client.connect()
  return client
}

/** Pairs alone: it has no areas. Distances on a sphere, of positions it rounds itself. */
async function connectRedis(address: string, workload: Workload): Promise<Peer> {
  const client = await open(address)
  const key = `hoede-bench-${process.pid}`
  const near = new Map<string, boolean>()
  return {
    title: 'Redis: GEOADD and GEODIST of pairs, no areas',
    judge: async (round) => {
      const pipeline = client.pipeline()
      const pairs: string[] = []
      for (const [at, device] of round.device.entries()) {
        pipeline.geoadd(key, (round.x[at] ?? 0) / 1e7, (round.y[at] ?? 0) / 1e7, `d${device}`)
        for (const victim of workload.orders[device]?.victims ?? []) {
          const other = workload.offenderCount + victim
          pipeline.geodist(key, `d${device}`, `d${other}`, 'M')
          pairs.push(`${device} ${other}`)
        }
      }
      const answers = (await pipeline.exec()) ?? []
      const meters = answers.map(([, value]) => value).filter((value) => typeof value !== 'number')
      let count = 0
      for (const [at, pair] of pairs.entries()) {
        const isNear = meters[at] !== null && Number(meters[at]) <= separationMeters
        if (isNear !== (near.get(pair) ?? false)) count += 1
        near.set(pair, isNear)
      }
      return count
    },
    close: async () => {
      await client.del(key)
      client.disconnect()
    },
  }
}

/** A fence for each offender and area, limited to that offender; no roaming fences for pairs. */
async function connectTile38(address: string, workload: Workload): Promise<Peer> {
  const client = await open(address)
  const listener = await open(address)
  const key = `hoede-bench-${process.pid}`
  const setUp = client.pipeline()
  for (const [area, ring] of workload.rings.entries()) {
    const geometry = JSON.stringify({ type: 'Polygon', coordinates: [cornersOf(ring)] })
    setUp.call('SET', `${key}-areas`, `a${area}`, 'OBJECT', geometry)
  }
  for (const [offender, { areas }] of workload.orders.entries()) {
    for (const area of areas) {
      const fence = ['WITHIN', key, 'MATCH', `d${offender}`, 'FENCE', 'DETECT', 'enter,exit']
      const shape = ['COMMANDS', 'set', 'GET', `${key}-areas`, `a${area}`]
      setUp.call('SETCHAN', `${key}:${offender}:${area}`, ...fence, ...shape)
    }
  }
  const refused = (await setUp.exec())?.find(([error]) => error !== null)?.[0]
  if (refused !== undefined && refused !== null) throw refused
  let told = 0
  listener.on('pmessage', () => (told += 1))
  await listener.psubscribe(`${key}:*`)
  return {
    title: 'Tile38: a fence per offender and area, no pairs',
    judge: async (round) => {
      const before = told
      const pipeline = client.pipeline()
      for (const [at, device] of round.device.entries()) {
        const latitude = String((round.y[at] ?? 0) / 1e7)
        pipeline.call('SET', key, `d${device}`, 'POINT', latitude, String((round.x[at] ?? 0) / 1e7))
      }
      await pipeline.exec()
      return told - before
    },
    close: async () => {
      await client.call('PDELCHAN', `${key}:*`)
      await client.call('DROP', key)
      await client.call('DROP', `${key}-areas`)
      client.disconnect()
      listener.disconnect()
    },
  }
}

/** A round as one set, joined to the areas of its offenders; no pairs. */
async function connectPostgis(url: string, workload: Workload): Promise<Peer> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {
    // Told by the call that failed.
  })
  await client.connect()
  await client.query('create temporary table areas (offender int, area int, shape geometry)')
  for (const [offender, { areas }] of workload.orders.entries()) {
    for (const area of areas) {
      const ring = cornersOf(workload.rings[area] ?? new Int32Array())
      const geometry = JSON.stringify({ type: 'Polygon', coordinates: [ring] })
      const text = 'insert into areas values ($1, $2, st_setsrid(st_geomfromgeojson($3), 4326))'
      await client.query({ name: 'area', text, values: [offender, area, geometry] })
    }
  }
  await client.query('create index on areas (offender); analyze areas')
  let inside = new Set<string>()
  return {
    title: 'PostGIS: a round joined to own areas, no pairs',
    judge: async (round) => {
      const text = `select f.device, a.area from unnest($1::int[], $2::float8[], $3::float8[]) f (device, x, y)
        join areas a on a.offender = f.device
         and st_covers(a.shape, st_setsrid(st_makepoint(f.x, f.y), 4326))`
      const x = Array.from(round.x, (value) => value / 1e7)
      const y = Array.from(round.y, (value) => value / 1e7)
      const values = [Array.from(round.device), x, y]
      const { rows } = await client.query<{ device: number; area: number }>({
        name: 'judge',
        text,
        values,
      })
      const now = new Set(rows.map(({ device, area }) => `${device} ${area}`))
      const count = now.symmetricDifference(inside).size
      inside = now
      return count
    },
    close: async () => await client.end(),
  }
}
