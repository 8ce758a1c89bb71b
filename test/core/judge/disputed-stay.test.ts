import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import {
  advanceTo,
  applyFix,
  restoreSnapshot,
  takeSnapshots,
} from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { judgeProtection } from '../../../src/core/protection/judge-protection.ts'
import { home, makeBan, makeEngine, makeFix, makeOrder, startMs } from '../engine-world.ts'

const makeRound = (): Engine =>
  makeEngine({
    reportIntervalSeconds: 60,
    orders: [
      makeOrder({
        locationBans: [makeBan({ area: { type: 'circle', ...home, radiusMeters: 150 } })],
      }),
    ],
  })

/** One position a minute, by receiver and by network as the place in the list says. */
function makeTurns(count: number, isNetwork: (place: number) => boolean, awayMeters = 3_000) {
  return Array.from({ length: count }, (_, place): Fix => {
    const astray = ((place * 7) % 11) - 5
    return isNetwork(place)
      ? makeFix(60 * place, astray, 0, { accuracyMeters: 600, source: 'network' })
      : makeFix(60 * place, awayMeters + astray, 0, { accuracyMeters: 10 })
  })
}

const inTurn = (place: number): boolean => place % 2 === 1

/** What is told of the device, and in which minute after the start. */
function listen(engine: Engine, fixes: readonly Fix[]): string[] {
  const told: string[] = []
  for (const fix of fixes) {
    const effects = [
      ...advanceTo(engine, fix.receivedAtMs),
      ...applyFix(engine, fix),
      ...advanceTo(engine, fix.receivedAtMs + 1),
    ]
    const at = Math.floor((fix.receivedAtMs - startMs) / 60_000)
    for (const effect of effects) {
      if (effect.type === 'alert-raised' && effect.alert.kind !== 'order-without-device') {
        const { kind, priority, evidence } = effect.alert
        told.push(`${at} ${kind} ${priority} ${String(evidence.facts['fault'])}`)
      }
      if (effect.type === 'alert-revised') told.push(`${at} ${effect.revision.kind}`)
      if (effect.type === 'alert-ended' && at > 0) told.push(`${at} ended`)
    }
  }
  return told
}

/** The second device never reports, which is not what this is about. */
function protectionAt(engine: Engine, minute: number): string[] {
  const { state, reasons } = judgeProtection(engine, 'order', startMs + 60_000 * minute + 2_000)
  const codes = reasons.map(({ code }) => code).filter((code) => code !== 'device-never-heard')
  return [state, ...codes]
}

describe('a receiver against the networks of its device', () => {
  it('a receiver elsewhere and networks in the ban, in turn, are listed after a quarter of an hour, once, and the order is not protected', () => {
    const engine = makeRound()
    expect(listen(engine, makeTurns(240, inTurn))).toEqual([
      '17 position-unreliable P3 disputed-in-ban',
    ])
    expect(protectionAt(engine, 239)).toEqual(['degraded', 'position-unreliable'])
  })

  it('a jump between both that nobody can have made is the same dispute', () => {
    expect(listen(makeRound(), makeTurns(60, inTurn, 30_000))).toEqual([
      '17 position-unreliable P3 disputed-in-ban',
    ])
  })

  it.each([
    ['of which the network speaks twice', (place: number) => place === 5 || place === 30],
    ['for ten minutes', (place: number) => place < 10 && inTurn(place)],
    ['of which the networks speak in one stretch only', (place: number) => place > 10],
  ])('a receiver against networks, %s, is no dispute', (_name, isNetwork) => {
    const told = listen(makeRound(), makeTurns(60, isNetwork))
    expect(told.join()).not.toContain('disputed')
  })

  it('a network whose circle holds the place of the receiver says nothing against it', () => {
    expect(listen(makeRound(), makeTurns(120, inTurn, 1_200)).join()).not.toContain('disputed')
  })

  it('a dispute ends twenty minutes after the last network in the ban, and a snapshot in between changes nothing', () => {
    const fixes = makeTurns(90, (place) => place < 40 && inTurn(place))
    const engine = makeRound()
    const told = listen(engine, fixes.slice(0, 16))
    const restored = makeRound()
    for (const { scope, state } of takeSnapshots(engine)) restoreSnapshot(restored, scope, state)
    expect([...told, ...listen(restored, fixes.slice(16))]).toEqual([
      '17 position-unreliable P3 disputed-in-ban',
      '59 ended',
    ])
    expect(protectionAt(restored, 89)[1]).toBeUndefined()
  })

  it('a breach that goes on leaves nothing in dispute', () => {
    const inside = Array.from({ length: 5 }, (_, place) => makeFix(60 * place, 0, place))
    const later = makeTurns(60, inTurn).map((fix): Fix => {
      return {
        ...fix,
        recordedAtMs: fix.recordedAtMs + 300_000,
        receivedAtMs: fix.receivedAtMs + 300_000,
      }
    })
    const coarse = later.filter(({ source }) => source === 'network')
    expect(listen(makeRound(), [...inside, ...coarse]).join()).not.toContain('disputed')
  })
})
