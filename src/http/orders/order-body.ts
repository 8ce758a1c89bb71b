import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { LocationBan, ProtectionOrder, ProximityBan } from '../../core/model/registry.ts'
import { RefusedInput, type Fault } from '../../errors.ts'
import {
  readOrderInSteps,
  type OrderBody,
  type OrderDraft,
  type ReadOrder,
} from '../../schemas/read-order.ts'

/**
 * The order that a body of the right shape describes; one that is none is refused with all its
 * faults. Between two areas others are answered: twenty large ones take half a second.
 */
export async function readOrderBody(body: OrderBody): Promise<ReadOrder> {
  const steps = readOrderInSteps(body)
  let step = steps.next()
  while (step.done !== true) {
    await yieldToOthers()
    step = steps.next()
  }
  const read = step.value
  const { faults } = read
  if (faults.length > 0) {
    const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`
    const title = `The order has ${count}; see errors.`
    throw new RefusedInput('invalid-request', title, faults.slice(0, 100))
  }
  return read
}

/**
 * Gives every ban its id: the one the client named, else that of an equal ban of the
 * current version, else a new one. An episode that is going on stays one episode when
 * only its neighbours changed.
 */
export function nameBans(
  draft: OrderDraft,
  current: ProtectionOrder | null,
  makeId: () => string,
): Omit<ProtectionOrder, 'id' | 'version' | 'status'> {
  const faults: Fault[] = []
  const locationBans = nameEach<Omit<LocationBan, 'id'>>(
    draft.locationBans,
    current?.locationBans ?? [],
    'locationBans',
    faults,
    makeId,
  )
  const proximityBans = nameEach<Omit<ProximityBan, 'id'>>(
    draft.proximityBans,
    current?.proximityBans ?? [],
    'proximityBans',
    faults,
    makeId,
  )
  if (faults.length > 0) throw new RefusedInput('unknown-reference', null, faults)
  return { ...draft, locationBans, proximityBans }
}

function nameEach<Terms extends object>(
  drafts: readonly (Terms & { readonly id: string | null })[],
  current: readonly (Terms & { readonly id: string })[],
  list: string,
  faults: Fault[],
  makeId: () => string,
): (Terms & { readonly id: string })[] {
  const named = new Set(drafts.map((draft) => draft.id).filter((id) => id !== null))
  const free = new Map(current.filter((ban) => !named.has(ban.id)).map((ban) => [ban.id, ban]))
  return drafts.map((draft, index) => {
    if (draft.id !== null) {
      if (!current.some((ban) => ban.id === draft.id)) {
        const detail = 'expected the id of a ban of the current version, or none; got another id'
        faults.push({ pointer: `/${list}/${index}/id`, code: 'unknown-reference', detail })
      }
      return { ...draft, id: draft.id }
    }
    const equal = [...free.values()].find((ban) =>
      isDeepStrictEqual({ ...ban, id: null }, { ...draft }),
    )
    if (equal !== undefined) free.delete(equal.id)
    return { ...draft, id: equal?.id ?? makeId() }
  })
}
