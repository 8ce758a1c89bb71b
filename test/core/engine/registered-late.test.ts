import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import { applyRegistryChange, createEngine, rejudge } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { DeviceAssignment } from '../../../src/core/model/registry.ts'
import {
  applyAll,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  startMs,
  tell,
} from '../engine-world.ts'

/** Five minutes in the ban, then far away; the last is received at 871 s. */
const stay = Array.from({ length: 30 }, (_, index) => makeFix(index * 30, index < 10 ? 0 : 2500))
const nowMs = startMs + 1_000_000

describe('an order registered after it began', () => {
  it('an order registered after it began is judged from its own start, by what was recorded before anything was known of it', () => {
    const engine = makeEngine({ orders: [] })
    applyAll(engine, stay)
    const asked = order(engine, makeOrder({ validFromMs: startMs + 60_000 }))
    expect(tell(asked)).toEqual(['rejudge 60'])
    expect(tell(answer(engine, asked, stay))).toEqual([
      'raised location-ban-breach 60 late',
      'ended location-ban-breach 300',
    ])
  })

  it('an order registered after it began finds the stay that goes on as one, begun when the order did', () => {
    const engine = makeEngine({ orders: [] })
    const inside = stay.slice(0, 10)
    applyAll(engine, inside)
    const asked = order(engine, makeOrder(), startMs + 280_000)
    const told = applyAll(engine, [makeFix(300, 0), makeFix(330, 0)])
    told.push(...answer(engine, asked, inside))
    expect(tell(told)).toEqual([
      'raised location-ban-breach 300',
      'revised location-ban-breach moved 0',
    ])
  })

  it('an order registered after it began is judged as far back as fixes are taken at all', () => {
    const engine = makeEngine({ orders: [] })
    applyAll(engine, stay)
    const asked = order(engine, makeOrder({ validFromMs: 0 }))
    expect(asked).toMatchObject([{ fromMs: nowMs - defaultLimits.fixAgeMsMax }])
  })

  it('an order registered after it began asks for nothing when it is yet to begin, or when none of its people was ever heard', () => {
    const engine = makeEngine({ orders: [] })
    expect(order(engine, makeOrder())).toEqual([])
    applyAll(engine, stay)
    expect(order(engine, makeOrder({ id: 'later', validFromMs: nowMs + 1 }))).toEqual([])
  })

  it('an order registered late that is amended counts from the amendment on, and asks for nothing', () => {
    const engine = makeEngine()
    applyAll(engine, stay)
    expect(order(engine, makeOrder({ version: 2, validFromMs: 0 }))).toEqual([])
  })

  it('an order amended late to name another victim knows where that victim was just before', () => {
    const engine = makeEngine()
    const seen = [makeVictimFix(990, 2500, 200)]
    applyAll(engine, [...stay, ...seen])
    const asked = order(engine, makeOrder({ version: 2, proximityBans: [makePair()] }))
    expect(tell(asked)).toEqual(['rejudge 1000'])
    const told = answer(engine, asked, [...stay, ...seen])
    told.push(...applyAll(engine, [makeFix(1001, 2500)]))
    expect(tell(told)).toEqual(['raised proximity-breach 1000'])
  })
})

describe('an assignment registered after it began', () => {
  it('an assignment registered after it began gives the earlier fixes to the wearer of the device', () => {
    const engine = makeBareEngine()
    applyAll(engine, stay)
    const asked = assign(engine, { validFromMs: startMs })
    expect(tell(asked)).toEqual(['rejudge 0'])
    expect(tell(answer(engine, asked, stay))).toEqual([
      'raised location-ban-breach 0 late',
      'ended location-ban-breach 300',
    ])
  })

  it('an assignment that ends earlier than was known takes its fixes back: the alert stays, marked', () => {
    const engine = makeBareEngine()
    assign(engine, { validFromMs: startMs - 1_000 })
    const told = applyAll(engine, [makeFix(0, 2500), makeFix(200, 2500), makeFix(400, 0)])
    const asked = assign(engine, { validFromMs: startMs - 1_000, validUntilMs: startMs + 300_000 })
    expect(tell(asked)).toEqual(['rejudge 300'])
    told.push(...answer(engine, asked, []))
    expect(tell(told)).toEqual([
      'raised location-ban-breach 400',
      'revised location-ban-breach unsupported',
    ])
  })

  it('an assignment that goes to another offender is judged for both', () => {
    const engine = makeBareEngine()
    assign(engine, { validFromMs: startMs - 1_000 })
    order(engine, makeOrder({ id: 'order-2', offenderId: 'offender-2' }))
    applyAll(engine, stay)
    const asked = assign(engine, { id: 'handed-on', personId: 'offender-2', validFromMs: startMs })
    expect(asked).toMatchObject([{ offenderId: 'offender' }, { offenderId: 'offender-2' }])
    const told = answer(engine, asked, stay)
    expect(told.filter(({ type }) => type !== 'alert-ended')).toMatchObject([
      { type: 'alert-revised', revision: { kind: 'unsupported' } },
      { type: 'alert-raised', alert: { offenderId: 'offender-2' } },
    ])
  })

  it('an assignment that says nothing new of the past asks for nothing', () => {
    const engine = makeBareEngine()
    assign(engine, { validFromMs: startMs - 1_000 })
    applyAll(engine, stay)
    expect(assign(engine, { validFromMs: startMs - 1_000 })).toEqual([])
    expect(assign(engine, { validFromMs: startMs - 1_000, validUntilMs: nowMs })).toEqual([])
  })
})

/** Devices and an order, and nobody wears anything. */
function makeBareEngine(): Engine {
  const engine = createEngine(defaultLimits)
  order(engine, makeOrder(), startMs - 3_600_000)
  return engine
}

function order(engine: Engine, protectionOrder: ReturnType<typeof makeOrder>, atMs = nowMs) {
  return applyRegistryChange(engine, { type: 'protection-order', protectionOrder }, atMs)
}

function assign(engine: Engine, values: Partial<DeviceAssignment>): Effect[] {
  const deviceAssignment = {
    id: 'assignment',
    deviceId: 'offender-device',
    personId: 'offender',
    validFromMs: 0,
    validUntilMs: null,
    ...values,
  }
  return applyRegistryChange(engine, { type: 'device-assignment', deviceAssignment }, nowMs)
}

/** What the shell does with a request: it hands over what is stored. */
function answer(engine: Engine, asked: readonly Effect[], stored: readonly Fix[]): Effect[] {
  return asked.flatMap((effect) =>
    effect.type === 'rejudge-needed'
      ? rejudge(engine, effect.offenderId, stored, effect.fromMs, nowMs).filter(isOfAlert)
      : [],
  )
}

/** What is said of each fix is told beside, and is none of this. */
function isOfAlert({ type }: Effect): boolean {
  return type !== 'fix-disbelieved'
}
