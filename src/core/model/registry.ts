import type { OrderCondition } from './order-conditions.ts'
import type { BothLanguages, ProtocolSetName } from './protocol.ts'

/**
 * What is registered: who wears what, under which order. Plain data; times are epoch milliseconds,
 * UTC.
 */

export type Registry = {
  readonly vendors: readonly Vendor[]
  readonly persons: readonly Person[]
  readonly devices: readonly Device[]
  readonly deviceAssignments: readonly DeviceAssignment[]
  readonly protectionOrders: readonly ProtectionOrder[]
}

/**
 * One change of the registry, in the same stream as the fixes, so that what was in force
 * when a fix was judged never depends on which process heard of it first. Upsert by id.
 */
export type RegistryChange =
  | { readonly type: 'vendor'; readonly vendor: Vendor }
  | { readonly type: 'person'; readonly person: Person }
  | { readonly type: 'device'; readonly device: Device }
  | { readonly type: 'device-assignment'; readonly deviceAssignment: DeviceAssignment }
  | {
      readonly type: 'protection-order'
      readonly protectionOrder: ProtectionOrder
      /** This version was said before, and could not be read where memory was loaded since. */
      readonly isRepeated?: true
    }

/**
 * A registry as changes. Wearers come before orders, so that no order is ever in
 * force without its devices.
 */
export function registryChanges(registry: Registry): readonly RegistryChange[] {
  return [
    ...registry.vendors.map((vendor) => ({ type: 'vendor', vendor }) as const),
    ...registry.persons.map((person) => ({ type: 'person', person }) as const),
    ...registry.devices.map((device) => ({ type: 'device', device }) as const),
    ...registry.deviceAssignments.map(
      (deviceAssignment) => ({ type: 'device-assignment', deviceAssignment }) as const,
    ),
    ...registry.protectionOrders.map(
      (protectionOrder) => ({ type: 'protection-order', protectionOrder }) as const,
    ),
  ]
}

export type Vendor = { readonly id: string; readonly name: string }

export type PersonRole = 'offender' | 'victim'

/** A person is a reference in somebody else's file, never a name. */
export type Person = { readonly id: string; readonly role: PersonRole; readonly reference: string }

export type DeviceKind = 'ankle-monitor' | 'victim-device'

export type Device = {
  readonly id: string
  readonly vendorId: string
  readonly serialNumber: string
  readonly kind: DeviceKind
  readonly reportIntervalSeconds: number
}

/** `validFrom` inclusive, `validUntil` exclusive; null is open-ended. */
export type DeviceAssignment = {
  readonly id: string
  readonly deviceId: string
  readonly personId: string
  readonly validFromMs: number
  readonly validUntilMs: number | null
}

export const legalBases = [
  'prosecutor-behaviour-order',
  'temporary-home-ban',
  'liberty-restricting-measure',
  'special-condition',
  'pretrial-suspension',
  'conditional-release',
  'long-term-supervision-measure',
  'tbs-conditional-end',
  'european-protection-order',
  'mayor-area-ban',
  'civil-ban',
] as const
export type LegalBasis = (typeof legalBases)[number]

export type ProtectionOrderStatus = 'active' | 'suspended' | 'ended'

export type ProtectionOrder = {
  readonly id: string
  /** Rises by one with each change; an alert names the version it was judged by. */
  readonly version: number
  readonly reference: string
  readonly legalBasis: LegalBasis
  readonly offenderId: string
  readonly validFromMs: number
  readonly validUntilMs: number
  readonly status: ProtectionOrderStatus
  readonly locationBans: readonly LocationBan[]
  readonly proximityBans: readonly ProximityBan[]
  /** Null: the organisation's ladder. */
  readonly escalation: readonly EscalationStep[] | null
  /** What it asks besides, which nothing here watches. Absent: nothing that is known. */
  readonly conditions?: readonly OrderCondition[]
  /** The risk profile of its case. Absent: none, which adds nothing. */
  readonly risk?: ChosenRisk
  /** Something of it cannot be read where it is stored, and is left out. Absent: all is here. */
  readonly isUnreadable?: true
}

export type LocationBan = {
  readonly id: string
  readonly label: string
  readonly area: BanArea
  readonly approachMeters: number
  /** Null: always in force while the order is. */
  readonly schedule: BanSchedule | null
}

export type BanArea =
  | { readonly type: 'geometry'; readonly geometry: PolygonGeometry | MultiPolygonGeometry }
  | {
      readonly type: 'circle'
      readonly longitude: number
      readonly latitude: number
      readonly radiusMeters: number
    }

/**
 * GeoJSON (RFC 7946) without altitude: rings of [longitude, latitude], first position repeated
 * last.
 */
export type PolygonGeometry = {
  readonly type: 'Polygon'
  readonly coordinates: readonly (readonly (readonly [number, number])[])[]
}
export type MultiPolygonGeometry = {
  readonly type: 'MultiPolygon'
  readonly coordinates: readonly (readonly (readonly (readonly [number, number])[])[])[]
}

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const
export type Weekday = (typeof weekdays)[number]

/**
 * When a ban is in force, on the wall clock of `timeZone` (Europe/Amsterdam).
 * `weekly` null: around the clock. `exceptions` are stretches of permitted presence,
 * as absolute times, and win over `weekly`.
 */
export type BanSchedule = {
  readonly timeZone: 'Europe/Amsterdam'
  readonly weekly: readonly WeeklyWindow[] | null
  readonly exceptions: readonly ScheduleException[]
}

/**
 * Local times `HH:MM`. `until` at or before `from` runs into the next day; both `00:00` is the
 * whole day.
 */
export type WeeklyWindow = {
  readonly days: readonly Weekday[]
  readonly from: string
  readonly until: string
}

export type ScheduleException = {
  readonly fromMs: number
  readonly untilMs: number
  readonly reason: string
}

export type ProximityBan = {
  readonly id: string
  readonly victimId: string
  readonly separationMeters: number
  readonly approachMeters: number
  /** Watched while it is not known where the victim is. Absent: none. */
  readonly fixedAddresses?: readonly FixedAddress[]
}

/** Where the victim lives, works or goes to school. */
export type FixedAddress = {
  readonly label: string
  readonly longitude: number
  readonly latitude: number
  /** Of the place itself; the separation is counted from its border. */
  readonly radiusMeters: number
}

/**
 * How grave a case is, as what follows from it. Each term only adds to what an order and its
 * organisation have: no profile makes anything later, or quieter, than without one.
 */
export type RiskTerms = {
  /** How often the devices of everybody in the case are asked to report; null: as planned. */
  readonly reportIntervalSeconds: number | null
  /** An answered alert that goes on is back after at most so long; null: as usual. */
  readonly recallMinutesMax: number | null
  /** Who is called beside whom the ladder calls. */
  readonly alsoCalled: readonly EscalationStep[]
  /** By which set an alert of the case is answered; null: the organisation's. */
  readonly protocol: ProtocolSetName | null
}

/** As an order follows it: the terms of one version of a row, which stay when the row changes. */
export type ChosenRisk = RiskTerms & {
  readonly profile: string
  /** 0: as delivered. */
  readonly version: number
  readonly name: BothLanguages
}

/** If nobody acknowledges within `afterSeconds` of raising, `target` is called. */
export type EscalationStep = { readonly afterSeconds: number; readonly target: EscalationTarget }
export type EscalationTarget = 'second-operator' | 'supervisor'
