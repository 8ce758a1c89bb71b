import { setTimeout as delay } from 'node:timers/promises'
import { waitUntil } from '../../support/wait-until.ts'
import type { Fault, Scene } from './fault.ts'
import { killAll } from './faults-store.ts'
import type { Load } from './load.ts'
import { startLyingRelay, type Lie } from './lying-relay.ts'
import type { Stage } from './stage.ts'

/**
 * The checker checked: in each one of our own parts breaks a promise, and the run fails where that
 * is not found.
 */
export const controls: readonly Fault[] = [
  {
    name: 'control-acknowledged-first',
    stage: 'alone',
    what: 'fixes are acknowledged before they are stored, and the server is killed: lost fixes must be found',
    isShort: true,
    mustFind: 'lostFixes',
    lateMsMax: 5_000,
    async strike(scene) {
      await lie(scene, { kind: 'acknowledge-first' })
      await delay(500)
      await scene.stage.part('main').kill()
      await scene.stage.part('main').start()
    },
  },
  {
    name: 'control-alert-dropped',
    stage: 'alone',
    what: 'one alert is not in the list: a missing alert must be found',
    isShort: true,
    mustFind: 'missingAlerts',
    lateMsMax: 5_000,
    strike: async (scene) => await lieOfOne(scene, 'drop-alert'),
  },
  {
    name: 'control-alert-doubled',
    stage: 'alone',
    what: 'one alert is in the list twice: a doubled alert must be found',
    mustFind: 'doubledAlerts',
    lateMsMax: 5_000,
    strike: async (scene) => await lieOfOne(scene, 'double-alert'),
  },
  {
    name: 'control-event-doubled',
    stage: 'alone',
    what: 'one event comes twice: a doubled event must be found',
    isShort: true,
    mustFind: 'doubledEvents',
    lateMsMax: 5_000,
    strike: async (scene) => await lie(scene, { kind: 'double-event' }),
  },
  {
    name: 'control-event-dropped',
    stage: 'alone',
    what: 'one event does not come: a missing event must be found',
    mustFind: 'missingEvents',
    lateMsMax: 5_000,
    strike: async (scene) => await lie(scene, { kind: 'drop-event' }),
  },
  {
    name: 'control-events-delayed',
    stage: 'alone',
    what: 'events come two seconds late where one is allowed: late alerts must be found',
    isShort: true,
    mustFind: 'lateAlerts',
    lateMsMax: 1_000,
    strike: async (scene) => await lie(scene, { kind: 'delay-events', delayMs: 2_000 }),
  },
  {
    name: 'control-commits-not-waited-for',
    stage: 'alone',
    what: 'synchronous_commit is off behind the back of the server, and all is killed: lost fixes must be found',
    mustFind: 'lostFixes',
    lateMsMax: 5_000,
    async strike({ stage, load }) {
      await stage.loosenCommit()
      await untilUnwritten(stage, load)
      await killAll(stage)
      await stage.tightenCommit()
      await stage.part('main').start()
    },
  },
]

/**
 * Until fixes were acknowledged of which PostgreSQL has written nothing. Its own work writes what
 * others have left now and then, and a kill at that moment would lose nothing.
 */
async function untilUnwritten(stage: Stage, load: Load): Promise<void> {
  const readWritten = async (): Promise<unknown> =>
    (await stage.query('select pg_current_wal_lsn()::text as written'))[0]?.['written']
  const { acknowledged } = load.ledger
  const isUnwritten = async (): Promise<boolean> => {
    const written = await readWritten()
    const before = acknowledged.size
    await delay(unwrittenMs)
    return acknowledged.size >= before + unwrittenCount && (await readWritten()) === written
  }
  await waitUntil('acknowledged fixes that are not written', isUnwritten, unwrittenMsMax)
}

/** More than what is on its way at the moment of the first look. */
const unwrittenCount = 30
const unwrittenMs = 500
const unwrittenMsMax = 60_000

/** Everything goes over the liar until the ledgers were compared. */
async function lie({ stage, load, afterwards }: Scene, what: Lie): Promise<void> {
  const relay = await startLyingRelay(stage.part('main').url, what)
  load.goThrough(relay.url)
  afterwards(() => {
    load.goThrough(null)
    relay.close()
  })
  await delay(1_500)
}

async function lieOfOne(scene: Scene, kind: 'drop-alert' | 'double-alert'): Promise<void> {
  const violation = scene.load.violate()
  await lie(scene, { kind, orderId: violation?.key.split('@')[0] ?? '' })
}
