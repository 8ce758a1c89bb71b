import {
  missingEnd,
  missingOfSchedule,
  missingOfTerms,
  type MissingText,
} from '../../core/enforceability/order-text.ts'
import type { Decider } from '../../core/model/order-terms.ts'
import type { Fault } from '../../errors.ts'
import type { DecisionBody } from '../../schemas/decision.ts'
import { readDraftSchedule, readOrderText } from '../../schemas/read-order-text.ts'

/**
 * What a decision must say before a machine can act on it, and does not: all of it at once, for
 * whoever sends it back.
 */
export function listMissing(body: DecisionBody): readonly Fault[] {
  const faults: Fault[] = []
  const need = (pointer: string, value: unknown, detail: string): void => {
    if (value === null || value === undefined) faults.push({ pointer, code: 'missing', detail })
  }
  const needText = (of: string, missing: readonly MissingText[]): void => {
    for (const { pointer, detail } of missing) need(`${of}${pointer}`, null, detail)
  }
  const { order, act } = body
  need('/decidedBy', deciderOf(body), 'who decided it; the CJIB passes on decisions of others')
  need('/order/reference', order.reference, 'the number of the case')
  if (act === 'lift') return faults
  const text = textOf(body)
  if (act === 'extend') {
    needText('/order', missingEnd(text.validUntilMs))
    return faults
  }
  for (const missing of missingOfTerms(text)) {
    needText(missing.pointer.startsWith('/supervision/') ? '' : '/order', [missing])
  }
  need('/order/offenderReference', order.offenderReference, 'whom it binds')
  if (order.locationBans.length + order.proximityBans.length === 0) {
    need('/order/locationBans', null, 'an area, or a person to stay away from')
  }
  for (const [index, { circle, geometry, schedule }] of order.locationBans.entries()) {
    const [at, detail] = [
      `/order/locationBans/${index}`,
      'the area as a shape; a description in words cannot be watched',
    ]
    need(at, circle ?? geometry, detail)
    if (schedule != null) needText(at, missingOfSchedule(readDraftSchedule(schedule)))
  }
  for (const [index, { victimReference }] of order.proximityBans.entries()) {
    need(`/order/proximityBans/${index}/victimReference`, victimReference, 'whom it protects')
  }
  return faults
}

/** What its text says for a machine. */
export function textOf({ order, supervision }: DecisionBody) {
  return readOrderText({ ...order, supervision })
}

/** Who decided it: whoever sends it, unless they pass it on. */
export function deciderOf({ decidedBy, source }: DecisionBody): Decider | null {
  return decidedBy ?? (source === 'cjib' ? null : source)
}
