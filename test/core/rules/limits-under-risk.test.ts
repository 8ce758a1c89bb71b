import { describe, expect, it } from 'vitest'
import { applyFix } from '../../../src/core/engine/engine.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import { chooseRisk, riskProfilesDelivered } from '../../../src/core/model/risk-profiles.ts'
import { limitsUnder } from '../../../src/core/rules/limits-under-risk.ts'
import { createRandom } from '../../property/random.ts'
import { makeBan, makeEngine, makeFix, makeOrder, passTime } from '../engine-world.ts'

const hour = 3_600
/** Seconds, and metres from the middle of a ban of 500 m with a band of as many. */
type Step = readonly [number, number]

/** Comes to 620 m from the border and goes; in the afternoon stands at 400 m from it. */
const twiceADay: readonly Step[] = [
  [0, 4_000],
  [600, 1_120],
  [1_500, 1_120],
  [2_100, 4_000],
  [2.5 * hour, 4_000],
  [2.5 * hour + 700, 900],
  [2.5 * hour + 2_200, 900],
  [2.5 * hour + 3_600, 4_000],
]

const placesMeters = [510, 700, 900, 1_120, 1_600, 2_300, 4_000]

function walk(seed: number): readonly Step[] {
  const random = createRandom(seed)
  let atSeconds = 0
  return Array.from({ length: 14 }, () => {
    const step = [atSeconds, placesMeters[random.integer(0, placesMeters.length - 1)]!] as const
    atSeconds += random.integer(5, 45) * 60
    return step
  })
}

function tellingsOf(orders: readonly ProtectionOrder[], steps: readonly Step[]) {
  const engine = makeEngine({ orders })
  const called: { readonly what: string; readonly atMs: number }[] = []
  const whats = new Map<string, string>()
  for (const [place, [fromSeconds, fromMeters]] of steps.slice(0, -1).entries()) {
    const [toSeconds, toMeters] = steps[place + 1]!
    for (let seconds = fromSeconds; seconds < toSeconds; seconds += 60) {
      const share = (seconds - fromSeconds) / (toSeconds - fromSeconds)
      const fix = makeFix(
        seconds,
        fromMeters + share * (toMeters - fromMeters) + (seconds % 90) / 15,
      )
      for (const effect of [...passTime(engine, fix.receivedAtMs), ...applyFix(engine, fix)]) {
        if (effect.type === 'alert-raised') {
          const { id, kind, priority, protectionOrderId } = effect.alert
          whats.set(id, `${protectionOrderId} ${kind}`)
          if (priority !== 'P3') called.push({ what: whats.get(id)!, atMs: fix.recordedAtMs })
        } else if (effect.type === 'alert-revised' && effect.revision.kind === 'priority') {
          const what = whats.get(effect.alertId) ?? effect.alertId
          if (effect.revision.priority !== 'P3') called.push({ what, atMs: fix.recordedAtMs })
        }
      }
    }
  }
  return called
}

function ordersWith(keys: readonly (string | null)[]): readonly ProtectionOrder[] {
  return keys.map((key, place) => {
    const order = makeOrder({ id: `${place}`, locationBans: [makeBan({ id: `ban ${place}` })] })
    return key === null
      ? order
      : { ...order, risk: chooseRisk(key, 0, riskProfilesDelivered[key]!) }
  })
}

describe('what follows from how grave a case is', () => {
  it.each(Object.keys(riskProfilesDelivered))(
    'whoever is called about a case without a risk profile is called about it under %s, no later, and about other cases beside it',
    (key) => {
      let calledCount = 0
      for (const steps of [twiceADay, ...Array.from({ length: 6 }, (_, seed) => walk(seed))]) {
        for (const keys of [[key], [null, key], [key, null], [key, key]]) {
          const without = tellingsOf(ordersWith(keys.map(() => null)), steps)
          const left = tellingsOf(ordersWith(keys), steps)
          calledCount += without.length
          for (const one of without) {
            const place = left.findIndex(({ atMs, what }) => what === one.what && atMs <= one.atMs)
            expect(place, `${keys.join()} ${JSON.stringify(steps)} ${one.what}`).not.toBe(-1)
            left.splice(place, 1)
          }
        }
      }
      expect(calledCount).toBeGreaterThan(30)
    },
    20_000,
  )

  it('an answered alert of a grave case is back sooner, also one that nobody was called for, and of no case later', () => {
    const under = limitsUnder({ recallMinutesMax: 5 }, defaultLimits)
    const { recallMinutes, recallMinutesListed, recallMinutesMax } = under
    expect([recallMinutes, recallMinutesListed, recallMinutesMax]).toEqual([5, 5, 5])
    expect(limitsUnder({ recallMinutesMax: 2_000 }, defaultLimits)).toEqual(defaultLimits)
    expect(limitsUnder(null, defaultLimits)).toEqual(defaultLimits)
  })
})
