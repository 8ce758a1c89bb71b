import { describe, expect, it } from 'vitest'
import {
  advanceTo,
  applyFix,
  applyRegistryChange,
  countEngine,
  nextDeadlineMs,
  rejudge,
  listAwaited,
  restoreSnapshot,
  takeSnapshots,
} from '../../../src/core/engine/engine.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import type { Effect } from '../../../src/core/model/alert.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import {
  applyAll,
  home,
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  startMs,
  tell,
} from '../engine-world.ts'

describe('a fix that comes late', () => {
  const later = { receivedAtMs: startMs + 3_600_000 }

  it('a fix that comes late is judged for its own time and raises a late alert, ended where later fixes end it', () => {
    const engine = makeEngine()
    applyAll(engine, [makeFix(0, 3000), makeFix(120, 3000), makeFix(180, 3000)])
    expect(tell(applyFix(engine, makeFix(60, 300, 0, later)))).toEqual([
      'raised location-ban-breach 60 late',
      'ended location-ban-breach 120',
    ])
  })

  it('a fix that comes late moves the start of an alert already raised, and makes no second one', () => {
    const engine = makeEngine()
    const raised = applyAll(engine, [makeFix(60, 300), makeFix(90, 300)])
    const revised = applyFix(engine, makeFix(30, 300, 0, later))
    expect(tell([...raised, ...revised])).toEqual([
      'raised location-ban-breach 60',
      'revised location-ban-breach moved 30',
    ])
  })

  it('a fix that comes late opens again what had been ended too early', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [makeFix(0, 300), makeFix(300, 1600), makeFix(360, 1600)])
    const late = applyFix(engine, makeFix(330, 540, 0, later))
    expect(tell([...told, ...late])).toEqual([
      'raised location-ban-breach 0',
      'ended location-ban-breach 300',
      'revised location-ban-breach reopened',
    ])
  })

  it('a fix that comes late joins two stays into one, and marks the second as part of the first', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [
      makeFix(0, 300),
      makeFix(300, 1600),
      makeFix(360, 1600),
      makeFix(420, 301),
    ])
    const late = applyFix(engine, makeFix(330, 540, 0, later))
    expect(tell([...told, ...late])).toEqual([
      'raised location-ban-breach 0',
      'ended location-ban-breach 300',
      'raised location-ban-breach 420',
      'revised location-ban-breach reopened',
      'revised location-ban-breach part-of',
    ])
  })

  it('a fix that comes late marks an alert as not borne out when it shows a jump to be one; never takes it back', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [makeFix(60, 300)])
    const late = applyFix(engine, makeFix(50, 60_000, 0, later))
    expect(tell([...told, ...late])).toEqual([
      'raised location-ban-breach 60',
      'disbelieved 60 teleport',
      'revised location-ban-breach unsupported',
    ])
  })

  it('a fix that comes late marks an approach as part of the breach that it shows to have begun before', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [makeFix(0, 800), makeFix(60, 300)])
    told.push(...applyFix(engine, makeFix(-10, 300, 0, later)))
    expect(tell(told)).toEqual([
      'raised location-ban-approach 0',
      'raised location-ban-breach 60',
      'revised location-ban-breach moved -10',
      'revised location-ban-approach moved -10',
      'revised location-ban-approach part-of',
    ])
    const [, breach] = told.flatMap((effect) => ('alert' in effect ? [effect.alert] : []))
    expect(told.at(-1)).toMatchObject({ revision: { partOfAlertId: breach!.id } })
    // It ends as what it is, and is not told again.
    const gone = applyAll(engine, [makeFix(120, 1600), makeFix(180, 1600)])
    expect(tell(gone)).toEqual(['ended earlier 120', 'ended earlier 120'])
  })

  it('a fix that comes late lets an approach stand again when it shows that there was no breach before it', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [makeFix(0, 800), makeFix(60, 300)])
    told.push(...applyAll(engine, [makeFix(-10, 300, 0, later), makeFix(-11, 60_000, 0, later)]))
    expect(
      tell(told)
        .slice(5)
        .filter((line) => line.includes('approach')),
    ).toEqual(['revised location-ban-approach moved 0', 'revised location-ban-approach reopened'])
  })

  it('a breach that was not borne out does not swallow a later breach', () => {
    const engine = makeEngine()
    applyAll(engine, [makeFix(60, 300), makeFix(50, 60_000, 0, later)])
    const told = applyAll(engine, [makeFix(70, 60_000), makeFix(5000, 300)])
    expect(tell(told)).toEqual(['raised location-ban-breach 5000'])
  })

  it('a fix that came before is not judged twice', () => {
    const engine = makeEngine()
    applyAll(engine, [makeFix(0, 300), makeFix(60, 300)])
    expect(applyFix(engine, makeFix(0, 300, 0, later))).toEqual([])
  })

  it('a fix older than memory asks for the stretch to be judged again, which finds what it changes', () => {
    const engine = makeEngine({ limits: { caseWindowFixCount: 32 } })
    const stored = Array.from({ length: 100 }, (_, index) => makeFix(index * 60, 3000))
    applyAll(engine, stored)
    const late = makeFix(90, 300, 0, later)
    expect(tell(applyFix(engine, late))).toEqual(['rejudge 90'])
    const again = () =>
      tell(rejudge(engine, 'offender', [...stored, late], late.recordedAtMs, startMs + 7e6)).filter(
        (line) => !line.startsWith('believed'),
      )
    expect(again()).toEqual(['raised location-ban-breach 90 late', 'ended location-ban-breach 120'])
    expect(again()).toEqual([])
  })

  it('a late fix that bears out a jump makes it believed, and reports so', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [makeFix(0, 3000), makeFix(60, 12_000)])
    const late = applyFix(engine, makeFix(30, 11_900, 0, later))
    expect(tell([...told, ...late])).toEqual([
      'disbelieved 60 teleport',
      'disbelieved 30 teleport',
      'disbelieved 60 unreachable',
    ])
    expect(late.at(-1)).toMatchObject({ reasons: ['unreachable'], learnedAtMs: later.receivedAtMs })
  })

  it('a fix uploaded late but in order is late all the same', () => {
    const engine = makeEngine()
    expect(tell(applyFix(engine, makeFix(0, 300, 0, { receivedAtMs: startMs + 120_000 })))).toEqual(
      ['raised location-ban-breach 0'],
    )
    const second = makeEngine()
    expect(tell(applyFix(second, makeFix(0, 300, 0, { receivedAtMs: startMs + 120_001 })))).toEqual(
      ['raised location-ban-breach 0 late'],
    )
  })
})

it('a report sent again under another number changes nothing: two cars meet all the same', () => {
  const pair = makePair({ separationMeters: 300, approachMeters: 400 })
  const orders = [makeOrder({ locationBans: [], proximityBans: [pair] })]
  const meet = (numbers: readonly number[]) => {
    const engine = makeEngine({ orders, reportIntervalSeconds: 60 })
    const fixes = [-180, -120, -60, 0, 60, 120, 180].flatMap((seconds) => [
      ...numbers.map((sequence) => makeFix(seconds, seconds * 25, 0, { sequence })),
      ...numbers.map((sequence) =>
        makeVictimFix(seconds + 10, -seconds * 25 - 250, 100, { sequence }),
      ),
    ])
    return tell(applyAll(engine, fixes))
  }
  const once = meet([1])
  expect(once.join()).toContain('raised proximity-breach')
  expect(meet([1, 5_000])).toEqual(once)
})

it('two devices of each that report in one second leave the way there to be seen', () => {
  const pair = makePair({ separationMeters: 300, approachMeters: 400 })
  const orders = [makeOrder({ locationBans: [], proximityBans: [pair] })]
  const engine = makeEngine({ orders, reportIntervalSeconds: 60 })
  const his = { deviceId: 'offender-device-2' }
  const hers = { deviceId: 'victim-device-2' }
  const fixes = [-180, -120, -60, 0, 60, 120, 180].flatMap((seconds) => [
    makeFix(seconds, seconds * 25),
    makeFix(seconds, seconds * 25 - 1, 0, his),
    makeVictimFix(seconds + 10, -seconds * 25 - 250, 100),
    makeVictimFix(seconds + 10, -seconds * 25 - 251, 100, hers),
  ])
  expect(tell(applyAll(engine, fixes)).join()).toContain('raised proximity-breach')
})

describe('a change of the registry', () => {
  it('a new order is judged from its own start, by the fixes at hand too', () => {
    const engine = makeEngine({ orders: [makeOrder({ locationBans: [] })] })
    applyAll(engine, [makeFix(0, 3000), makeFix(60, 300)])
    const order = makeOrder({ id: 'order-2', validFromMs: startMs + 30_000 })
    expect(tell(change(engine, order, 600))).toEqual([
      'raised location-ban-breach 60 late',
      'rejudge 30',
    ])
  })

  it('an amended area counts from the amendment; the breach that was open stays the same one', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [makeFix(0, 300)])
    const smaller = makeBan({ area: { type: 'circle', ...home, radiusMeters: 100 } })
    told.push(...change(engine, makeOrder({ version: 2, locationBans: [smaller] }), 30))
    told.push(...applyAll(engine, [makeFix(60, 300), makeFix(120, 300)]))
    expect(tell(told)).toEqual([
      'raised location-ban-breach 0',
      'raised location-ban-approach 120',
      'ended location-ban-breach 60',
    ])
    // Recorded before the amendment: judged by the area as it was.
    expect(tell(applyFix(engine, makeFix(-60, 300)))).toEqual(['revised earlier moved -60'])
  })

  it('another plan of a device counts from then on: what it had confirmed stays confirmed', () => {
    const engine = makeEngine({ reportIntervalSeconds: 600 })
    const likely = { accuracyMeters: 60 }
    const told = applyAll(engine, [makeFix(0, 480, 0, likely), makeFix(600, 480, 0, likely)])
    plan(engine, 10, 700)
    const late = { receivedAtMs: startMs + 800_000 }
    told.push(...applyFix(engine, makeFix(-100, 3000, 0, late)))
    expect(tell(told).filter((line) => !line.includes('approach'))).toEqual([
      'raised location-ban-breach 0',
    ])
    // And the same after a restart.
    const restored = makeEngine({ reportIntervalSeconds: 10 })
    for (const { scope, state } of takeSnapshots(engine)) restoreSnapshot(restored, scope, state)
    expect(tell(applyFix(restored, makeFix(-110, 3000, 0, late)))).toEqual([])
  })

  it('two likely fixes recorded under a new plan confirm each other by that plan', () => {
    const engine = makeEngine({ reportIntervalSeconds: 600 })
    plan(engine, 10, 0)
    const likely = [100, 400].map((seconds) => makeFix(seconds, 480, 0, { accuracyMeters: 60 }))
    expect(tell(applyAll(engine, likely)).join()).not.toContain('breach')
    const before = [-500, -200].map((seconds) => makeFix(seconds, 480, 0, { accuracyMeters: 60 }))
    const known = makeEngine({ reportIntervalSeconds: 600 })
    applyAll(known, [makeFix(-600, 3000)])
    plan(known, 10, 0)
    expect(tell(applyAll(known, before)).join()).toContain('breach')
  })

  it('an amendment that judging cannot see changes nothing', () => {
    const engine = makeEngine()
    applyFix(engine, makeFix(0, 300))
    const order = makeOrder({ version: 2, escalation: [{ afterSeconds: 9, target: 'supervisor' }] })
    expect(change(engine, order, 30)).toEqual([])
    expect(applyFix(engine, makeFix(60, 300))).toEqual([])
  })

  it('an amendment reads again no fix from before it, however many are at hand', () => {
    const engine = makeEngine()
    for (let number = 0; number < 100; number += 1) applyFix(engine, makeFix(number * 60, 3000))
    const dossier = engine.dossiers.get('offender')!
    const read = [...dossier.checkpoints]
    const wider = makeBan({ area: { type: 'circle', ...home, radiusMeters: 900 } })
    change(engine, makeOrder({ version: 2, locationBans: [wider] }), 6_000)
    expect(dossier.checkpoints).toHaveLength(read.length)
    for (const [at, checkpoint] of dossier.checkpoints.entries()) expect(checkpoint).toBe(read[at])
  })

  it('an amendment judges anew what was recorded after it and came before it', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [makeFix(-60, 3000), makeFix(0, 700), makeFix(60, 700)])
    const wider = makeBan({ area: { type: 'circle', ...home, radiusMeters: 900 } })
    told.push(...change(engine, makeOrder({ version: 2, locationBans: [wider] }), 30))
    expect(tell(told)).toContain('raised location-ban-breach 60')
  })

  it('a suspended order ends its breach then, and a resumed one begins anew', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [makeFix(0, 300)])
    told.push(...change(engine, makeOrder({ version: 2, status: 'suspended' }), 30))
    told.push(...applyAll(engine, [makeFix(60, 300)]))
    told.push(...change(engine, makeOrder({ version: 3 }), 90))
    told.push(...applyAll(engine, [makeFix(120, 300)]))
    expect(tell(told)).toEqual([
      'raised location-ban-breach 0',
      'ended location-ban-breach 30',
      'raised location-ban-breach 90',
    ])
  })

  it('a ban taken out of its order ends its breach', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [makeFix(0, 300)])
    told.push(...change(engine, makeOrder({ version: 2, locationBans: [] }), 30))
    expect(tell(told)).toEqual(['raised location-ban-breach 0', 'ended location-ban-breach 30'])
  })

  it('an order amended again and again keeps the breach that was open the same one', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [makeFix(0, 300)])
    for (let version = 2; version < 40; version++) {
      const ban = makeBan({ approachMeters: 500 + version })
      told.push(...change(engine, makeOrder({ version, locationBans: [ban] }), version))
    }
    told.push(...applyAll(engine, [makeFix(60, 300), makeFix(120, 1700), makeFix(180, 1700)]))
    expect(tell(told)).toEqual(['raised location-ban-breach 0', 'ended location-ban-breach 120'])
  })

  it('an older version that comes by again changes nothing', () => {
    const engine = makeEngine({ orders: [makeOrder({ version: 5 })] })
    applyFix(engine, makeFix(0, 300))
    expect(change(engine, makeOrder({ version: 4, locationBans: [] }), 30)).toEqual([])
  })
})

describe('two devices of one person', () => {
  it('two devices of one person make one track: leaving needs both outside', () => {
    const engine = makeEngine()
    const second = { deviceId: 'offender-device-2' }
    const told = applyAll(engine, [
      makeFix(0, 300),
      makeFix(60, 1600),
      makeFix(90, 540, 0, second),
      makeFix(120, 1600),
      makeFix(180, 1600),
    ])
    expect(tell(told)).toEqual(['raised location-ban-breach 0', 'ended location-ban-breach 120'])
  })
})

it('the engine asks to be advanced when the ban of an open breach ceases', () => {
  const engine = makeEngine({ orders: [makeOrder({ validUntilMs: startMs + 500 })] })
  advanceTo(engine, startMs)
  applyFix(engine, makeFix(0, 300))
  expect(nextDeadlineMs(engine)).toBeLessThanOrEqual(startMs + 500)
})

it('a fix of a device nobody wears, or of somebody without an order, changes no case', () => {
  const engine = makeEngine({ victims: ['bystander'] })
  const stranger: Fix = makeFix(0, 300, 0, { deviceId: 'unknown-device' })
  const bystander: Fix = makeFix(0, 300, 0, { deviceId: 'bystander-device' })
  expect(applyAll(engine, [stranger, bystander])).toEqual([])
})

describe('a snapshot', () => {
  it('a snapshot holds what changed since the last, and brings an open breach back with its alert', () => {
    const engine = makeEngine()
    takeSnapshots(engine)
    const told = applyAll(engine, [makeFix(0, 300)])
    const snapshots = takeSnapshots(engine)
    expect(snapshots.map(({ scope }) => scope)).toEqual([
      'case:offender',
      'window:offender',
      'incidents:offender',
      'watch',
    ])
    expect(takeSnapshots(engine).map(({ scope }) => scope)).not.toContain('case:offender')
    const restored = makeEngine()
    for (const { scope, state } of snapshots) {
      expect(restoreSnapshot(restored, scope, state)).toEqual([])
    }
    told.push(...applyAll(restored, [makeFix(60, 1600), makeFix(120, 1600)]))
    expect(tell(told)).toEqual(['raised location-ban-breach 0', 'ended location-ban-breach 60'])
  })

  it('a dossier whose window comes later judges what is out of order as if it had never been away', () => {
    const engine = makeEngine()
    applyAll(engine, [makeFix(0, 1600), makeFix(120, 1600)])
    const snapshots = takeSnapshots(engine)
    const windows = snapshots.filter(({ scope }) => scope.startsWith('window:'))
    const restore = (parts: typeof snapshots): Engine => {
      const restored = makeEngine()
      for (const { scope, state } of parts) restoreSnapshot(restored, scope, state)
      return restored
    }
    const parts = snapshots.filter((snapshot) => !windows.includes(snapshot))
    const restored = restore(parts)
    expect(listAwaited(restored, null)).toEqual(['offender'])
    expect(listAwaited(restored, ['offender-device'])).toEqual(['offender'])
    expect(listAwaited(restored, ['victim-device'])).toEqual([])
    for (const { scope, state } of windows) restoreSnapshot(restored, scope, state)
    expect(listAwaited(restored, null)).toEqual([])
    expect(takeSnapshots(restored).map(({ scope }) => scope)).toEqual(['watch'])
    const between = makeFix(60, 300)
    expect(tell(applyAll(restored, [between]))).toEqual(tell(applyAll(engine, [between])))
    // Touched before its window came, it goes on without: a window of then is of another state.
    const touched = restore(parts)
    applyAll(touched, [makeFix(180, 1600)])
    for (const { scope, state } of windows) restoreSnapshot(touched, scope, state)
    expect(applyAll(touched, [between])).toMatchObject([{ type: 'rejudge-needed' }])
    // One that is damaged leaves nothing behind.
    const damaged = restore(parts)
    const whole = JSON.parse(windows[0]?.state ?? '')
    const bare = JSON.stringify({ format: whole.format })
    expect(() => restoreSnapshot(damaged, 'window:offender', bare)).not.toThrow()
    const half = JSON.stringify({ ...whole, fixes: 'AAAA' })
    const other = restore(parts)
    expect(() => restoreSnapshot(other, 'window:offender', half)).toThrow('whole fixes')
    expect(applyAll(other, [between])).toMatchObject([{ type: 'rejudge-needed' }])
  })

  it('a snapshot of the format before is read, and one of any other is refused', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [makeFix(0, 300)])
    const snapshots = takeSnapshots(engine)
    const own = snapshots.find(({ scope }) => scope === 'case:offender')?.state ?? ''
    for (const format of ['"format":22', '"format":99']) {
      const other = own.replaceAll(/"format":\d+/g, format)
      expect(() => restoreSnapshot(makeEngine(), 'case:offender', other)).toThrow(
        'reads the format',
      )
    }
    const restored = makeEngine()
    for (const { scope, state } of snapshots) {
      const former = state
        .replaceAll(/"format":\d+/g, '"format":23')
        .replaceAll(/,"disputes":\[\]/g, '')
        .replaceAll(/,"way":\[[^\]]*\]/g, '')
      expect(scope === 'case:offender' && former === state).toBe(false)
      expect(restoreSnapshot(restored, scope, former.slice(former.indexOf('\n') + 1))).toEqual([])
    }
    told.push(...applyAll(restored, [makeFix(60, 1600), makeFix(30, 300), makeFix(120, 1600)]))
    expect(tell(told)).toEqual(['raised location-ban-breach 0', 'ended location-ban-breach 60'])
  })

  it('a snapshot restored under a newer order carries the breach on and judges nothing anew', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [makeFix(0, 300)])
    const snapshots = takeSnapshots(engine)
    const smaller = makeBan({ area: { type: 'circle', ...home, radiusMeters: 100 } })
    const restored = makeEngine({ orders: [makeOrder({ version: 2, locationBans: [smaller] })] })
    for (const { scope, state } of snapshots) {
      expect(restoreSnapshot(restored, scope, state)).toEqual([])
    }
    told.push(...applyAll(restored, [makeFix(60, 300), makeFix(120, 300)]))
    expect(tell(told)).toEqual([
      'raised location-ban-breach 0',
      'raised location-ban-approach 120',
      'ended location-ban-breach 60',
    ])
  })
})

it('the dossiers, watched pairs and open episodes are counted', () => {
  const pair = makeOrder({ id: 'pair-order', locationBans: [], proximityBans: [makePair()] })
  const engine = makeEngine({ orders: [makeOrder(), pair] })
  expect(countEngine(engine)).toEqual({ dossiers: 1, pairs: 1, openEpisodes: 0 })
  applyFix(engine, makeFix(0, 0))
  expect(countEngine(engine).openEpisodes).toBe(1)
  change(engine, { ...pair, version: 2, proximityBans: [] }, 1)
  expect(countEngine(engine).pairs).toBe(0)
})

function change(engine: Engine, protectionOrder: ProtectionOrder, seconds: number): Effect[] {
  return applyRegistryChange(
    engine,
    { type: 'protection-order', protectionOrder },
    startMs + seconds * 1000,
  )
}

function plan(engine: Engine, reportIntervalSeconds: number, seconds: number): void {
  const device = engine.index.devices.get('offender-device')!
  const change = { type: 'device', device: { ...device, reportIntervalSeconds } } as const
  applyRegistryChange(engine, change, startMs + seconds * 1000)
}
