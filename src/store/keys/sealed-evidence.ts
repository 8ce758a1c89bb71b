import type { AlertIds, Evidence, EvidenceFix } from '../../core/model/alert.ts'
import { OperatingError } from '../../errors.ts'
import type { Db } from '../pg/pool.ts'
import { scopeOfPerson } from '../registry/person-phones.ts'
import { damaged, unlessUnusable } from './data-keys.ts'
import { scopeOfCase } from './sealed-orders.ts'
import { openPacked, sealValue, unpackValue } from './sealed-value.ts'

/**
 * Evidence as it is stored: whose fixes, of which device and when, and what the rule made of them,
 * as they are, because statements ask for them; where they were, sealed with the key of the case.
 * An alert of no case is sealed with the key of whoever was seen.
 */
export async function sealEvidence(
  db: Db,
  alert: Pick<AlertIds, 'protectionOrderId'> & { readonly id: string; readonly evidence: Evidence },
): Promise<StoredEvidence> {
  const { evidence, id, protectionOrderId } = alert
  const [first] = evidence.fixes
  if (first === undefined) return evidence
  const places = evidence.fixes.map(({ longitude, latitude }) => [longitude, latitude])
  const ofPerson = scopeOfPerson(first.personId)
  // A late fix may still raise an alert of a case that was erased, and whoever touches a key keeps
  // nobody from being told: the next one seals, and without any where they were is left out.
  const scopes = protectionOrderId === null ? [] : [scopeOfCase(protectionOrderId)]
  for (const scope of [...scopes, ofPerson]) {
    const sealed = await sealValue(db, scope, aboutEvidence(id), places).catch(unlessUnusable)
    if (sealed === null) continue
    return { ...evidence, fixes: evidence.fixes.map(withoutPlace), sealed }
  }
  return { ...evidence, fixes: [] }
}

/**
 * In their order. Where the key was destroyed the evidence has no fix any more; what was stored
 * before evidence was sealed is as it was.
 */
export async function openEvidences(
  db: Db,
  stored: readonly { readonly id: string; readonly evidence: StoredEvidence }[],
): Promise<readonly Evidence[]> {
  const pieces = stored.flatMap(({ id, evidence: { sealed } }) =>
    sealed === undefined ? [] : [{ text: sealed, about: aboutEvidence(id) }],
  )
  const opened = (await openPacked(db, pieces)).values()
  return stored.map(({ id, evidence: { sealed, ...evidence } }) => {
    if (sealed === undefined) return { ...evidence, fixes: evidence.fixes.map(placedLast) }
    const packed = opened.next().value ?? null
    if (packed === null) return { ...evidence, fixes: [] }
    if (packed === damaged) throw notAsSealed(id)
    const places = unpackValue(packed) as readonly (readonly [number, number])[]
    const fixes = evidence.fixes.map((fix, index) => {
      const place = places[index]
      if (place === undefined) throw notAsSealed(id)
      return { ...fix, longitude: place[0], latitude: place[1] }
    })
    // A fix was taken from those that were sealed; above, one was laid beside them.
    if (places.length > fixes.length) throw notAsSealed(id)
    return { ...evidence, fixes }
  })
}

function notAsSealed(alertId: string): OperatingError {
  return new OperatingError('internal-error', `The evidence of ${alertId} is not as it was sealed.`)
}

export type StoredEvidence = Omit<Evidence, 'fixes'> & {
  readonly fixes: readonly (FixWithoutPlace | EvidenceFix)[]
  readonly sealed?: string
}

type FixWithoutPlace = Omit<EvidenceFix, 'longitude' | 'latitude'>

function withoutPlace(fix: EvidenceFix): FixWithoutPlace {
  const { longitude: _longitude, latitude: _latitude, ...rest } = fix
  return rest
}

/** So that an export writes the same line whether it lay sealed or not. */
function placedLast(fix: FixWithoutPlace | EvidenceFix): EvidenceFix {
  if (!('longitude' in fix)) throw new Error('evidence without places names no seal')
  const { longitude, latitude, ...rest } = fix
  return { ...rest, longitude, latitude }
}

function aboutEvidence(alertId: string): string {
  return `evidence/${alertId}`
}
