import type { ProtectionOrder } from '../../core/model/registry.ts'
import { RefusedInput } from '../../errors.ts'

/** Ended now, or, where that is to come, running until then: its end is confirmed by a person. */
export function endOf(
  current: ProtectionOrder,
  effectiveAtMs: number | null,
  nowMs: number,
): ProtectionOrder {
  if (effectiveAtMs === null || effectiveAtMs <= nowMs) return { ...current, status: 'ended' }
  // What has not begun by then never holds: it is withdrawn.
  if (nowMs < current.validFromMs && effectiveAtMs <= current.validFromMs) {
    return { ...current, status: 'ended' }
  }
  if (effectiveAtMs > current.validFromMs && effectiveAtMs < current.validUntilMs) {
    return { ...current, validUntilMs: effectiveAtMs }
  }
  throw new RefusedInput('invalid-request', 'The order cannot end then.', [
    {
      pointer: '/effectiveAt',
      code: 'invalid-value',
      detail: 'expected a moment before the present end of the order and after its beginning',
    },
  ])
}
