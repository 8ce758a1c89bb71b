import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { waitUntil } from '../../support/wait-until.ts'
import type { Fault, Scene } from './fault.ts'
import { post } from './load.ts'
import { clockFileName } from './stage.ts'

/** What is done to the one process, its clock and its clients. */
export const aloneFaults: readonly Fault[] = [
  {
    name: 'server-kill',
    stage: 'alone',
    what: 'SIGKILL of the server; PostgreSQL goes on and is adopted',
    isShort: true,
    lateMsMax: 10_000,
    afterMend: true,
    async strike({ stage, between }) {
      await delay(between(300, 1_000))
      await stage.part('main').kill()
      await stage.part('main').start()
    },
  },
  {
    name: 'server-stop',
    stage: 'alone',
    what: 'SIGSTOP of the server for 5 to 20 seconds',
    lateMsMax: 10_000,
    afterMend: true,
    async strike({ stage, between }) {
      stage.part('main').signal('SIGSTOP')
      await delay(between(5_000, 20_000))
      stage.part('main').signal('SIGCONT')
    },
  },
  {
    name: 'clock-ahead',
    stage: 'alone',
    what: 'the clock of the server an hour ahead for 3 to 8 seconds, and right again',
    lateMsMax: 10_000,
    afterMend: true,
    maySay: silences(),
    strike: async (scene) => await shiftClock(scene, 3_600_000),
  },
  {
    name: 'clock-behind',
    stage: 'alone',
    what: 'the clock of the server two minutes behind for 3 to 8 seconds, and right again',
    lateMsMax: 10_000,
    afterMend: true,
    strike: async (scene) => await shiftClock(scene, -120_000),
  },
  {
    name: 'clock-hour-behind',
    stage: 'alone',
    what: 'the clock of the server an hour behind for 3 to 8 seconds, and right again, while alerts are open and called about',
    lateMsMax: 10_000,
    afterMend: true,
    strike: async (scene) => await shiftClock(scene, -3_600_000),
  },
  {
    name: 'vendor-silent',
    stage: 'alone',
    what: 'the vendor of all who walk sends nothing until that is told, and comes back',
    lateMsMax: 10_000,
    mustSay: ['vendor-silent'],
    strike: async (scene) => await fallSilent(scene),
  },
  {
    name: 'vendor-silent-after-clock',
    stage: 'alone',
    what: 'the clock an hour ahead and right again; then the vendor falls silent',
    lateMsMax: 10_000,
    afterMend: true,
    maySay: silences(),
    mustSay: ['vendor-silent'],
    async strike(scene) {
      await shiftClock(scene, 3_600_000)
      await fallSilent(scene)
    },
  },
  {
    name: 'retry-storm',
    stage: 'alone',
    what: 'forty clients send the same fifty fixes at once, each ten times',
    isShort: true,
    lateMsMax: 10_000,
    strike: async (scene) => await storm(scene),
  },
]

function silences(): readonly string[] {
  return ['vendor-silent', 'device-silent']
}

async function shiftClock({ stage, between }: Scene, shiftMs: number): Promise<void> {
  const file = join(stage.folder.disk, clockFileName)
  await writeFile(file, String(shiftMs))
  stage.part('main').signal('SIGUSR2')
  await delay(between(3_000, 8_000))
  await writeFile(file, '0')
  stage.part('main').signal('SIGUSR2')
}

async function fallSilent({ load, saidCount }: Scene): Promise<void> {
  const before = saidCount('vendor-silent')
  load.walk(false)
  try {
    await waitUntil('vendor-silent', () => saidCount('vendor-silent') > before, silenceMsMax).catch(
      // The kind that must be said is looked for afterwards, with all else.
      () => undefined,
    )
  } finally {
    load.walk(true)
  }
}

/** A silence is three intervals of twenty seconds; the rest is patience with a busy machine. */
const silenceMsMax = 120_000

async function storm({ stage, load, random }: Scene): Promise<void> {
  const [url = ''] = stage.apiUrls()
  const { vendorToken, cases } = load.walkers
  const first = Date.now()
  const base = 1_000_000_000 + Math.floor(random() * 1e9)
  const positions = Array.from({ length: 50 }, (_, index) => {
    const item = cases[index % cases.length]
    if (item === undefined) throw new Error('somebody walks')
    return {
      serialNumber: item.serialNumber,
      recordedAt: new Date(first - 2_000 + Math.floor(index / cases.length)).toISOString(),
      longitude: item.longitude + 0.022,
      latitude: item.latitude,
      accuracyMeters: 8,
      source: 'gnss',
      sequence: base + index,
    }
  })
  await Promise.all(
    Array.from({ length: 40 }, async () => {
      for (let time = 0; time < 10; time += 1) {
        const refused = await post(url, vendorToken, positions)
        if (refused === null || refused.length > 0) continue
        for (const { serialNumber, sequence } of positions) {
          load.ledger.acknowledged.add(`${serialNumber}#${sequence}`)
        }
      }
    }),
  )
}
