import { describe, expect, it } from 'vitest'
import type { Place, Plain } from '../core/plain-world.ts'
import { createPlain, jitter } from '../core/plain-world.ts'

const hour = 3_600
const day = 24 * hour

/** Each minute from one second to another, but not in the silences. */
function report(
  plain: Plain,
  [from, until]: readonly [number, number],
  placeAt: (seconds: number) => Place,
): void {
  for (let seconds = from; seconds < until; seconds += 60) plain.fix(seconds, placeAt(seconds))
}

describe('who lives in the band of an area', () => {
  const home: Place = [350, 0]
  const work: Place = [4_000, 0]
  /** Six days at home and at work; then at home from the evening on. */
  const live = (): Plain => {
    const plain = createPlain()
    report(plain, [0, 6 * day + 12 * hour], (seconds) =>
      jitter(seconds, seconds % day < 9 * hour ? work : home),
    )
    return plain
  }
  const evening = 6 * day + 12 * hour

  it('a silence is not called out for a report or two that are missed at home, and is P2 after three', () => {
    const plain = live()
    plain.until(evening + 120)
    report(plain, [evening + 120, evening + hour], (seconds) => jitter(seconds, home))
    expect(plain.told('device-silent')).toEqual([])
    plain.until(evening + hour + 150)
    // Last heard a second after 59 minutes.
    expect(plain.told('device-silent')).toEqual([
      `raised device-silent P2 ${evening + hour + 121.001}`,
    ])
    report(plain, [evening + hour + 180, evening + 2 * hour], (seconds) => jitter(seconds, home))
    expect(plain.told('device-silent')).toHaveLength(2)
  })

  it('a silence is P1 once it has lasted, and at once when last seen walking at the border', () => {
    const plain = live()
    plain.until(evening + hour)
    expect(
      plain.told('device-silent').map((line) => line.split(' ').slice(0, 3).join(' ')),
    ).toEqual(['raised device-silent P2', 'priority device-silent P1'])

    const walker = live()
    report(walker, [evening, evening + 180], (seconds) =>
      jitter(seconds, [350 - 0.8 * (seconds - evening), 0]),
    )
    walker.until(evening + hour)
    expect(walker.told('device-silent').map((line) => line.split(' ')[2])).toEqual(['P1'])
  })
})

describe('a place given again and again, with times that are new', () => {
  const home: Place = [1_500, 0]
  const inside: Place = [20, 0]
  /** At home, then in the area for some minutes; from then on what the receiver remembers. */
  const remember = (minutes: number): Plain => {
    const plain = createPlain()
    report(plain, [-2 * hour, -360], () => home)
    report(plain, [-360, 0], (seconds) => jitter(seconds, [20 - 4 * seconds, 0]))
    report(plain, [0, 300], (seconds) => jitter(seconds, inside))
    report(plain, [300, 300 + 60 * minutes], () => home)
    return plain
  }

  it('a remembered place ends no breach for three hours, unless something moves', () => {
    const plain = remember(170)
    expect(plain.told('location-ban-breach')).toHaveLength(1)
    report(plain, [300 + 170 * 60, 300 + 173 * 60], (seconds) => jitter(seconds, home))
    expect(plain.told('ended location-ban-breach')).toHaveLength(1)
  })

  it('a remembered place is where its wearer is when it was given for three hours', () => {
    expect(remember(195).told('ended location-ban-breach')).toHaveLength(1)
  })

  it('a remembered place ends a breach as ever where a way was seen to lead there', () => {
    const plain = createPlain()
    report(plain, [0, 300], (seconds) => jitter(seconds, inside))
    report(plain, [300, 900], (seconds) => jitter(seconds, [20 + 2.4 * (seconds - 300), 0]))
    report(plain, [900, 1_800], () => home)
    expect(plain.told('ended location-ban-breach')).toHaveLength(1)
  })
})
