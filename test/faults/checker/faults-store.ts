import { open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { waitUntil } from '../../support/wait-until.ts'
import type { Fault } from './fault.ts'
import type { Stage } from './stage.ts'

/** What is done to PostgreSQL under the one process: its processes, its connections, its disk. */
export const storeFaults: readonly Fault[] = [
  {
    name: 'server-and-postgres-kill',
    stage: 'alone',
    what: 'SIGKILL of the server and of every process of PostgreSQL at one moment',
    isShort: true,
    lateMsMax: 10_000,
    afterMend: true,
    async strike({ stage, between }) {
      await delay(between(300, 1_000))
      await killAll(stage)
      await stage.part('main').start()
    },
  },
  {
    name: 'postmaster-kill',
    stage: 'alone',
    what: 'SIGKILL of the first process of PostgreSQL alone',
    isShort: true,
    lateMsMax: 15_000,
    afterMend: true,
    async strike({ stage }) {
      process.kill(await stage.postmasterId(), 'SIGKILL')
      await untilAnswering(stage)
    },
  },
  {
    name: 'backend-kill',
    stage: 'alone',
    what: 'SIGKILL of one session of PostgreSQL, which restarts all of them',
    lateMsMax: 15_000,
    afterMend: true,
    async strike({ stage, random }) {
      await killSession(stage, random)
      await untilAnswering(stage)
    },
  },
  {
    name: 'sessions-end',
    stage: 'alone',
    what: 'pg_terminate_backend of every session of the server, three times',
    lateMsMax: 10_000,
    afterMend: true,
    async strike({ stage, between }) {
      for (let time = 0; time < 3; time += 1) {
        await endSessions(stage, ours)
        await delay(between(300, 1_500))
      }
    },
  },
  {
    name: 'queue-sessions-end',
    stage: 'alone',
    what: 'pg_terminate_backend of the sessions of the queue, and again when it has connected',
    lateMsMax: 10_000,
    async strike({ stage, between }) {
      for (let time = 0; time < 2; time += 1) {
        await untilQueueConnects(stage)
        await endSessions(stage, ofQueue)
        await delay(between(2_000, 4_000))
      }
    },
  },
  {
    name: 'queue-connects-in-vain',
    stage: 'alone',
    what: 'the sessions of the queue ended, and no new session of PostgreSQL for 14 seconds',
    lateMsMax: 10_000,
    afterMend: true,
    async strike({ stage }) {
      await untilQueueConnects(stage)
      await endSessions(stage, ofQueue)
      await untilQueueConnects(stage)
      const id = await stage.postmasterId()
      process.kill(id, 'SIGSTOP')
      await delay(14_000)
      process.kill(id, 'SIGCONT')
    },
  },
  {
    name: 'postgres-stop',
    stage: 'alone',
    what: 'SIGSTOP of every process of PostgreSQL for 3 to 15 seconds',
    lateMsMax: 15_000,
    afterMend: true,
    async strike({ stage, between }) {
      const ids = await stage.postgresIds()
      for (const id of ids) signal(id, 'SIGSTOP')
      await delay(between(3_000, 15_000))
      for (const id of ids) signal(id, 'SIGCONT')
    },
  },
  {
    name: 'disk-full',
    stage: 'alone',
    what: 'the disk of PostgreSQL filled to the last byte for 3 to 8 seconds (a trigger where none can be mounted)',
    isShort: true,
    lateMsMax: 15_000,
    afterMend: true,
    async strike({ stage, between }) {
      await makeDiskFull(stage, between(3_000, 8_000))
      await untilAnswering(stage)
    },
  },
  {
    name: 'disk-full-kill',
    stage: 'alone',
    what: 'SIGKILL of the server in the middle of a full disk; started again when there is room',
    lateMsMax: 15_000,
    afterMend: true,
    async strike({ stage, between }) {
      const main = stage.part('main')
      await Promise.all([
        makeDiskFull(stage, between(4_000, 6_000)),
        delay(between(2_000, 3_000)).then(() => main.kill()),
      ])
      await main.start()
    },
  },
  {
    name: 'appends-refused',
    stage: 'alone',
    what: 'a trigger refuses every row of fixes as a full disk would, for 70 to 80 seconds, while all else is stored',
    lateMsMax: 15_000,
    afterMend: true,
    async strike({ stage, between }) {
      await refuseAppends(stage, between(70_000, 80_000))
    },
  },
  {
    name: 'read-only',
    stage: 'alone',
    what: 'PostgreSQL takes no writes for 3 to 8 seconds (default_transaction_read_only)',
    lateMsMax: 15_000,
    afterMend: true,
    async strike({ stage, between }) {
      await stage.query(`alter system set default_transaction_read_only = on`)
      await stage.query('select pg_reload_conf()')
      await delay(between(3_000, 8_000))
      await stage.query('alter system reset default_transaction_read_only')
      await stage.query('select pg_reload_conf()')
    },
  },
  {
    name: 'poison',
    stage: 'alone',
    what: 'a damaged row of each kind in the journal, and a SIGKILL of the server on top of them',
    // Each of the six rows is tried three times, with memory loaded anew.
    lateMsMax: 40_000,
    afterMend: true,
    mustSay: ['position-unreliable'],
    async strike({ stage }) {
      for (const [kind, hex] of damagedRows) {
        await stage.query(
          `select journal_append(0::smallint, ${kind}::smallint, 1, '\\x${hex}'::bytea)`,
        )
      }
      await stage.part('main').kill()
      await stage.part('main').start()
    },
  },
]

/** Of each part of the server, whatever its login, and not the one that asks. */
const ours = `usename like 'hoede%' and datname = 'hoede' and backend_type = 'client backend' and pid <> pg_backend_pid()`
const ofQueue = `application_name = 'hoede-queue'`
/** Empty, too short, zeros, and JSON that is none of ours. */
const damagedRows: readonly (readonly [number, string])[] = [
  [1, ''],
  [1, 'ff'],
  [1, '00'.repeat(64)],
  [2, 'deadbeef'],
  [3, '7b7d'],
  [4, '7b7d'],
]

/** Stopped first, so that they end at one moment and none outlives another. */
export async function killAll(stage: Stage): Promise<void> {
  const ids = await stage.postgresIds()
  for (const id of ids) signal(id, 'SIGSTOP')
  const gone = stage.part('main').kill()
  for (const id of ids) signal(id, 'SIGKILL')
  await gone
}

/** One of the server's, picked by the seed. */
export async function killSession(stage: Stage, random: () => number): Promise<void> {
  const rows = await stage.query(`select pid from pg_stat_activity where ${ours} order by pid`)
  const row = rows[Math.floor(random() * rows.length)]
  if (row === undefined) throw new Error('the server has no session to kill')
  signal(Number(row['pid']), 'SIGKILL')
}

/** A fault that meets nobody would hold whatever the server does. */
async function endSessions(stage: Stage, which: string): Promise<void> {
  const ended = await stage.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where ${which}`,
  )
  if (ended.length === 0) throw new Error(`no session was there to end: ${which}`)
}

/** The pause before it does so doubles from one fault to the next. */
async function untilQueueConnects(stage: Stage): Promise<void> {
  await waitUntil(
    'the queue connects again',
    async () => {
      const rows = await stage.query(`select pid from pg_stat_activity where ${ofQueue}`)
      return rows.length > 0
    },
    45_000,
  )
}

export async function untilAnswering(stage: Stage): Promise<void> {
  await waitUntil(
    'PostgreSQL answers again',
    async () =>
      await stage.query('select 1').then(
        () => true,
        () => false,
      ),
    60_000,
  )
}

async function makeDiskFull(stage: Stage, ms: number): Promise<void> {
  if (stage.folder.isSmallDisk) await fillDisk(stage, ms)
  else await refuseAppends(stage, ms)
}

async function fillDisk(stage: Stage, ms: number): Promise<void> {
  const file = join(stage.folder.disk, 'filling')
  const until = performance.now() + ms
  const handle = await open(file, 'a')
  try {
    const chunk = Buffer.alloc(1024 * 1024)
    let rounds = 0
    // Again and again: PostgreSQL gives back room as it goes.
    while (performance.now() < until) {
      const { bavail, bsize } = await statfs(stage.folder.disk)
      const room = Math.min(chunk.length, bavail * bsize)
      if (room > 0) await handle.write(chunk.subarray(0, room)).catch(() => undefined)
      if (room < chunk.length) await delay(10)
      // Rows and the log have room left in files that are there; the next file has none.
      if (room === 0 && (rounds += 1) % 20 === 1) {
        await stage.query('select pg_switch_wal()').catch(() => undefined)
      }
    }
  } finally {
    await handle.close()
    await rm(file)
  }
}

async function refuseAppends(stage: Stage, ms: number): Promise<void> {
  await stage.query(
    `create or replace function full_disk() returns trigger language plpgsql
       as $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$;
     create trigger full_disk before insert on journal
       for each row when (new.kind = 1) execute function full_disk()`,
  )
  await delay(ms)
  await stage.query('drop trigger full_disk on journal')
}

export function signal(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name)
  } catch (error) {
    // Already gone is what the signal was for.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
