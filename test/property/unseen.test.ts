import { expect, it } from 'vitest'
import type { Plain } from '../core/plain-world.ts'
import { createPlain, jitter } from '../core/plain-world.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import type { LastSeen } from './reference-unseen.ts'
import { findUnseenMinutes } from './reference-unseen.ts'
import { runsOr, seedOr } from './seed.ts'

const usualRuns = 24
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)
const daySeconds = 86_400

it('an offender who is heard and not seen is called for when the table of the decision says so', () => {
  const found = new Set<number>()
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const last = drawLast(createRandom(seed))
    const minutes = findUnseenMinutes(last)
    const goneMinutes = play(last) / 60
    expect(goneMinutes, `seed ${seed}, ${JSON.stringify(last)}`).toBeGreaterThanOrEqual(minutes)
    expect(goneMinutes, `seed ${seed}, ${JSON.stringify(last)}`).toBeLessThanOrEqual(minutes + 1.1)
    found.add(minutes)
  }
  if (runs < usualRuns) return
  expect([...found]).toEqual(expect.arrayContaining([55, 65, 90, 150, 240]))
}, 600_000)

const afters = ['nothing', 'no satellites', 'given wider'] as const
type Drawn = LastSeen & { readonly after: 'nothing' | keyof typeof after }

function drawLast(random: Random): Drawn {
  const way = random.chance(0.5) ? 'rest' : random.chance(0.5) ? 'walk' : 'drive'
  const drawn = {
    way,
    restMinutes: random.chance(0.5) ? random.integer(10, 50) : random.integer(70, 150),
    kilometers: random.chance(0.5) ? random.between(2.5, 4.5) : random.between(6, 30),
    nights: random.chance(0.4) ? 0 : random.integer(1, 3),
    // At one place after a drive they would be a rest, which is called for sooner.
    after: way === 'drive' ? 'nothing' : afters[random.integer(0, 2)]!,
  } as const
  // Once alone says not even how slowly.
  const isLong = way === 'rest' && drawn.restMinutes >= 50
  return { ...drawn, isGlimpsed: isLong && random.chance(0.3) }
}

/** Seconds from the last position to the call; Infinity when there is none within five hours. */
function play(last: Drawn): number {
  const plain = createPlain()
  const east = last.kilometers * 1_000 + 150
  for (let night = 0; night < last.nights; night++) {
    const from = night * daySeconds
    see(plain, from, 130 * 60, () => [east, 0])
    hear(plain, from + 130 * 60, 12 * 60)
    // Elsewhere in between: what is seen of the last day is no part of the stay before it.
    see(plain, from + 4 * 3_600, 8 * 60, () => [east, 9_000])
  }
  const from = last.nights * daySeconds
  const { seconds, place } = wayOf(last, east)
  const everySeconds = last.isGlimpsed ? 2_400 : last.restMinutes >= 50 ? 480 : 240
  const lastSeconds = see(plain, from, seconds, place, last.way === 'rest' ? everySeconds : 240)
  const lastPlace = jitter(lastSeconds, place(lastSeconds - from))
  for (let at = 120; at <= 5 * 3_600; at += 120) {
    if (last.after === 'nothing') plain.heard(lastSeconds + at)
    else plain.fix(lastSeconds + at, lastPlace, after[last.after](at))
  }
  const called = plain.told('position-unreliable').flatMap((line) => {
    const at = Number(line.split(' ').at(-1))
    return line.includes(' P2 ') && at >= lastSeconds ? [at - lastSeconds] : []
  })
  return called[0] ?? Infinity
}

/** What is given from then on proves nothing, and changes nothing. */
const after = {
  'no satellites': () => ({ ...counted, satellites: 0 }),
  'given wider': (seconds: number) => ({ ...counted, accuracyMeters: 20 + seconds / 10 }),
}
const counted = { source: 'gnss', satellites: 7 } as const

type Place = (seconds: number) => readonly [east: number, north: number]

/** Ends in the one place, by rest, on foot or by car. */
function wayOf({ way, restMinutes }: LastSeen, east: number): { seconds: number; place: Place } {
  const pace = { rest: 0, walk: 1.2, drive: 12 }[way]
  const seconds = 60 * (way === 'rest' ? restMinutes : 8)
  return { seconds, place: (at) => [east, pace * (at - seconds)] }
}

/** A position each four minutes, and a word in between; answers when the last was. */
function see(plain: Plain, from: number, seconds: number, place: Place, everySeconds = 240) {
  let last = from
  for (let at = 0; at <= seconds; at += 120) {
    if (at % everySeconds !== 0) plain.heard(from + at)
    else {
      plain.fix(from + at, jitter(from + at, place(at)), counted)
      last = from + at
    }
  }
  return last
}

function hear(plain: Plain, from: number, seconds: number): void {
  for (let at = 120; at <= seconds; at += 120) plain.heard(from + at)
}
