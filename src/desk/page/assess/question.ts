import { maxOf } from '../../../core/model/lists.ts'
import type { TravelMode } from '../../../core/model/limits.ts'
import { instantOf, numberOf, textOf } from '../form/values.ts'
import { areaBodyOf, emptyArea, type AreaDraft } from '../register/area.ts'
import type { Assessment } from '../register/rows.ts'
import { emptyTimes, scheduleOf, type Times } from './times.ts'

/** A question while somebody makes it: what is typed, as it is typed. */
export type Question = {
  readonly label: string
  readonly kind: BanKind
  readonly area: AreaDraft
  readonly areaCodes: string
  readonly separationMeters: string
  readonly approachMeters: string
  readonly reportIntervalSeconds: string
  readonly policeResponseMinutes: string
  /** A published figure that somebody chose instead; null: none. */
  readonly policeTimeSource: PoliceTimeSource | null
  readonly travelModes: readonly TravelMode[]
  /** Empty: not known. */
  readonly legalBasis: string
  readonly validFrom: string
  readonly validUntil: string
  /** Whom the text puts it under; whether it names electronic monitoring; when it holds. */
  readonly supervisingBody: string
  readonly monitoringNamed: Known
  readonly times: Times
  readonly victimCount: string
  readonly distanceFromSecretAddressMeters: string
  readonly victims: readonly Address[]
  readonly offenders: readonly Address[]
  /** Said, and not only left empty. */
  readonly hasNoOffenderAddress: boolean
  readonly facts: Readonly<Record<Fact, Known>>
}

type PoliceTimeSource = { readonly municipalityCode: string; readonly year: number }

export type BanKind = (typeof banKinds)[number]
export const banKinds = ['circle', 'drawn', 'codes', 'distance'] as const
export const travelModes = ['walk', 'bicycle', 'car'] as const

export type Address = {
  readonly key: number
  readonly label: string
  readonly longitude: string
  readonly latitude: string
  /** Only asked of the address of somebody protected. */
  readonly isSecret: boolean
}

export type Known = 'unknown' | 'yes' | 'no'
export type Fact = (typeof factNames)[number]
export const factNames = [
  'victimConsents',
  'victimAddressSecret',
  'hasFixedAddress',
  'canCharge',
  'sashCompleted',
  'hasDeskAroundTheClock',
  'isPoliceUnitNamed',
] as const

/** Nothing is known unless somebody says so. */
export const emptyQuestion: Question = {
  label: '',
  kind: 'circle',
  area: emptyArea,
  areaCodes: '',
  separationMeters: '',
  approachMeters: '',
  reportIntervalSeconds: '',
  policeResponseMinutes: '',
  policeTimeSource: null,
  travelModes,
  legalBasis: '',
  validFrom: '',
  validUntil: '',
  supervisingBody: '',
  monitoringNamed: 'unknown',
  times: emptyTimes,
  victimCount: '',
  distanceFromSecretAddressMeters: '',
  victims: [],
  offenders: [],
  hasNoOffenderAddress: false,
  facts: {
    victimConsents: 'unknown',
    victimAddressSecret: 'unknown',
    hasFixedAddress: 'unknown',
    canCharge: 'unknown',
    sashCompleted: 'unknown',
    hasDeskAroundTheClock: 'unknown',
    isPoliceUnitNamed: 'unknown',
  },
}

/** One more address, secret until somebody says otherwise. */
export function withAddress(addresses: readonly Address[], label: string): readonly Address[] {
  const key = maxOf([-1, ...addresses.map((address) => address.key)]) + 1
  return [...addresses, { key, label, longitude: '', latitude: '', isSecret: true }]
}

/** As the API takes it. What cannot be read is sent as it is: it says at which field. */
export function bodyOf(question: Question) {
  const police = numberOf(question.policeResponseMinutes)
  const offenders = question.offenders.filter(isPlaced)
  const basis = textOf(question.legalBasis)
  return {
    ...banBodyOf(question),
    approachMeters: numberOf(question.approachMeters),
    reportIntervalSeconds: numberOf(question.reportIntervalSeconds),
    policeResponseSeconds: typeof police === 'number' ? Math.round(police * 60) : police,
    // What is typed goes before what was chosen.
    policeTimeSource: police === undefined ? (question.policeTimeSource ?? undefined) : undefined,
    travelModes: question.travelModes,
    legalBasis: basis,
    validFrom: instantOf(question.validFrom),
    validUntil: instantOf(question.validUntil),
    ...supervisionOf(question),
    schedule: question.kind === 'distance' ? undefined : scheduleOf(question.times),
    victimCount: numberOf(question.victimCount),
    distanceFromSecretAddressMeters: numberOf(question.distanceFromSecretAddressMeters),
    victimAddresses: question.victims
      .filter(isPlaced)
      .map((address) => ({ ...addressBodyOf(address), secret: address.isSecret })),
    // An empty list would say that there are none: that somebody has to say.
    ...(offenders.length > 0 || question.hasNoOffenderAddress
      ? { offenderFixedAddresses: offenders.map(addressBodyOf) }
      : {}),
    ...Object.fromEntries(
      factNames
        .filter((name) => question.facts[name] !== 'unknown')
        .map((name) => [name, question.facts[name] === 'yes']),
    ),
  }
}

function supervisionOf({ supervisingBody, monitoringNamed }: Question) {
  const body = textOf(supervisingBody)
  const isKnown = monitoringNamed !== 'unknown'
  if (body === undefined && !isKnown) return {}
  const electronicMonitoring = isKnown ? monitoringNamed === 'yes' : undefined
  return { supervision: { body, electronicMonitoring } }
}

function banBodyOf({ kind, area, areaCodes, separationMeters }: Question) {
  switch (kind) {
    case 'circle':
    case 'drawn':
      return areaBodyOf({ ...area, kind })
    case 'codes':
      return { areaCodes: codesOf(areaCodes) }
    case 'distance':
      return { separationMeters: numberOf(separationMeters) }
  }
}

export function codesOf(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter((code) => code !== '')
}

function addressBodyOf({ label, longitude, latitude }: Address) {
  return {
    label: label.trim(),
    longitude: numberOf(longitude),
    latitude: numberOf(latitude),
  }
}

/** An address without a place is not sent, and its row says so. */
export function isPlaced({ longitude, latitude }: Address): boolean {
  return longitude.trim() !== '' && latitude.trim() !== ''
}

/** Whether there is a ban to ask about; half a circle is none. */
export function isAskable(question: Question): boolean {
  const { circle, geometry, areaCodes, separationMeters } = banBodyOf(question) as {
    readonly circle?: object
    readonly geometry?: unknown
    readonly areaCodes?: readonly string[]
    readonly separationMeters?: unknown
  }
  switch (question.kind) {
    case 'circle':
      return Object.values(circle ?? {}).every((size) => Number.isFinite(size))
    case 'drawn':
      // A circle that was pasted is one, and what cannot be read is told at its field.
      return circle !== undefined || (geometry ?? '') !== ''
    case 'codes':
      return (areaCodes?.length ?? 0) > 0
    case 'distance':
      return Number.isFinite(separationMeters)
  }
}

type Counter = NonNullable<Assessment['counterProposal']>

/** The question with what was proposed instead. A drawn area stays as it is: it is drawn anew. */
export function withCounter(question: Question, counter: Counter): Question {
  const { radiusMeters, separationMeters, approachMeters, reportIntervalSeconds } = counter
  const { area } = question
  return {
    ...question,
    area: radiusMeters === null ? area : { ...area, radiusMeters: String(radiusMeters) },
    separationMeters:
      separationMeters === null ? question.separationMeters : String(separationMeters),
    approachMeters: String(approachMeters),
    reportIntervalSeconds:
      reportIntervalSeconds === null
        ? question.reportIntervalSeconds
        : String(reportIntervalSeconds),
  }
}

export type Alternative = NonNullable<Assessment['alternatives']>[number]

/** The question with another ban instead; who and what is known stays. */
export function withAlternative(question: Question, other: Alternative): Question {
  const { kind, radiusMeters, separationMeters, areaCodes, approachMeters } = other
  const { reportIntervalSeconds } = other
  const common = { ...question, approachMeters: String(approachMeters) }
  switch (kind) {
    case 'asked':
      return question
    case 'resized':
      return withCounter(question, { ...other, radiusMeters, inscribedRadiusMeters: null })
    case 'streets':
    case 'corridor':
      return {
        ...common,
        reportIntervalSeconds:
          reportIntervalSeconds === null
            ? question.reportIntervalSeconds
            : String(reportIntervalSeconds),
        kind: 'drawn',
        area: { ...question.area, geometry: JSON.stringify(other.geometry) },
      }
    case 'neighbourhoods':
    case 'municipality':
      return { ...common, kind: 'codes', areaCodes: areaCodes.join(' ') }
    case 'moving':
      return { ...common, kind: 'distance', separationMeters: String(separationMeters ?? '') }
  }
}

/** Whether the proposal can be asked about by itself: nobody has drawn the wider area yet. */
export function isComparable({ inscribedRadiusMeters }: Counter): boolean {
  return inscribedRadiusMeters === null
}
