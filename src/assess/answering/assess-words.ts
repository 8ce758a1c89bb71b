import type { PoliceTimes } from '../../core/enforceability/police-times.ts'
import type { StoredMap } from '../../map/index-map.ts'
import type { AssessAnswer, AssessTask } from './answer-question.ts'

/** What the thread that answers starts with. */
export type AssessOrders = {
  /** Its arrays are shared; null: none was imported. */
  readonly map: { readonly id: string; readonly map: StoredMap } | null
  readonly areasPath: string | null
  readonly policeTimes: PoliceTimes | null
}

/** `stopped` is one number that others set to 1: nobody waits for the answer any more. */
export type WordToAssess = {
  readonly id: number
  readonly task: AssessTask
  readonly stopped: Int32Array
}

export type SignOfAssess =
  | { readonly type: 'step'; readonly id: number; readonly percent: number }
  | { readonly type: 'answer'; readonly id: number; readonly answer: AssessAnswer }
  | { readonly type: 'stopped'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }
