import { describe, expect, it } from 'vitest'
import type { Plain } from '../plain-world.ts'
import { createPlain, jitter, plainPair } from '../plain-world.ts'

/**
 * At one place for 35 minutes, and from then on seen for a minute of every 50 only, so many times
 * over. Heard each minute.
 */
function glimpse(east: number, cycles: number): string[] {
  const plain = createPlain()
  const lastSeconds = 2_100 + cycles * 3_000
  for (let seconds = 0; seconds <= lastSeconds; seconds += 60) {
    const isSeen = seconds <= 2_100 || (seconds - 2_100) % 3_000 < 120
    if (isSeen) plain.fix(seconds, jitter(seconds, [east, 0]))
    else plain.heard(seconds)
  }
  plain.until(lastSeconds)
  return plain.told('position-unreliable').filter((line) => !line.startsWith('ended'))
}

describe('an offender who is seen for a minute now and then, at one place', () => {
  it('an offender who is seen for a minute now and then outside a band is on the list a quarter of an hour after each, for time unseen is no rest', () => {
    const told = glimpse(760, 4)
    // Not in the first 50 minutes: half an hour of sightings bears an hour.
    expect(told).toEqual([6_060.001, 9_060.001, 12_060.001].map(toLine))
  })

  it('an offender who is seen for a minute now and then in a band is called out within the hour that the last call covers', () => {
    const isCall = (line: string): boolean => line.includes('P2') || line.startsWith('repeated')
    const calls = glimpse(330, 8).filter(isCall)
    const times = calls.map((line) => Number(line.split(' ').at(-1)))
    expect(times.length).toBeGreaterThan(5)
    const pauses = times.slice(1).map((at, place) => at - times[place]!)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(3_600 + 900)
  })
})

describe('an offender who rests within a walk of what is forbidden, and is heard without a position', () => {
  it('an offender who rests 700 m from the separation is listed once a rest there stands for nobody any more', () => {
    const plain = createPlain({ locationBans: [], proximityBans: [plainPair] })
    rest(plain, 1_200, 12, 90)
    // Ten minutes on the list's own account after a quarter of an hour.
    expect(plain.told('protection-degraded')).toEqual(['raised protection-degraded P3 2160.001'])
    expect(plain.state().state).toBe('unknown')
  })

  it('an offender who rests 300 m outside a band is listed a quarter of an hour after the last position, and called out after fifty-five minutes', () => {
    const plain = createPlain()
    rest(plain, 950, 12, 90)
    expect(plain.told('position-unreliable')).toEqual([
      'raised position-unreliable P3 1560.001',
      'priority position-unreliable P2 3960.001',
    ])
  })

  it('an offender who rests further off than a walk is called out after fifty-five minutes, not after four hours', () => {
    const plain = createPlain({ proximityBans: [plainPair] })
    rest(plain, 3_000, 12, 200)
    expect(plain.told('protection-degraded')).toEqual([])
    expect(plain.told('position-unreliable')).toEqual(['raised position-unreliable P2 3960.001'])
    expect(plain.state().state).toBe('unknown')
  })
})

describe('an offender who is seen for a moment between long gaps, at one place', () => {
  it('an offender who is seen for a moment each 50 minutes has not rested, and is called for after fifty-five minutes', () => {
    const plain = createPlain()
    showUp(plain, 0, 4)
    plain.until(8 * 3_600)
    expect(listCalls(plain)).toEqual(['raised position-unreliable P2 12360.001'])
  })

  it.each([
    ['seven minutes', 420, 150],
    ['eleven minutes', 660, 55],
  ])(
    'an offender who is seen for a moment each %s (%d s) for an hour and a half is called for after %d minutes: a short pause is part of a rest',
    (_, everySeconds, minutes) => {
      const plain = createPlain()
      const lastSeconds = everySeconds * Math.floor(5_400 / everySeconds)
      for (let at = 0; at <= 4 * 3_600; at += 60) {
        if (at % everySeconds === 0 && at <= lastSeconds) plain.fix(at, jitter(at, [3_000, 0]))
        else plain.heard(at)
      }
      plain.until(lastSeconds + 3 * 3_600)
      expect(listCalls(plain)).toEqual([
        `raised position-unreliable P2 ${lastSeconds + 60 * minutes}.001`,
      ])
    },
  )

  it('an offender who is seen for a moment now and then, on two days before, makes no place usual', () => {
    const plain = createPlain()
    for (const day of [0, 1]) {
      showUp(plain, day * 86_400, 5)
      plain.fix(day * 86_400 + 5 * 3_600, [3_000, 9_000])
    }
    // At rest there for twelve minutes, which stands for four hours where a place is usual.
    const from = 2 * 86_400
    for (let at = 0; at <= 720; at += 60) plain.fix(from + at, jitter(at, [3_000, 0]))
    for (let at = 780; at <= 5 * 3_600; at += 60) plain.heard(from + at)
    expect(listCalls(plain).at(-1)).toBe(`raised position-unreliable P2 ${from + 720 + 3_300}.001`)
  })

  /** So many times, each 50 minutes; heard each minute, and for five hours after it. */
  function showUp(plain: Plain, from: number, count: number): void {
    for (let at = 0; at <= 8 * 3_600; at += 60) {
      const isShown = at % 3_000 <= 60 && at < count * 3_000
      if (isShown) plain.fix(from + at, jitter(at, [3_000, 0]))
      else plain.heard(from + at)
    }
  }
})

describe('an offender of whom come positions that prove nothing', () => {
  it.each([
    [
      'the place given last, in an ever wider radius',
      12,
      (seconds: number) => ({ accuracyMeters: 250 + seconds / 10 }),
    ],
    ['positions without satellites', 12, () => ({ source: 'gnss', satellites: 0 }) as const],
    ['positions of two satellites', 12, () => ({ source: 'gnss', satellites: 2 }) as const],
    [
      'coarse positions without satellites',
      12,
      () => ({ source: 'gnss', satellites: 0, accuracyMeters: 300 }) as const,
    ],
  ])(
    'an offender of whom come positions that prove nothing (%s) is called for when somebody unseen would be',
    (_, restMinutes, make) => {
      const plain = createPlain()
      const last = jitter(60 * (restMinutes - 1), [3_000, 0])
      for (let minute = 0; minute <= 200; minute++) {
        const seconds = 60 * minute
        if (minute < restMinutes) {
          plain.fix(seconds, jitter(seconds, [3_000, 0]), { source: 'gnss', satellites: 7 })
        } else plain.fix(seconds, last, make(seconds))
      }
      const calls = listCalls(plain)
      expect(calls).toHaveLength(1)
      const lastSeconds = 60 * (restMinutes - 1)
      const afterSeconds = Number(calls[0]!.split(' ').at(-1)) - lastSeconds
      expect(afterSeconds).toBeGreaterThan(55 * 60)
      expect(afterSeconds).toBeLessThanOrEqual(62 * 60)
    },
  )
})

/** The offender at one place for some minutes and then only heard; the victim at home. */
function rest(plain: Plain, east: number, restMinutes: number, minutes: number): void {
  for (let minute = 0; minute <= minutes; minute++) {
    const seconds = 60 * minute
    plain.fix(seconds, jitter(seconds, [0, 0]), { deviceId: 'pendant' })
    if (minute < restMinutes) plain.fix(seconds, jitter(seconds, [east, 0]))
    else plain.heard(seconds + 2)
  }
  plain.until(60 * minutes + 2)
}

function listCalls(plain: Plain): string[] {
  return plain.told('position-unreliable').filter((line) => line.includes(' P2 '))
}

function toLine(seconds: number): string {
  return `raised position-unreliable P3 ${seconds}`
}
