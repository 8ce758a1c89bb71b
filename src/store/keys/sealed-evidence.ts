import assert from 'node:assert/strict'
import type { AlertIds, Evidence, EvidenceFix } from '../../core/model/alert.ts'
import type { Db } from '../pg/pool.ts'
import { scopeOfPerson } from '../registry/person-phones.ts'
import { damaged } from './data-keys.ts'
import { unlessUnusable } from './unusable-key.ts'
import { digestOf } from './digest-of.ts'
import { scopeOfCase } from './sealed-orders.ts'
import { openPacked, sealValue, unpackValue } from './sealed-value.ts'

/**
 * Evidence as it is stored: whose fixes, of which device and when, and what the rule made of them,
 * as they are, because statements ask for them; where they were, sealed with the key of the case.
 * An alert of no case is sealed with the key of whoever was seen. What lies open is bound to it.
 */
export async function sealEvidence(
  db: Db,
  alert: Pick<AlertIds, 'protectionOrderId'> & { readonly id: string; readonly evidence: Evidence },
): Promise<StoredEvidence> {
  const { evidence, id, protectionOrderId } = alert
  const [first] = evidence.fixes
  if (first === undefined) return evidence
  const places = evidence.fixes.map(({ longitude, latitude }) => [longitude, latitude])
  const stored = { ...evidence, fixes: evidence.fixes.map(withoutPlace), isBound: true as const }
  const ofPerson = scopeOfPerson(first.personId)
  // A late fix may still raise an alert of a case that was erased, and whoever touches a key keeps
  // nobody from being told: the next one seals, and without any where they were is left out.
  const scopes = protectionOrderId === null ? [] : [scopeOfCase(protectionOrderId)]
  for (const scope of [...scopes, ofPerson]) {
    const sealed = await sealValue(db, scope, aboutEvidence(id, stored), places).catch(
      unlessUnusable,
    )
    if (sealed !== null) return { ...stored, sealed }
  }
  return { ...evidence, fixes: [] }
}

/**
 * In their order. Where the key was destroyed the evidence has no fix any more; what was stored
 * before evidence was sealed is as it was. What is not as it was sealed has no fix either and says
 * so: its alert is told and worked as any other.
 */
export async function openEvidences(
  db: Db,
  stored: readonly { readonly id: string; readonly evidence: StoredEvidence }[],
): Promise<readonly OpenedEvidence[]> {
  const pieces = stored.flatMap(({ id, evidence }) =>
    isShaped(evidence) && evidence.sealed !== undefined
      ? [{ text: evidence.sealed, about: aboutEvidence(id, evidence) }]
      : [],
  )
  const opened = (await openPacked(db, pieces)).values()
  return stored.map(({ evidence }) => {
    if (!isShaped(evidence)) return withhold(evidence)
    const { sealed, isBound: _isBound, ...rest } = evidence
    if (sealed === undefined) {
      return rest.fixes.every(isPlaced)
        ? { ...rest, fixes: rest.fixes.map(placedLast) }
        : withhold(evidence)
    }
    const packed = opened.next().value ?? null
    if (packed === null) return { ...rest, fixes: [] }
    const places = packed === damaged ? null : (unpackValue(packed) as readonly Place[])
    // A fix was laid beside those that were sealed, or taken from them.
    if (places?.length !== rest.fixes.length) return withhold(evidence)
    const fixes = rest.fixes.map((fix, index) => {
      const place = places[index]
      assert(place !== undefined, 'there is one for each')
      return { ...fix, longitude: place[0], latitude: place[1] }
    })
    return { ...rest, fixes }
  })
}

/** As it was sealed, or without its fixes. */
export type OpenedEvidence = Evidence & { readonly isNotAsSealed?: true }

type Place = readonly [number, number]

/** All of it but the fixes, as far as it is what it should be. */
function withhold(evidence: StoredEvidence): OpenedEvidence {
  const stored: Partial<Record<keyof Evidence, unknown>> = isObject(evidence) ? evidence : {}
  const { limitsVersion, algorithmVersion, protectionOrderVersion, facts } = stored
  return {
    limitsVersion: typeof limitsVersion === 'string' ? limitsVersion : '',
    algorithmVersion: typeof algorithmVersion === 'string' ? algorithmVersion : '',
    protectionOrderVersion:
      typeof protectionOrderVersion === 'number' ? protectionOrderVersion : null,
    fixes: [],
    facts: isFacts(facts) ? facts : {},
    isNotAsSealed: true,
  }
}

/** Whoever writes into the row may leave anything there. */
function isShaped(evidence: StoredEvidence): boolean {
  if (!isObject(evidence) || !Array.isArray(evidence.fixes) || !isFacts(evidence.facts))
    return false
  const texts = [evidence.limitsVersion, evidence.algorithmVersion]
  if (!texts.every((text) => typeof text === 'string')) return false
  if (evidence.protectionOrderVersion !== null && !Number.isFinite(evidence.protectionOrderVersion))
    return false
  return evidence.fixes.every(isFix)
}

function isFix(fix: unknown): boolean {
  if (!isObject(fix)) return false
  const { accuracyMeters, deviceId, disbelief, isBelieved, personId, probability, role } = fix
  return (
    (role === 'offender' || role === 'victim') &&
    [personId, deviceId].every((id) => typeof id === 'string') &&
    [fix['recordedAtMs'], fix['receivedAtMs'], accuracyMeters].every(Number.isFinite) &&
    typeof isBelieved === 'boolean' &&
    (probability === null || Number.isFinite(probability)) &&
    Array.isArray(disbelief) &&
    disbelief.every((reason) => typeof reason === 'string')
  )
}

function isPlaced(fix: FixWithoutPlace | EvidenceFix): fix is EvidenceFix {
  return 'longitude' in fix && Number.isFinite(fix.longitude) && Number.isFinite(fix.latitude)
}

function isFacts(facts: unknown): facts is Evidence['facts'] {
  return isObject(facts) && Object.values(facts).every((fact) => !(fact instanceof Object))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export type StoredEvidence = Omit<Evidence, 'fixes'> & {
  readonly fixes: readonly (FixWithoutPlace | EvidenceFix)[]
  readonly sealed?: string
  /** Absent: stored before what lies open was bound. */
  readonly isBound?: true
}

type FixWithoutPlace = Omit<EvidenceFix, 'longitude' | 'latitude'>

function withoutPlace(fix: EvidenceFix): FixWithoutPlace {
  const { longitude: _longitude, latitude: _latitude, ...rest } = fix
  return rest
}

/** So that an export writes the same line whether it lay sealed or not. */
function placedLast(fix: EvidenceFix): EvidenceFix {
  const { longitude, latitude, ...rest } = fix
  return { ...rest, longitude, latitude }
}

function aboutEvidence(alertId: string, stored: StoredEvidence): string {
  const { sealed: _sealed, ...open } = stored
  return open.isBound === true ? `evidence/${alertId}/${digestOf(open)}` : `evidence/${alertId}`
}
