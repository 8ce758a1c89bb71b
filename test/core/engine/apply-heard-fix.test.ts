import { expect, it } from 'vitest'
import {
  advanceTo,
  applyFix,
  applyRegistryChange,
  createEngine,
} from '../../../src/core/engine/engine.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import type { Effect } from '../../../src/core/model/alert.ts'
import type { RegistryChange } from '../../../src/core/model/registry.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { QuietMode } from '../../../src/core/quiet/trail.ts'
import { makeFix, makeOrder, makePair, startMs } from '../engine-world.ts'

const offenders = ['one', 'two', 'three']

it('a victim with a third offender is protected from that one wherever the slab grows', () => {
  const judged = tell('off', 0)
  expect(judged).toContain('proximity-breach P1 three')
  for (let strangerCount = 0; strangerCount < 64; strangerCount += 1) {
    expect(tell('on', strangerCount), `${strangerCount} strangers`).toEqual(judged)
  }
})

/** What is told of the third offender, who comes near; strangers take places before. */
function tell(mode: QuietMode, strangerCount: number): readonly string[] {
  const engine = createEngine(defaultLimits, mode)
  for (const id of ['victim', 'neighbour', ...offenders, 'fourth']) register(engine, id)
  for (const id of ['one', 'two']) order(engine, id, 'victim')
  order(engine, 'fourth', 'neighbour')
  hear(engine, 'victim', 1, 0)
  hear(engine, 'neighbour', 1, 60_000)
  for (let index = 0; index < strangerCount; index += 1) hear(engine, `stranger-${index}`, 1, 0)
  order(engine, 'three', 'victim')
  const told: Effect[] = []
  for (let minute = 1; minute <= 10; minute += 1) {
    const second = minute * 60
    told.push(...advanceTo(engine, startMs + second * 1000))
    told.push(...hear(engine, 'victim', second, minute))
    told.push(...hear(engine, 'neighbour', second, 60_000 + minute))
    told.push(...hear(engine, 'three', second + 1, Math.max(0, 8 - minute) * 1_000))
    for (const [index, id] of ['one', 'two', 'fourth'].entries()) {
      told.push(...hear(engine, id, second + 2, 20_000 + 10_000 * index))
    }
  }
  return told.flatMap((effect) =>
    effect.type === 'alert-raised'
      ? [`${effect.alert.kind} ${effect.alert.priority} ${effect.alert.offenderId}`]
      : [],
  )
}

function register(engine: Engine, id: string): void {
  const role = id === 'victim' || id === 'neighbour' ? 'victim' : 'offender'
  const kind = role === 'victim' ? 'victim-device' : 'ankle-monitor'
  const deviceId = `${id}-device`
  change(engine, { type: 'person', person: { id, role, reference: id } })
  change(engine, {
    type: 'device',
    device: { id: deviceId, vendorId: 'vendor', serialNumber: id, kind, reportIntervalSeconds: 60 },
  })
  const times = { validFromMs: 0, validUntilMs: null }
  const deviceAssignment = { id: `worn-${id}`, deviceId, personId: id, ...times }
  change(engine, { type: 'device-assignment', deviceAssignment })
}

function order(engine: Engine, offenderId: string, victimId: string): void {
  const proximityBans = [makePair({ id: `apart-${offenderId}`, victimId })]
  const parties = { id: `order-${offenderId}`, offenderId, proximityBans, locationBans: [] }
  change(engine, { type: 'protection-order', protectionOrder: makeOrder(parties) })
}

function change(engine: Engine, one: RegistryChange): void {
  applyRegistryChange(engine, one, startMs - 3_600_000)
}

function hear(engine: Engine, id: string, second: number, meters: number): readonly Effect[] {
  return applyFix(engine, { ...makeFix(second, meters), deviceId: `${id}-device` })
}
