import type {
  FixedAddress,
  LocationBan,
  ProtectionOrder,
  ProximityBan,
} from '../../core/model/registry.ts'
import { OperatingError } from '../../errors.ts'
import type { Db } from '../pg/pool.ts'
import { damaged, type OpenedPiece } from './data-keys.ts'
import { digestOf } from './digest-of.ts'
import { readAreas } from './read-areas.ts'
import { openPacked, sealValue, unpackValue } from './sealed-value.ts'

/**
 * An order as it is stored: who, when and how far apart as they are, because statements ask for
 * them; its areas with their labels, and fixed addresses, sealed with the key of the case. An area
 * may be a home whether somebody has said so or not, so all of them are. What lies open is bound:
 * edited, nothing of the order opens any more.
 */
export async function sealOrder(db: Db, order: ProtectionOrder): Promise<StoredOrder> {
  // What could not be read would be lost for good.
  if (order.isUnreadable === true) throw new UnreadableOrder(order.id)
  const { locationBans, proximityBans, ...terms } = order
  const addresses = proximityBans.map(({ fixedAddresses }) => fixedAddresses ?? null)
  const areas = locationBans.length === 0 ? null : locationBans
  const hasAddresses = addresses.some((places) => places !== null)
  const stored = {
    ...terms,
    locationBans: [],
    proximityBans: proximityBans.map(withoutAddresses),
  }
  const has = { areas: areas !== null, addresses: hasAddresses }
  const aboutPart = aboutBoundParts(stored, has)
  const seal = async (part: Part, value: unknown): Promise<string> =>
    await sealValue(db, scopeOfCase(order.id), aboutPart(part), value)
  return {
    ...stored,
    sealed: {
      areas: areas === null ? null : await seal('areas', areas),
      addresses: hasAddresses ? await seal('addresses', addresses) : null,
      terms: await seal('terms', null),
    },
  }
}

/** Whether what lies open of it is bound to what is sealed; it was not always. */
export function isBound(order: StoredOrder | null): boolean {
  return typeof order?.sealed?.terms === 'string'
}

/**
 * In their order. Where the key was destroyed an order has no area and no address any more: what
 * it says else stays. What does not open is left out and the order says so; it troubles no other
 * one. Areas are read when they are first asked for, as they are nearly all of what there is and
 * few are looked at soon.
 */
export async function openOrders(
  db: Db,
  stored: readonly StoredOrder[],
): Promise<readonly ProtectionOrder[]> {
  const pieces = stored.flatMap((order) => {
    const aboutPart = aboutPartsOf(order)
    return partsOf(order).map(([part, text]) => ({ text, about: aboutPart(part) }))
  })
  if (pieces.length === 0) return stored
  const opened = (await openPacked(db, pieces)).values()
  return stored.map((order) => {
    const parts = new Map(partsOf(order).map(([part]) => [part, opened.next().value ?? null]))
    const { sealed, ...plain } = order
    return sealed === undefined ? order : joinParts(plain, parts)
  })
}

/** For whoever needs all of one order: it can be read, or this is thrown. */
export function requireWhole(order: ProtectionOrder): ProtectionOrder {
  if (order.isUnreadable === true) throw new UnreadableOrder(order.id)
  return order
}

/** Of one order; the others are none the worse. */
export class UnreadableOrder extends OperatingError {
  override readonly name = 'UnreadableOrder'

  constructor(orderId: string) {
    super(
      'internal-error',
      `The order ${orderId} is not as it was sealed, or its key is not there.`,
    )
  }
}

/** For whoever goes on with the other orders. */
export function unlessUnreadable(error: unknown): null {
  if (error instanceof UnreadableOrder) return null
  throw error
}

export type StoredOrder = ProtectionOrder & {
  readonly sealed?: {
    readonly areas: string | null
    readonly addresses: string | null
    /** Absent: stored before what lies open was bound. */
    readonly terms?: string
  }
}

function withoutAddresses(ban: ProximityBan): ProximityBan {
  const { fixedAddresses: _addresses, ...rest } = ban
  return rest
}

type Part = 'areas' | 'addresses' | 'terms'

function partsOf({ sealed }: StoredOrder): readonly (readonly [Part, string])[] {
  const parts: (readonly [Part, string])[] = []
  if (sealed?.areas != null) parts.push(['areas', sealed.areas])
  if (sealed?.addresses != null) parts.push(['addresses', sealed.addresses])
  if (sealed?.terms != null) parts.push(['terms', sealed.terms])
  return parts
}

function joinParts(
  stored: ProtectionOrder,
  parts: ReadonlyMap<Part, OpenedPiece>,
): ProtectionOrder {
  const isWhole = ![...parts.values()].includes(damaged)
  const order = isWhole ? stored : { ...stored, isUnreadable: true as const }
  const places = openedOf(parts, 'addresses')
  const addresses =
    places === null ? [] : (unpackValue(places) as readonly (FixedAddress[] | null)[])
  const proximityBans = order.proximityBans.map((ban, index) => {
    const fixedAddresses = addresses[index] ?? null
    return fixedAddresses === null ? ban : { ...ban, fixedAddresses }
  })
  const areas = openedOf(parts, 'areas')
  if (areas === null) return { ...order, proximityBans }
  let known: readonly LocationBan[] | null = null
  return {
    ...order,
    proximityBans,
    get locationBans() {
      known ??= readAreas(areas)
      return known
    },
  }
}

function openedOf(parts: ReadonlyMap<Part, OpenedPiece>, part: Part): Buffer | null {
  const opened = parts.get(part) ?? null
  return opened === damaged ? null : opened
}

/** Destroyed, it takes where the bans of the case lie along. */
export function scopeOfCase(orderId: string): string {
  return `case/${orderId}`
}

/** Of one version: an older area laid into a newer one opens no more. */
function aboutPartsOf(order: StoredOrder): (part: Part) => string {
  if (!isBound(order)) return (part) => `order/${order.id}/${order.version}/${part}`
  const { sealed, ...stored } = order
  const has = { areas: sealed?.areas != null, addresses: sealed?.addresses != null }
  return aboutBoundParts(stored, has)
}

/** With what lies open beside them, and which of them there are. */
function aboutBoundParts(
  stored: Omit<StoredOrder, 'sealed'>,
  has: { readonly areas: boolean; readonly addresses: boolean },
): (part: Part) => string {
  const bound = digestOf({ ...stored, has })
  return (part) => `order/${stored.id}/${stored.version}/${part}/${bound}`
}
