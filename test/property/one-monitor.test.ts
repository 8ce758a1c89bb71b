import { expect, it } from 'vitest'
import type { Effect } from '../../src/core/model/alert.ts'
import { createRandom } from './random.ts'
import { listSilences, listTampers } from './reference-watch.ts'
import { runsOr, seedOr } from './seed.ts'
import {
  assignment,
  createWorld,
  device,
  locationBan,
  orderChange,
  person,
  second,
} from '../core/watch-world.ts'

const usualRuns = 15
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)

it('what is told of the silences and the strap of one monitor far from everything is what a plain reading of them tells', () => {
  const words = new Set<string>()
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const intervalSeconds = [15, 60, 300][random.integer(0, 2)]!
    const world = createWorld()
    world.register(
      person('otto', 'offender'),
      device('monitor', 'ankle-monitor', intervalSeconds),
      assignment('monitor', 'otto'),
      orderChange({ locationBans: [locationBan] }),
    )
    const effects: Effect[] = []
    const heardMs: number[] = []
    const flags: { atMs: number; kind: 'flag' | 'position' }[] = []
    for (let count = 0; count < 120; count++) {
      const share = [0.8, 1, 1, 1, 1, 2, 2.9, 3.1, 5, 30][random.integer(0, 9)]!
      const gapMs = Math.round(share * intervalSeconds) * second
      effects.push(...world.advance(random.chance(0.02) ? 30_000_000 : gapMs))
      heardMs.push(world.now())
      const kind = (['flag', 'position', null] as const)[random.integer(0, 2)]!
      if (kind !== null) flags.push({ atMs: world.now(), kind })
      if (kind === 'flag') effects.push(...world.event('monitor', 'strap-tamper'))
      else if (kind === 'position') effects.push(...world.fix('monitor'))
      else effects.push(...world.event('monitor', 'heartbeat'))
    }
    effects.push(...world.advance(7_200_000))
    const intervalMs = intervalSeconds * second
    const silences = listSilences({ heardMs, intervalMs }, world.now())
    expect(tell(effects, 'device-silent'), `seed ${seed}`).toEqual(silences)
    const tampers = listTampers(flags, intervalMs)
    expect(tell(effects, 'device-tamper'), `seed ${seed}`).toEqual(tampers)
    for (const line of [...silences, ...tampers]) words.add(line.replace(/ \d+$/, ''))
  }
  if (runs < usualRuns) return
  expect([...words].toSorted()).toEqual(['P2', 'ended', 'raised P2', 'raised P3', 'repeated'])
})

/** By when it was told. */
function tell(effects: readonly Effect[], kind: 'device-silent' | 'device-tamper'): string[] {
  const ids = new Set<string>()
  return effects.flatMap((effect) => {
    if (effect.type === 'alert-raised' && effect.alert.kind === kind) {
      const { id, priority, learnedAtMs } = effect.alert
      ids.add(id)
      return [`raised ${priority} ${learnedAtMs}`]
    }
    if (effect.type === 'alert-ended' && ids.has(effect.alertId)) {
      return [`ended ${effect.clearedAtMs}`]
    }
    if (effect.type !== 'alert-revised' || !ids.has(effect.alertId)) return []
    const { revision, learnedAtMs } = effect
    if (revision.kind === 'priority') return [`${revision.priority} ${learnedAtMs}`]
    return revision.kind === 'repeated' ? [`repeated ${learnedAtMs}`] : []
  })
}
