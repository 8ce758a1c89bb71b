import type { Decider } from '../../core/model/order-terms.ts'
import type { Fault } from '../../errors.ts'
import type { DecisionBody } from '../../schemas/decision.ts'

/**
 * What a decision must say before a machine can act on it, and does not: all of it at once, for
 * whoever sends it back.
 */
export function listMissing(body: DecisionBody): readonly Fault[] {
  const faults: Fault[] = []
  const need = (pointer: string, value: unknown, detail: string): void => {
    if (value === null || value === undefined) faults.push({ pointer, code: 'missing', detail })
  }
  const { order, act } = body
  need('/decidedBy', deciderOf(body), 'who decided it; the CJIB passes on decisions of others')
  need('/order/reference', order.reference, 'the number of the case')
  if (act === 'lift') return faults
  need('/order/validUntil', order.validUntil, 'the moment at which it ends, with its time')
  if (act === 'extend') return faults
  need('/order/legalBasis', order.legalBasis, 'the article it rests on')
  need('/order/offenderReference', order.offenderReference, 'whom it binds')
  need('/order/validFrom', order.validFrom, 'the moment from which it holds, with its time')
  need('/supervision/body', body.supervision?.body, 'who supervises it')
  const isNamed = body.supervision?.electronicMonitoring === true ? true : null
  need('/supervision/electronicMonitoring', isNamed, 'that electronic monitoring is part of it')
  if (order.locationBans.length + order.proximityBans.length === 0) {
    need('/order/locationBans', null, 'an area, or a person to stay away from')
  }
  for (const [index, { circle, geometry }] of order.locationBans.entries()) {
    const detail = 'the area as a shape; a description in words cannot be watched'
    need(`/order/locationBans/${index}`, circle ?? geometry, detail)
  }
  for (const [index, { victimReference }] of order.proximityBans.entries()) {
    need(`/order/proximityBans/${index}/victimReference`, victimReference, 'whom it protects')
  }
  return faults
}

/** Who decided it: whoever sends it, unless they pass it on. */
export function deciderOf({ decidedBy, source }: DecisionBody): Decider | null {
  return decidedBy ?? (source === 'cjib' ? null : source)
}
