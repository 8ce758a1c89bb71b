import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import {
  advanceTo,
  applyFix,
  applyRegistryChange,
  restoreSnapshot,
  takeSnapshots,
} from '../../../src/core/engine/engine.ts'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import {
  home,
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  startMs,
} from '../engine-world.ts'
import { at, away, hour } from './rank-world.ts'

const area = { type: 'circle', ...home, radiusMeters: 500 } as const

function orderOf(
  name: string,
  ban: Parameters<typeof makeBan>[0] = {},
  values: Partial<ProtectionOrder> = {},
): ProtectionOrder {
  return makeOrder({ id: name, locationBans: [makeBan({ id: `${name} ban`, ...ban })], ...values })
}

/** `order priority` of each alert that is raised, `order to P2` of each that rises, and ends. */
function tell(effects: readonly Effect[], names: Map<string, string> = new Map()): string[] {
  return effects.flatMap((effect) => {
    if (effect.type === 'alert-raised') {
      const { id, kind, protectionOrderId, priority } = effect.alert
      const name = `${protectionOrderId}${kind.endsWith('breach') ? ' breach' : ''}`
      names.set(id, name)
      return [`${name} ${priority}`]
    }
    if (effect.type === 'alert-ended') return [`${names.get(effect.alertId)} ends`]
    if (effect.type !== 'alert-revised' || effect.revision.kind !== 'priority') return []
    return [`${names.get(effect.alertId)} to ${effect.revision.priority}`]
  })
}

/** In the band for half an hour, 300 m from the border. */
const stay = Array.from({ length: 31 }, (_, minutes) => at(60 * minutes, 300))

function follow(engine: Engine) {
  const names = new Map<string, string>()
  return {
    fixes: (fixes: readonly ReturnType<typeof makeFix>[]) =>
      tell(
        fixes.flatMap((fix) => applyFix(engine, fix)),
        names,
      ),
    amend: (protectionOrder: ProtectionOrder, seconds: number) =>
      tell(
        applyRegistryChange(
          engine,
          { type: 'protection-order', protectionOrder },
          startMs + 1000 * seconds,
        ),
        names,
      ),
    advance: (seconds: number) => tell(advanceTo(engine, startMs + 1000 * seconds), names),
  }
}

describe('one approach under two orders', () => {
  it('one approach under two orders is one call, and the sentence of the other says by which alert', () => {
    const engine = makeEngine({ orders: [orderOf('one'), orderOf('two')] })
    const effects = applyFix(engine, at(0, 300))
    expect(tell(effects)).toEqual(['one P2', 'two P3'])
    const [first, second] = effects.flatMap((effect) =>
      effect.type === 'alert-raised' ? [effect.alert] : [],
    )
    expect(second!.evidence.facts['spokenForByAlertId']).toBe(first!.id)
    expect(second!.reason).toContain('called out under another ban of the same area or people')
    expect(second!.incidentId).toBe(first!.incidentId)
  })

  it('one approach under two orders is one call, however the area is written', () => {
    const ring = [
      [5.09, 52.095],
      [5.11, 52.095],
      [5.11, 52.105],
      [5.09, 52.105],
    ] as const
    const turned = [ring[2], ring[1], ring[0], ring[3]] as const
    const [one, two] = [ring, turned].map((way, index) =>
      orderOf(`${index}`, {
        area: {
          type: 'geometry',
          geometry:
            index === 0
              ? { type: 'Polygon', coordinates: [[...way, way[0]]] }
              : { type: 'MultiPolygon', coordinates: [[[...way, way[0]]]] },
        },
      }),
    )
    expect(follow(makeEngine({ orders: [one!, two!] })).fixes([at(0, 600)])).toEqual([
      '0 P2',
      '1 P3',
    ])
  })

  it('one approach under two orders is two calls when the areas differ by a metre', () => {
    const other = orderOf('two', { area: { ...area, radiusMeters: 501 } })
    const told = follow(makeEngine({ orders: [orderOf('one'), other] })).fixes(stay)
    expect(told).toEqual(['one P2', 'two P2'])
  })

  it('one approach under two orders is called by whichever was called out first, also when its band is wider', () => {
    const wide = orderOf('two', { approachMeters: 1_000 })
    const told = follow(makeEngine({ orders: [orderOf('one'), wide] }))
    expect(told.fixes([at(0, 800), at(60, 700), at(120, 300)])).toEqual(['two P2', 'one P3'])
    expect(told.fixes(away(1_000))).toEqual(['one ends', 'two ends'])
  })

  it('one approach under two orders is two calls where somebody was called about the wider one long ago', () => {
    // As by a second order whose band reaches to where the offender lives.
    const decoy = orderOf('two', { approachMeters: 5_000 })
    const told = follow(makeEngine({ orders: [orderOf('one'), decoy] }))
    const atHome = Array.from({ length: 41 }, (_, minutes) => at(60 * minutes, 3_000))
    const coming = [at(2_460, 2_000), at(2_520, 1_100), at(2_580, 300)]
    expect(told.fixes([...atHome, ...coming])).toEqual(['two P2', 'one P2'])
  })

  it('one approach under two orders is two calls where the other one calls other people, or later', () => {
    const escalation = [{ afterSeconds: 3_600, target: 'supervisor' }] as const
    const decoy = orderOf('one', {}, { escalation })
    const told = follow(makeEngine({ orders: [decoy, orderOf('two')] }))
    expect(told.fixes([at(0, 300)])).toEqual(['one P2', 'two P2'])
  })

  it('one approach under two orders rises when the one that was called out ends by leaving its narrower band', () => {
    // Seen first within both: the narrow one was registered first, and is called out.
    const wide = orderOf('two', { approachMeters: 2_000 })
    const told = follow(makeEngine({ orders: [orderOf('one'), wide] }))
    expect(told.fixes([at(0, 300), at(60, 300)])).toEqual(['one P2', 'two P3'])
    const leaving = [at(120, 900), at(180, 905), at(240, 910), at(300, 905)]
    expect(told.fixes(leaving)).toEqual(['one ends', 'two to P2'])
  })

  it('one approach under two orders rises the moment the schedule of the one called out closes, though nothing more is heard', () => {
    const weekly = [{ days: ['monday'], from: '00:00', until: '13:30' }] as const
    const closing = orderOf('one', {
      schedule: { timeZone: 'Europe/Amsterdam', weekly, exceptions: [] },
    })
    const told = follow(makeEngine({ orders: [closing, orderOf('two')] }))
    expect(told.fixes([at(0, 300), at(60, 300)])).toEqual(['one P2', 'two P3'])
    expect(told.advance(1_799)).not.toContain('two to P2')
    expect(told.advance(1_800)).toEqual(expect.arrayContaining(['one ends', 'two to P2']))
  })

  it('one approach under two orders rises the moment the order of the one called out ends', () => {
    const ending = orderOf('one', {}, { validUntilMs: startMs + 900_000 })
    const told = follow(makeEngine({ orders: [ending, orderOf('two')] }))
    told.fixes([at(0, 300), at(60, 300)])
    expect(told.advance(900)).toEqual(expect.arrayContaining(['one ends', 'two to P2']))
  })

  it.each<[string, ProtectionOrder]>([
    ['suspended', orderOf('one', {}, { version: 2, status: 'suspended' })],
    ['ended', orderOf('one', {}, { version: 2, status: 'ended' })],
    ['rid of that ban', orderOf('one', {}, { version: 2, locationBans: [] })],
    [
      'about another area',
      orderOf('one', { area: { ...area, radiusMeters: 520 } }, { version: 2 }),
    ],
  ])(
    'one approach under two orders rises at once when the order of the one called out is %s',
    (_name, amended) => {
      const told = follow(makeEngine({ orders: [orderOf('one'), orderOf('two')] }))
      expect(told.fixes([at(0, 300), at(60, 300)])).toEqual(['one P2', 'two P3'])
      expect(told.amend(amended, 70)).toContain('two to P2')
    },
  )

  it('one approach under two orders stays listed while the one called out is made stricter', () => {
    const told = follow(makeEngine({ orders: [orderOf('one'), orderOf('two')] }))
    told.fixes([at(0, 300)])
    expect(told.amend(orderOf('one', { approachMeters: 600 }, { version: 2 }), 70)).toEqual([])
    expect(told.fixes(stay.slice(2))).toEqual([])
  })

  it('one approach under two orders comes nearer in one call: the one called out is told again, the other stays listed', () => {
    const engine = makeEngine({ orders: [orderOf('one'), orderOf('two')] })
    applyFix(engine, at(0, 400))
    const effects = [at(600, 300), at(1_200, 150), at(1_800, 60)].flatMap((fix) =>
      applyFix(engine, fix),
    )
    expect(tell(effects)).toEqual([])
    const nearer = effects.filter(
      (effect) => effect.type === 'alert-revised' && effect.revision.kind === 'repeated',
    )
    expect(nearer.length).toBeGreaterThanOrEqual(2)
  })

  it('one approach under two orders ends in a breach of either order, each P1', () => {
    const told = follow(makeEngine({ orders: [orderOf('one'), orderOf('two')] }))
    const entering = [at(0, 300), at(60, -200), at(120, -210)]
    expect(told.fixes(entering)).toEqual(['one P2', 'two P3', 'one breach P1', 'two breach P1'])
  })

  it('one approach under two orders is not spoken for by one that is only listed', () => {
    const told = follow(makeEngine({ orders: [orderOf('one')] }))
    const visits = [0, 1, 2, 3, 4].flatMap((day) => [
      at(24 * hour * day, 300),
      ...away(24 * hour * day + 600),
    ])
    told.fixes(visits)
    told.amend(
      orderOf('two', {}, { validFromMs: startMs + 4.5 * 24 * hour * 1000 }),
      4.5 * 24 * hour,
    )
    // By habit under the first order, and new under the second.
    expect(told.fixes([at(5 * 24 * hour, 300)])).toEqual(['one P3', 'two P2'])
  })

  it('one approach under two orders goes on after a restart as before it', () => {
    const before = makeEngine({ orders: [orderOf('one'), orderOf('two')] })
    follow(before).fixes([at(0, 300), at(60, 300)])
    const after = makeEngine({ orders: [orderOf('one'), orderOf('two')] })
    for (const { scope, state } of takeSnapshots(before)) restoreSnapshot(after, scope, state)
    const told = follow(after)
    expect(told.fixes([at(120, 300)])).toEqual([])
    expect(
      told.amend(orderOf('one', {}, { version: 2, status: 'suspended' }), 130).join(),
    ).toContain('to P2')
  })

  it('one approach under two orders is found the same when it all comes in late', () => {
    const orders = [orderOf('one'), orderOf('two', { approachMeters: 2_000 })]
    const fixes = [
      at(0, 300),
      at(60, 300),
      ...[120, 180, 240, 300, 360].map((second) => at(second, 900 + second / 60)),
    ]
    const late = fixes.map((fix) => ({ ...fix, receivedAtMs: startMs + 4 * hour * 1000 }))
    const shuffled = [3, 0, 5, 1, 6, 2, 4].map((index) => late[index]!)
    const ranks = [fixes, late, shuffled].map((uploads) => {
      const ranked = new Map<string, string>()
      for (const line of follow(makeEngine({ orders })).fixes(uploads)) {
        const [name = '', ...rest] = line.split(' ')
        if (rest.at(-1)!.startsWith('P')) ranked.set(name, rest.at(-1)!)
      }
      return [...ranked]
        .map((one) => one.join())
        .toSorted()
        .join()
    })
    expect(new Set(ranks)).toEqual(new Set(['one,P2,two,P2']))
  })
})

describe('one approach of two people under two orders', () => {
  const pairOrder = (name: string, separationMeters: number): ProtectionOrder =>
    makeOrder({
      id: name,
      locationBans: [],
      proximityBans: [makePair({ id: `${name} pair`, separationMeters })],
    })
  const meet = [makeVictimFix(0, 0), makeFix(10, 1_600)]

  it('one approach of two people under two orders is one call when the one called out keeps them as far apart', () => {
    const told = follow(makeEngine({ orders: [pairOrder('one', 1_000), pairOrder('two', 500)] }))
    expect(told.fixes(meet)).toEqual(['one P2', 'two P3'])
  })

  it('one approach of two people under two orders is two calls when the other keeps them further apart', () => {
    const told = follow(makeEngine({ orders: [pairOrder('one', 500), pairOrder('two', 1_000)] }))
    expect(told.fixes(meet)).toEqual(['one P2', 'two P2'])
  })

  it('one approach of two people under two orders is spoken for by a breach of the stricter order', () => {
    const wide = makeOrder({
      id: 'two',
      locationBans: [],
      proximityBans: [makePair({ id: 'two pair', separationMeters: 200, approachMeters: 800 })],
    })
    const told = follow(makeEngine({ orders: [pairOrder('one', 1_000), wide] }))
    const nearing = [makeFix(10, 900), makeFix(40, 850), makeVictimFix(60, 0), makeFix(70, 600)]
    expect(told.fixes([makeVictimFix(0, 0), ...nearing])).toEqual([
      'one P2',
      'one breach P1',
      'two P3',
    ])
  })
})
