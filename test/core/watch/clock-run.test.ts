import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { ClockRun } from '../../../src/core/watch/clock-run.ts'
import {
  explainedAgeMs,
  extendRun,
  findBehindMs,
  toReceipt,
} from '../../../src/core/watch/clock-run.ts'
import { createRandom } from '../../support/random.ts'

const second = 1_000
const minute = 60_000
const hour = 3_600_000

it('an age is explained by an interval of the plan and a minute, and always up to what is late', () => {
  expect(explainedAgeMs(15 * second, defaultLimits)).toBe(2 * minute)
  expect(explainedAgeMs(minute, defaultLimits)).toBe(2 * minute)
  expect(explainedAgeMs(10 * minute, defaultLimits)).toBe(11 * minute)
})

describe('a run of old reports', () => {
  it('a clock is behind after five minutes of reports of one age, and not a report sooner', () => {
    const ages = Array.from({ length: 12 }, () => hour)
    expect(follow(ages)).toEqual({ at: 5, behindMs: hour })
  })

  it('a clock is behind after five reports of a slow plan', () => {
    const ages = Array.from({ length: 8 }, () => 20 * minute)
    expect(follow(ages, { apartMs: 10 * minute })).toEqual({ at: 4, behindMs: 20 * minute })
  })

  it('a clock is behind by the youngest report, for each is some seconds on its way', () => {
    const ages = [14, 3, 9, 2, 28, 5, 7].map((seconds) => hour + seconds * second)
    expect(follow(ages)).toEqual({ at: 5, behindMs: hour + 2 * second })
  })

  it('a clock is behind though two reports in a row were held up', () => {
    const ages = [0, 0, 90, 120, 0, 0, 0, 0].map((seconds) => hour + seconds * second)
    expect(follow(ages)).toEqual({ at: 6, behindMs: hour })
  })

  it('a clock is behind by another amount after it has stepped back once more', () => {
    const ages = [hour, hour, ...Array.from({ length: 9 }, () => 2 * hour)]
    expect(follow(ages)).toEqual({ at: 9, behindMs: 2 * hour })
  })
})

describe('reports that are old for another reason', () => {
  it.each([
    ['of a device that catches up at 1.05 times its pace', 1.05],
    ['of a device that catches up at 1.1 times its pace', 1.1],
    ['of a device that catches up at twice its pace', 2],
  ])('no clock is behind %s', (_, pace) => {
    const ages = Array.from({ length: 40 }, (__, place) => 3 * hour - place * minute * (pace - 1))
    expect(follow(ages)).toBeNull()
  })

  it('no clock is behind of a device that lags more and more', () => {
    const ages = Array.from({ length: 30 }, (_, place) => hour + place * 5 * second)
    expect(follow(ages)).toBeNull()
  })

  it('no clock is behind while every fifth report is as young as it should be', () => {
    const ages = Array.from({ length: 60 }, (_, place) => (place % 5 === 0 ? second : hour))
    expect(follow(ages)).toBeNull()
  })

  it('no clock is behind by what was stored in a silence, until a report is of after it', () => {
    const before = { receivedAtMs: 0, recordedAtMs: 0 }
    const stored = Array.from({ length: 40 }, () => 30 * minute)
    expect(follow(stored, { before })).toEqual({ at: 31, behindMs: 30 * minute })
    // It does not go on where the device fell silent, so nothing of the kind was stored.
    const since = { receivedAtMs: 0, recordedAtMs: 20 * minute }
    expect(follow(stored, { before: since })).toEqual({ at: 5, behindMs: 30 * minute })
  })
})

it('whatever is found, five reports in five minutes bear it out, and nothing steady goes unseen', () => {
  let foundCount = 0
  for (let seed = 1; seed <= 400; seed++) {
    const random = createRandom(seed)
    const isSteady = random() < 0.5
    const baseMs = 2 * minute + second + Math.floor(random() * 5 * hour)
    const wildMs = isSteady ? 0 : random() * 4 * minute
    const ages = Array.from({ length: 30 }, () =>
      Math.floor(baseMs + (random() - 0.5) * wildMs + random() * 25 * second),
    )
    const found = follow(ages)
    if (isSteady) expect(found?.at, `seed ${seed}`).toBe(5)
    if (found === null) continue
    foundCount++
    const near = ages
      .slice(0, found.at + 1)
      .filter((ageMs) => ageMs >= found.behindMs && ageMs - found.behindMs <= 30 * second)
    expect(near.length, `seed ${seed}`).toBeGreaterThanOrEqual(5)
    expect(found.at, `seed ${seed}`).toBeGreaterThanOrEqual(5)
    expect(found.behindMs, `seed ${seed}`).toBeGreaterThan(2 * minute)
  }
  expect(foundCount).toBeGreaterThan(150)
})

type Given = {
  readonly apartMs?: number
  readonly before?: { readonly receivedAtMs: number; readonly recordedAtMs: number }
}

/** The first report of these ages, received one after the other, that makes it plain. */
function follow(
  ages: readonly number[],
  { apartMs = minute, before }: Given = {},
): { at: number; behindMs: number } | null {
  const explainedMs = explainedAgeMs(apartMs, defaultLimits)
  let run: ClockRun | null = null
  let last = before ?? null
  const firstMs = before === undefined ? 10 * hour : 31 * minute
  for (const [at, ageMs] of ages.entries()) {
    const receivedAtMs = firstMs + at * apartMs
    const receipt = toReceipt(last, receivedAtMs, receivedAtMs - ageMs, explainedMs)
    run = extendRun(run, receipt, explainedMs, defaultLimits)
    last = receipt
    const behindMs = findBehindMs(run, defaultLimits)
    if (behindMs !== null) return { at, behindMs }
  }
  return null
}
