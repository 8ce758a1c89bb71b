import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, Scene } from './fault.ts'
import { killAll, killSession, untilAnswering } from './faults-store.ts'
import type { Part } from './stage.ts'

/** Many kills in one round, so that hundreds fit into an evening. */
export const manyFaults: readonly Fault[] = [
  {
    name: 'kills-alone',
    stage: 'alone',
    what: 'ten kills at any time: of the server, also while it starts, of PostgreSQL or one session of it, of all at once',
    lateMsMax: 15_000,
    afterMend: true,
    async strike(scene) {
      await killMany(scene, [
        killServer,
        killServer,
        killStarting,
        killStarting,
        killPostmaster,
        killOneSession,
        killEverything,
      ])
    },
  },
  {
    name: 'kills-apart',
    stage: 'apart',
    what: 'ten kills at any time: of the process that judges, the one that waits, both, the API, the worker, PostgreSQL or one session of it',
    lateMsMax: 20_000,
    afterMend: true,
    async strike(scene) {
      await killMany(scene, [
        killLeader,
        killLeader,
        killStandby,
        killBothEvaluators,
        killApi,
        killWorker,
        killPostmaster,
        killOneSession,
      ])
    },
  },
]

const killCount = 10

type Kill = (scene: Scene) => Promise<void>

/** The next one comes when all is up again, or a moment before: nobody waits for us to be ready. */
async function killMany(scene: Scene, kinds: readonly Kill[]): Promise<void> {
  const { between, random } = scene
  for (let done = 0; done < killCount; done += 1) {
    await delay(between(100, 2_500))
    await kinds[Math.floor(random() * kinds.length)]?.(scene)
    scene.countKill()
  }
}

async function killServer({ stage }: Scene): Promise<void> {
  await bounce(stage.part('main'), 0)
}

/** Once it runs, and once more at some moment of its start. */
async function killStarting(scene: Scene): Promise<void> {
  const main = scene.stage.part('main')
  await main.kill()
  await main.dieStarting(scene.between(50, 4_000))
  scene.countKill()
  await main.start()
}

async function killPostmaster({ stage }: Scene): Promise<void> {
  process.kill(await stage.postmasterId(), 'SIGKILL')
  await untilAnswering(stage)
}

async function killOneSession({ stage, random }: Scene): Promise<void> {
  await killSession(stage, random)
  await untilAnswering(stage)
}

async function killEverything({ stage }: Scene): Promise<void> {
  await killAll(stage)
  await stage.part('main').start()
}

async function killLeader({ stage, between }: Scene): Promise<void> {
  await bounce(await stage.leader(), between(0, 4_000))
}

async function killStandby({ stage, between }: Scene): Promise<void> {
  const leader = await stage.leader()
  await bounce(stage.part(leader.name === 'first' ? 'second' : 'first'), between(0, 2_000))
}

async function killBothEvaluators({ stage, countKill }: Scene): Promise<void> {
  const both = [stage.part('first'), stage.part('second')]
  await Promise.all(both.map((part) => part.kill()))
  countKill()
  await Promise.all(both.map((part) => part.start()))
}

async function killApi({ stage, between }: Scene): Promise<void> {
  await bounce(stage.part('api'), between(0, 2_000))
}

async function killWorker({ stage, between }: Scene): Promise<void> {
  await bounce(stage.part('worker'), between(0, 2_000))
}

async function bounce(part: Part, ms: number): Promise<void> {
  await part.kill()
  await delay(ms)
  await part.start()
}
