import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from './fault.ts'
import type { Stage } from './stage.ts'

/** What is not gone but held, slow or half there: the faults that nobody notices by an error. */
export const heldFaults: readonly Fault[] = [
  {
    name: 'queue-dropped',
    stage: 'alone',
    what: 'the tables of the queue are dropped, three times',
    lateMsMax: 5_000,
    async strike({ stage, between }) {
      for (let time = 0; time < 3; time += 1) {
        await dropQueue(stage)
        await delay(between(1_500, 3_000))
      }
    },
  },
  {
    name: 'alerts-locked',
    stage: 'alone',
    what: 'somebody holds a lock on all alerts for 10 to 20 seconds: what is judged cannot be saved',
    lateMsMax: 10_000,
    afterMend: true,
    async strike({ stage, between }) {
      const seconds = between(10_000, 20_000) / 1_000
      await stage.query(
        `begin; lock table alerts in access exclusive mode; select pg_sleep(${seconds}); commit`,
      )
    },
  },
  {
    name: 'statements-cancelled',
    stage: 'alone',
    what: 'for 8 seconds whatever statement of the server runs is cancelled forty times a second, as by a timeout',
    lateMsMax: 10_000,
    afterMend: true,
    async strike({ stage }) {
      await stage.query(
        `do $$ begin
           for time in 1 .. 320 loop
             perform pg_cancel_backend(pid) from pg_stat_activity
              where usename like 'hoede%' and state = 'active' and pid <> pg_backend_pid();
             perform pg_stat_clear_snapshot();
             perform pg_sleep(0.025);
           end loop;
         end $$`,
      )
    },
  },
  {
    name: 'connections-taken',
    stage: 'alone',
    what: 'somebody else takes every connection that the database has left, for 80 seconds',
    lateMsMax: 10_000,
    async strike({ stage }) {
      await stage.takeConnections(80_000)
      // The small disk is told under the same kind.
      const told = await stage.query(
        `select from alerts where kind = 'storage-low' and priority = 'P1' and cleared_at is null
            and evidence->'facts'->>'store' = 'connections'`,
      )
      if (told.length !== 1) throw new Error('nobody was told that no connection is left')
    },
  },
  {
    name: 'listeners-end',
    stage: 'apart',
    what: 'the sessions that listen for rings are ended, ten times',
    lateMsMax: 5_000,
    async strike({ stage, between }) {
      for (let time = 0; time < 10; time += 1) {
        await stage.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'hoede-doorbell'`,
        )
        await delay(between(300, 1_000))
      }
    },
  },
  {
    name: 'one-line-half-open',
    stage: 'apart',
    what: 'one connection of each process passes nothing any more and stays open; the others pass',
    lateMsMax: 30_000,
    async strike({ stage, between, random }) {
      for (const { lines } of stage.parts) lines[0]?.silenceOne(random())
      await delay(between(20_000, 30_000))
    },
  },
  {
    name: 'lines-very-slow',
    stage: 'apart',
    what: 'each statement takes two seconds, for a minute',
    // A step of judging asks a dozen times, one after the other.
    lateMsMax: 20_000,
    afterMend: true,
    async strike({ stage }) {
      for (const { lines } of stage.parts) lines[0]?.slow(1_000)
      await delay(60_000)
      for (const { lines } of stage.parts) lines[0]?.comeBack()
    },
  },
  {
    name: 'worker-stop',
    stage: 'apart',
    what: 'SIGSTOP of the only worker for 90 seconds: nobody is called, and the desk must be told',
    lateMsMax: 10_000,
    mustSay: ['detection-behind'],
    async strike({ stage }) {
      stage.part('worker').signal('SIGSTOP')
      await delay(90_000)
      stage.part('worker').signal('SIGCONT')
    },
  },
]

/** Dropping takes the locks of all tables one by one, and may lose against whoever holds some. */
async function dropQueue(stage: Stage): Promise<void> {
  for (;;) {
    try {
      await stage.query('drop schema if exists bullmq cascade')
      return
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === '40P01')) throw error
    }
  }
}
