import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, Scene } from './fault.ts'
import type { Part } from './stage.ts'

/** What is done to processes of their own, their lines, and Redis. */
export const apartFaults: readonly Fault[] = [
  {
    name: 'leader-kill',
    stage: 'apart',
    what: 'SIGKILL of the process that judges; the other one takes over',
    isShort: true,
    lateMsMax: 10_000,
    async strike({ stage, between }) {
      const leader = await stage.leader()
      await leader.kill()
      await delay(between(4_000, 6_000))
      await leader.start()
    },
  },
  {
    name: 'leader-stop',
    stage: 'apart',
    what: 'SIGSTOP of the process that judges for 25 to 40 seconds; the other one takes over',
    lateMsMax: 20_000,
    async strike({ stage, between }) {
      const leader = await stage.leader()
      leader.signal('SIGSTOP')
      await delay(between(25_000, 40_000))
      leader.signal('SIGCONT')
    },
  },
  {
    name: 'leader-vanish',
    stage: 'apart',
    what: 'nothing passes between the process that judges and PostgreSQL for 40 to 50 seconds, as when its machine is gone',
    lateMsMax: 40_000,
    async strike({ stage, between }) {
      const { lines } = await stage.leader()
      for (const line of lines) line.vanish()
      await delay(between(40_000, 50_000))
      for (const line of lines) line.comeBack()
    },
  },
  {
    name: 'standby-kill',
    stage: 'apart',
    what: 'SIGKILL of the evaluator that waits',
    lateMsMax: 5_000,
    async strike({ stage, between }) {
      const leader = await stage.leader()
      const standby = stage.part(leader.name === 'first' ? 'second' : 'first')
      await bounce(standby, between(1_000, 3_000))
    },
  },
  {
    name: 'standby-stop',
    stage: 'apart',
    what: 'SIGSTOP of the evaluator that waits; meanwhile the one that judges is killed, and the other one wakes up and takes over',
    lateMsMax: 20_000,
    async strike({ stage, between }) {
      const leader = await stage.leader()
      const standby = stage.part(leader.name === 'first' ? 'second' : 'first')
      standby.signal('SIGSTOP')
      await delay(between(12_000, 18_000))
      await leader.kill()
      await delay(between(1_000, 3_000))
      standby.signal('SIGCONT')
      await delay(between(3_000, 6_000))
      await leader.start()
    },
  },
  {
    name: 'api-kill',
    stage: 'apart',
    what: 'SIGKILL of the API alone',
    lateMsMax: 10_000,
    afterMend: true,
    strike: async ({ stage, between }) => await bounce(stage.part('api'), between(500, 3_000)),
  },
  {
    name: 'worker-kill',
    stage: 'apart',
    what: 'SIGKILL of the worker alone',
    lateMsMax: 5_000,
    strike: async ({ stage, between }) => await bounce(stage.part('worker'), between(1_000, 3_000)),
  },
  {
    name: 'apart-postmaster-kill',
    stage: 'apart',
    what: 'SIGKILL of the first process of a PostgreSQL that is nobody’s child',
    lateMsMax: 15_000,
    afterMend: true,
    async strike({ stage, between }) {
      process.kill(await stage.postmasterId(), 'SIGKILL')
      await delay(between(2_000, 4_000))
    },
  },
  {
    name: 'lines-cut',
    stage: 'apart',
    what: 'every connection to PostgreSQL cut, three times',
    lateMsMax: 10_000,
    afterMend: true,
    async strike({ stage, between }) {
      for (let time = 0; time < 3; time += 1) {
        for (const line of linesOf(stage.parts)) line.cut()
        await delay(between(300, 1_500))
      }
    },
  },
  {
    name: 'lines-half-open',
    stage: 'apart',
    what: 'every open connection to PostgreSQL passes nothing any more and stays open; new ones pass',
    lateMsMax: 40_000,
    async strike({ stage, between }) {
      for (const line of linesOf(stage.parts)) line.silence()
      await delay(between(30_000, 35_000))
    },
  },
  {
    name: 'lines-slow',
    stage: 'apart',
    what: 'everything to and from PostgreSQL takes 50 to 150 milliseconds each way, for 5 to 8 seconds',
    lateMsMax: 15_000,
    async strike({ stage, between }) {
      const delayMs = between(50, 150)
      for (const line of linesOf(stage.parts)) line.slow(delayMs)
      await delay(between(5_000, 8_000))
      for (const line of linesOf(stage.parts)) line.comeBack()
    },
  },
  {
    name: 'redis-kill',
    stage: 'redis',
    what: 'SIGKILL of Redis; an empty one comes back after 3 to 6 seconds',
    lateMsMax: 5_000,
    async strike({ stage, between }) {
      await stage.redis?.kill?.()
      await delay(between(3_000, 6_000))
      await stage.redis?.start?.()
    },
  },
  {
    name: 'redis-stop',
    stage: 'redis',
    what: 'SIGSTOP of Redis for 5 to 15 seconds',
    lateMsMax: 5_000,
    async strike({ stage, between }) {
      stage.redis?.signal?.('SIGSTOP')
      await delay(between(5_000, 15_000))
      stage.redis?.signal?.('SIGCONT')
    },
  },
  {
    name: 'redis-lines-half-open',
    stage: 'redis',
    what: 'the connections to Redis pass nothing any more and stay open',
    lateMsMax: 5_000,
    async strike({ stage, between }) {
      for (const { lines } of stage.parts) lines[1]?.silence()
      await delay(between(5_000, 15_000))
    },
  },
  {
    name: 'rolling-restart',
    stage: 'twins',
    what: 'two whole servers, ended by SIGTERM and started again one after the other',
    lateMsMax: 10_000,
    async strike({ stage, between }) {
      for (const part of stage.parts) {
        const code = await part.stop()
        if (code !== 0) throw new Error(`${part.name} ended with ${code} on SIGTERM`)
        await part.start()
        await delay(between(500, 1_500))
      }
    },
  },
]

async function bounce(part: Part, ms: number): Promise<void> {
  await part.kill()
  await delay(ms)
  await part.start()
}

/** Those to PostgreSQL: each part has that line first. */
function linesOf(parts: Scene['stage']['parts']): Part['lines'][number][] {
  return parts.flatMap(({ lines }) => lines.slice(0, 1))
}
