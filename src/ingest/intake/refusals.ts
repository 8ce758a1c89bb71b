import { insertQuarantined } from '../../store/journal/quarantine.ts'
import type { Db } from '../../store/pg/pool.ts'
import type { RefusalCode } from '../../core/model/contract-words.ts'

/** `detail` says what was expected and what kind of thing came; never a coordinate. */
export type RefusalReason = {
  /** Name of the field within the element; null for the element as a whole. */
  readonly field: string | null
  readonly code: RefusalCode
  readonly detail: string
}

/**
 * An element that is not taken, with everything that is wrong with it and what
 * came, for the quarantine.
 */
export type RefusedElement = {
  readonly index: number
  readonly reasons: readonly [RefusalReason, ...RefusalReason[]]
  readonly body: unknown
}

/** One sentence of all reasons. */
export function describeRefusal(refused: RefusedElement): string {
  return refused.reasons
    .map((reason) => (reason.field === null ? reason.detail : `${reason.field}: ${reason.detail}`))
    .join('; ')
}

/** Puts refused elements where people find them, all of them or none. */
export async function keepRefused(
  db: Db,
  request: { readonly apiClientId: string; readonly receivedAtMs: number },
  refused: readonly RefusedElement[],
): Promise<void> {
  await insertQuarantined(
    db,
    refused.map((element) => ({
      apiClientId: request.apiClientId,
      receivedAtMs: request.receivedAtMs,
      index: element.index,
      code: element.reasons[0].code,
      detail: describeRefusal(element),
      body: element.body,
    })),
  )
}
