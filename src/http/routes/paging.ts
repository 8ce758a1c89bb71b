import { RefusedInput } from '../../errors.ts'

/** One page out of `limit + 1` records: the extra one only tells that there is more. */
export function pageOf<Entry extends { readonly id: string }, Body>(
  records: readonly Entry[],
  limit: number,
  bodyOf: (record: Entry) => Body,
): { items: Body[]; nextCursor: string | null } {
  const shown = records.slice(0, limit)
  const last = shown.at(-1)
  const nextCursor = records.length > limit && last !== undefined ? cursorAfter(last.id) : null
  return { items: shown.map(bodyOf), nextCursor }
}

/** The id after which the next page starts; null for the first page. */
export function readCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null
  const id = Buffer.from(cursor, 'base64url').toString('latin1')
  if (!uuidPattern.test(id)) {
    throw new RefusedInput(
      'invalid-cursor',
      'Expected the nextCursor of an earlier page of this list.',
    )
  }
  return id
}

/** Opaque on purpose: clients that cannot read it cannot come to depend on what is in it. */
function cursorAfter(id: string): string {
  return Buffer.from(id, 'latin1').toString('base64url')
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
