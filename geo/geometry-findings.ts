export type GeometryFaultCode =
  | 'not-an-object'
  | 'type-unsupported'
  | 'member-unknown'
  | 'not-an-array'
  | 'empty'
  | 'too-many-vertices'
  | 'position-malformed'
  | 'coordinate-not-finite'
  | 'longitude-out-of-range'
  | 'latitude-out-of-range'
  | 'too-few-vertices'
  | 'zero-area'
  | 'ring-crosses-itself'
  | 'ring-doubles-back'
  | 'rings-cross'
  | 'rings-share-border'
  | 'parts-overlap'
  | 'parts-share-border'
  | 'hole-outside-shell'
  | 'holes-nested'
  | 'area-too-large'

type GeometryRepairCode =
  | 'altitude-dropped'
  | 'ring-closed'
  | 'duplicate-vertices-dropped'
  | 'winding-reversed'

export type GeometryFault = {
  readonly pointer: string
  readonly code: GeometryFaultCode
  readonly detail: string
  /** The two areas that it is about, counted from 1, and where on the first of them. */
  readonly areas?: TwoAreas
}
export type TwoAreas = {
  readonly one: number
  readonly other: number
  readonly side: Side | 'within'
}
export const sides = [
  'east',
  'north-east',
  'north',
  'north-west',
  'west',
  'south-west',
  'south',
  'south-east',
] as const
export type Side = (typeof sides)[number]

export type GeometryRepair = {
  readonly pointer: string
  readonly code: GeometryRepairCode
  readonly detail: string
}

export type Findings = {
  readonly faults: GeometryFault[]
  readonly repairs: GeometryRepair[]
}

/**
 * Enough to mend a drawing by; a hostile one could otherwise be answered with a million sentences.
 */
export const faultsMax = 20
