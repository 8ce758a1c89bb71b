import { describe, expect, it } from 'vitest'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import type { Plain } from '../plain-world.ts'
import { createPlain, jitter, plainBan, plainMs, plainPair } from '../plain-world.ts'

/** In force from so many seconds after the morning on. */
function beginAt(seconds: number, terms: Partial<ProtectionOrder>): Plain {
  return createPlain({ validFromMs: plainMs + 1_000 * seconds, locationBans: [], ...terms })
}

/** Both at rest for ten minutes, so far apart; from then on they are heard, or they are not. */
function rest(plain: Plain, apartMeters: number, isHeard: boolean, untilSeconds: number): void {
  for (let seconds = 0; seconds <= untilSeconds; seconds += 60) {
    if (seconds <= 600) {
      plain.fix(seconds, jitter(seconds, [0, 0]), { deviceId: 'pendant' })
      plain.fix(seconds, jitter(seconds, [apartMeters, 0]))
    } else if (isHeard) {
      plain.heard(seconds, 'pendant')
      plain.heard(seconds)
    }
  }
  plain.until(untilSeconds)
}

describe('two people whom an order finds together', () => {
  it('two people whom an order finds together, heard without a position, are called out as it begins', () => {
    const plain = beginAt(930, { proximityBans: [plainPair] })
    rest(plain, 100, true, 2_400)
    const [told] = plain.told('protection-degraded')
    expect(told).toMatch(/^raised protection-degraded P2/)
    expect(Number(told!.split(' ').at(-1))).toBeLessThan(930 + 180)
  })

  it('two people whom an order finds together, and of whom one is silent, are P1 by that silence', () => {
    const plain = beginAt(660, { proximityBans: [plainPair] })
    rest(plain, 100, false, 1_200)
    const silences = plain.told('raised device-silent')
    expect(silences).toHaveLength(2)
    for (const line of silences) expect(line).toMatch(/ P1 /)
  })

  it('two people whom an order finds a kilometre apart are told as ever', () => {
    const plain = beginAt(660, { proximityBans: [plainPair] })
    rest(plain, 1_700, false, 1_200)
    for (const line of plain.told('raised device-silent')) expect(line).toMatch(/ P3 /)
  })
})

describe('an order that begins over somebody who was last seen within it', () => {
  it('an order that begins over somebody in its area does not protect, and says why', () => {
    const plain = beginAt(660, { locationBans: [plainBan] })
    rest(plain, 40, true, 720)
    const { state, reasons } = plain.state()
    expect(state).toBe('degraded')
    expect(reasons.map(({ code }) => code)).toEqual(['episode-open'])
  })

  it('an order that begins over somebody beside its area protects', () => {
    const plain = beginAt(660, { locationBans: [plainBan] })
    rest(plain, 900, true, 720)
    expect(plain.state().state).toBe('protected')
  })

  it('an order that begins ten seconds after a monitor was heard knows that it has reported', () => {
    const plain = beginAt(610, { locationBans: [plainBan] })
    rest(plain, 40, false, 1_500)
    expect(plain.told('order-without-device')).toEqual([])
    expect(plain.told('raised device-silent')[0]).toMatch(/ P1 /)
  })
})
