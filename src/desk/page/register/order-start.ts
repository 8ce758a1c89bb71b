import { makePersonal } from '../state/personal.ts'
import type { BanDraft, PairDraft } from './ban-draft.ts'

/** What the form of a new order begins with when it was thought of elsewhere; null: empty. */
export type OrderStart = {
  readonly bans: readonly BanDraft[]
  readonly pairs: readonly PairDraft[]
  /** Undefined: still to be chosen. */
  readonly legalBasis: string | undefined
  /** As an input of kind `datetime-local` has it; empty: still to be said. */
  readonly validFrom: string
  readonly validUntil: string
  /** The kept assessment of this ban: the order is made with it. */
  readonly assessmentId: string
}

/** For the next form of a new order that opens. Kept in this page alone, and gone with it. */
export const orderStart = makePersonal<OrderStart | null>(null)
