/**
 * Writes an act as the entries that record it: the bytes that are stored, hashed and exported, and
 * never written anew. One entry per person whose data it touched, all of one trace, as the Logboek
 * Dataverwerkingen asks. Ids and words only; never a position, a name or a secret.
 */
export function encodeAct(act: Act, trace: Trace): readonly Buffer[] {
  const people = act.personIds.length === 0 ? [null] : act.personIds
  return people.map((personId, place) =>
    Buffer.from(JSON.stringify(entryOf(act, personId, trace.id, trace.spanIds[place] ?? null))),
  )
}

/** What somebody did, or was refused. */
export type Act = {
  readonly organisationId: string
  /** In the words of the API: `getAlert`, `closeAlert`, `refuseCallers`. */
  readonly name: string
  readonly kind: ActKind
  readonly outcome: ActOutcome
  readonly atMs: number
  readonly by: Actor
  /** How it came in: a route, or a command on this machine. */
  readonly door: string
  readonly personIds: readonly string[]
  readonly alertId: string | null
  readonly protectionOrderId: string | null
  /** What else it was about: a device, a token, a subscription. */
  readonly subjectId: string | null
  /** Why, in the words of whoever did it, or by which duty. */
  readonly reason: string | null
  /** Who confirmed it. */
  readonly secondPersonId: string | null
  readonly detail: Readonly<Record<string, string | number | boolean | null>>
}

/** Directive (EU) 2016/680, article 25: what is to be on record; signing in is ours. */
export type ActKind =
  | 'collection'
  | 'alteration'
  | 'consultation'
  | 'disclosure'
  | 'combination'
  | 'erasure'
  | 'sign-in'

export type ActOutcome = 'allowed' | 'refused' | 'failed'

export type Actor = {
  readonly kind: 'api-client' | 'staff' | 'command' | 'stranger' | 'system'
  readonly id: string | null
  readonly role: string | null
}

export type Trace = { readonly id: string; readonly spanIds: readonly string[] }

/** Whatever was there before organisations were belongs to this one. */
export const defaultOrganisationId = '00000000-0000-7000-8000-000000000001'

/** Of the standard, a refusal is neither good nor a failure. */
const statusCodes = { allowed: 'ok', refused: 'unset', failed: 'error' } as const

function entryOf(act: Act, personId: string | null, traceId: string, spanId: string | null) {
  const at = timeText(act.atMs)
  return {
    format: 1,
    trace_id: traceId,
    span_id: spanId,
    parent_span_id: null,
    name: act.name,
    start_time: at,
    end_time: at,
    status_code: statusCodes[act.outcome],
    resource: { attributes: { 'service.name': 'hoede' } },
    attributes: {
      'dpl.core.processing_activity_id': `urn:hoede:processing:${act.kind}:${act.name}`,
      'dpl.core.data_subject_id': personId,
      'dpl.core.data_subject_id_type': personId === null ? null : 'hoede-person',
    },
    hoede: {
      organisationId: act.organisationId,
      kind: act.kind,
      outcome: act.outcome,
      by: act.by,
      door: act.door,
      alertId: act.alertId,
      protectionOrderId: act.protectionOrderId,
      subjectId: act.subjectId,
      reason: act.reason,
      secondPersonId: act.secondPersonId,
      detail: act.detail,
    },
  }
}

function timeText(atMs: number): string {
  return new Date(atMs).toISOString()
}
