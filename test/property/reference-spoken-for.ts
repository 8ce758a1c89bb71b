/**
 * Which of several alerts of one area are listed, slow and plain, and written from the policy: an
 * approach that would call somebody as it begins, while another order called somebody about the
 * same area no later, and that one is over no sooner, as far as anybody knows. `areas` names the
 * area of each order.
 */
export function rankTogether(
  alone: readonly (Called & { readonly index: number })[],
  areas: readonly string[],
): Called[] {
  return alone.map((one) => {
    if (one.kind !== 'location-ban-approach' || !one.isCalledAtOnce) return one
    const speakers = alone.filter((other) => {
      if (other.index === one.index || areas[other.index] !== areas[one.index]) return false
      if (other.kind === 'location-ban-passage') return false
      if (other.endLearnedMs < one.endLearnedMs) return false
      // A call of long ago is no call about this.
      if (one.startMs - other.calledMs > 30 * 60_000) return false
      const isFirst = other.calledMs < one.calledMs
      return isFirst || (other.calledMs === one.calledMs && other.index < one.index)
    })
    return speakers.length === 0 ? one : { ...one, priority: 'P3' as const }
  })
}

export type Called = {
  readonly orderId: string
  readonly kind: string
  readonly startMs: number
  readonly isCalledAtOnce: boolean
  endMs: number
  /** When it was known to be over. */
  endLearnedMs: number
  priority: 'P1' | 'P2' | 'P3'
  /** When it called somebody by itself; Infinity of one that never did. */
  calledMs: number
}
