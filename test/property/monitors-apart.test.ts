import { expect, it } from 'vitest'
import type { Effect } from '../../src/core/model/alert.ts'
import { startMs } from '../core/engine-world.ts'
import type { Way } from '../core/several-monitors.ts'
import { apartOf, wearAll } from '../core/several-monitors.ts'
import { createRandom } from './random.ts'
import { runsOr, seedOr } from './seed.ts'

/**
 * Three monitors that are driven between two places and lose their positions for some minutes at
 * random. Read plainly: whenever two have stood in different places for six minutes, each with a
 * position in each of them, somebody has been told that monitors are in two places; and a monitor
 * that only comes and goes is no new telling. Whoever drives from one to another makes two at most.
 */
const runs = runsOr(12)
const firstSeed = seedOr(1)
const minutes = 360
const settledMinutes = 6

it('monitors that stand in two places are told to, and twice at most for each drive', () => {
  let seen = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const monitors = [0, 1, 2].map(() => createMonitor(random))
    const effects = wearAll(
      monitors.map(({ way }) => way),
      -10,
      minutes,
    )
    for (let minute = settledMinutes; minute <= minutes; minute++) {
      const places = monitors.flatMap(({ way }) => findSettled(way, minute) ?? [])
      if (Math.min(...places) === Math.max(...places) || places.length < 2) continue
      seen += 1
      expect(countStanding(effects, minute), `seed ${seed}, minute ${minute}`).toBeGreaterThan(0)
    }
    const drives = monitors.reduce((sum, { driveCount }) => sum + driveCount, 0)
    const { told } = apartOf(effects)
    expect(told.length, `seed ${seed}: ${told.join(', ')}`).toBeLessThanOrEqual(2 * drives)
  }
  expect(seen).toBeGreaterThan(0)
})

function createMonitor(random: ReturnType<typeof createRandom>) {
  const drives = Array.from({ length: random.integer(0, 3) }, () => 60 * random.integer(1, 330))
  drives.sort((one, other) => one - other)
  const lost = Array.from({ length: random.integer(0, 12) }, () => 60 * random.integer(0, minutes))
  const said = random.chance(0.5) ? 'heard' : 'silent'
  const way: Way = (seconds) => {
    if (lost.some((from) => seconds >= from && seconds < from + 11 * 60)) return said
    let share = 0
    for (const [at, from] of drives.entries()) {
      const until = drives[at + 1] ?? Infinity
      const driven = Math.min(1, Math.max(0, (Math.min(seconds, until) - from) / 480))
      share = at % 2 === 0 ? share + driven * (1 - share) : share - driven * share
    }
    return 30_000 + 12_000 * share
  }
  return { way, driveCount: drives.length }
}

/** The one place of the last minutes, with a position at each of them; null is none. */
function findSettled(way: Way, minute: number): number | null {
  const said = Array.from({ length: settledMinutes + 1 }, (_, back) => way(60 * (minute - back)))
  const [first] = said
  const isOne = typeof first === 'number' && said.every((one) => one === first)
  return isOne && (first === 30_000 || first === 42_000) ? first : null
}

function countStanding(effects: readonly Effect[], minute: number): number {
  const nowMs = startMs + 60_000 * minute
  const ids = new Set<string>()
  for (const effect of effects) {
    if (effect.type === 'alert-raised' && effect.alert.kind === 'position-unreliable') {
      const { id, reason, learnedAtMs } = effect.alert
      if (reason.includes('in two places') && learnedAtMs <= nowMs) ids.add(id)
    }
    if (effect.type === 'alert-ended' && effect.clearedAtMs <= nowMs) ids.delete(effect.alertId)
  }
  return ids.size
}
