import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import { advanceTo, applyFix } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import {
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  startMs,
} from '../engine-world.ts'

const makeApart = (): Engine =>
  makeEngine({
    reportIntervalSeconds: 60,
    orders: [makeOrder({ locationBans: [], proximityBans: [makePair()] })],
  })

/** What is told of a silent device, and in which minute after the start. */
function listen(engine: Engine, fixes: readonly Fix[]): string[] {
  const told: string[] = []
  const ids = new Set<string>()
  for (const fix of fixes.toSorted((one, other) => one.receivedAtMs - other.receivedAtMs)) {
    for (const effect of [...advanceTo(engine, fix.receivedAtMs), ...applyFix(engine, fix)]) {
      const at = Math.floor((fix.receivedAtMs - startMs) / 60_000)
      if (effect.type === 'alert-raised' && effect.alert.kind === 'device-silent') {
        ids.add(effect.alert.id)
        told.push(`${at} ${effect.alert.priority}`)
      }
      if (effect.type === 'alert-revised' && ids.has(effect.alertId)) {
        const { revision } = effect
        told.push(`${at} ${revision.kind === 'priority' ? revision.priority : revision.kind}`)
      }
    }
  }
  return told
}

const minutes = (from: number, until: number, fixOf: (minute: number) => Fix): Fix[] =>
  Array.from({ length: until - from }, (_, at) => fixOf(from + at))
const atHome = (minute: number) => makeVictimFix(60 * minute, (minute * 7) % 11, 0)
const away = (meters: number) => (minute: number) =>
  makeFix(60 * minute + 20, meters + ((minute * 5) % 9), 0)

describe('a phone that falls silent while the other person is seen far away', () => {
  it('a silent phone of somebody at rest is listed through the night and calls nobody', () => {
    const fixes = [...minutes(0, 60, atHome), ...minutes(0, 540, away(8_000))]
    expect(listen(makeApart(), fixes)).toEqual(['62 P3'])
  })

  it('a silent phone is called out as soon as the other person is no longer known to be far away', () => {
    const come = (minute: number) =>
      away(minute < 300 ? 8_000 : 8_000 - 500 * (minute - 300))(minute)
    const told = listen(makeApart(), [...minutes(0, 60, atHome), ...minutes(0, 313, come)])
    expect(told[0]).toBe('62 P3')
    // Still beyond the approach band of 2 km.
    expect(told[1]).toMatch(/^31[0-2] P2$/)
  })

  it('a silent phone is called out when the other person is not seen any more either', () => {
    const heartbeat = (minute: number) =>
      makeFix(60 * minute + 20, 0, 0, { longitude: 0, latitude: 0 })
    const told = listen(makeApart(), [
      ...minutes(0, 60, atHome),
      ...minutes(0, 120, away(8_000)),
      ...minutes(120, 200, heartbeat),
    ])
    expect(told[0]).toBe('62 P3')
    expect(told[1]).toMatch(/^12\d P2$/)
  })

  it('a silent phone of somebody who was on the way is called out when the two may have met', () => {
    const walk = (minute: number) => makeVictimFix(60 * minute, 80 * minute, 0)
    const told = listen(makeApart(), [...minutes(0, 20, walk), ...minutes(0, 200, away(12_000))])
    expect(told[0]).toMatch(/^2\d P3$/)
    expect(told[1]).toMatch(/P2$/)
  })

  it('a silent monitor is called out as before, however far away it was', () => {
    const fixes = [...minutes(0, 200, atHome), ...minutes(0, 60, away(8_000))]
    expect(listen(makeApart(), fixes)).toEqual(['63 P3', '68 P2'])
  })
})
