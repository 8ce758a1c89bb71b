import { describe, expect, it } from 'vitest'
import { createPlain, jitter } from '../plain-world.ts'

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
    const calls = glimpse(330, 8).filter((line) => line.includes('P2'))
    const times = calls.map((line) => Number(line.split(' ').at(-1)))
    expect(times.length).toBeGreaterThan(5)
    const pauses = times.slice(1).map((at, place) => at - times[place]!)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(3_600 + 900)
  })
})

function toLine(seconds: number): string {
  return `raised position-unreliable P3 ${seconds}`
}
