/** What is erased when its time is over; the others do not end by themselves. */
export const erasedPurposes = ['monitoring', 'evidence'] as const
export type ErasedPurpose = (typeof erasedPurposes)[number]

export type ErasedPiece = {
  readonly what: string
  readonly by: 'order' | 'people'
  readonly sql: string
}

const some = (table: string, where: string): string =>
  `ctid = any(array(select ctid from ${table} where ${where} limit $2))`
const gone = (table: string, where: string): string =>
  `delete from ${table} where ${some(table, where)}`
const blank = (table: string, set: string, where: string): string =>
  `update ${table} set ${set} where ${some(table, where)}`

const ofOrder = 'protection_order_id = $1'
const ofPeople = 'person_id = any($1::uuid[])'
const ofAlerts = 'alert_id in (select id from alerts where protection_order_id = $1)'
const ofAlertsOfPeople =
  'protection_order_id is null and (offender_id = any($1::uuid[]) or victim_id = any($1::uuid[]))'
const ofRemembered = `scope in (select kind || p from unnest($1::uuid[]) as p, unnest(array['case:', 'window:', 'incidents:']) as kind)`
/** As the program reads it, with nothing of what was seen. */
const noEvidence = `reason = '', distance_meters = null, probability = null, evidence = jsonb_build_object('isErased', true,
  'fixes', '[]'::jsonb, 'facts', '{}'::jsonb, 'limitsVersion', evidence -> 'limitsVersion',
  'algorithmVersion', evidence -> 'algorithmVersion', 'protectionOrderVersion', evidence -> 'protectionOrderVersion')`
const hasEvidence = `not evidence ? 'isErased'`

/**
 * How somebody is reached and what they wish: needed while they are protected. Where they were seen
 * last goes with it.
 */
const monitoringPieces: readonly ErasedPiece[] = [
  { what: 'phones', by: 'people', sql: gone('person_phones', ofPeople) },
  { what: 'wishes', by: 'people', sql: gone('person_wishes', ofPeople) },
  { what: 'consents', by: 'people', sql: gone('person_consents', ofPeople) },
  { what: 'lastSeen', by: 'people', sql: gone('latest_sightings', ofPeople) },
  // What detection remembers of somebody has where they and the protected were last.
  { what: 'remembered', by: 'people', sql: gone('evaluator_snapshots', ofRemembered) },
]

/**
 * What a court may ask for. Kinds, times and outcomes stay: a year that was told is told the same
 * again. Ids stay, and lead to nobody.
 */
const evidencePieces: readonly ErasedPiece[] = [
  {
    what: 'alerts',
    by: 'order',
    sql: blank('alerts', noEvidence, `${ofOrder} and ${hasEvidence}`),
  },
  {
    what: 'diary',
    by: 'order',
    sql: blank(
      'alert_transitions',
      'note = null, detail = null',
      `${ofAlerts} and (note is not null or detail is not null)`,
    ),
  },
  { what: 'sightings', by: 'order', sql: gone('person_sightings', ofOrder) },
  { what: 'screenings', by: 'order', sql: gone('screenings', ofOrder) },
  { what: 'joinedOrders', by: 'order', sql: gone('joined_orders', ofOrder) },
  { what: 'caseRoles', by: 'order', sql: gone('case_roles', ofOrder) },
  { what: 'protectionStates', by: 'order', sql: gone('protection_states', ofOrder) },
  { what: 'decisions', by: 'order', sql: gone('decisions', ofOrder) },
  {
    what: 'notices',
    by: 'order',
    sql: blank(
      'partner_notices',
      'receipt_reference = null, last_error = null',
      `${ofOrder} and (receipt_reference is not null or last_error is not null)`,
    ),
  },
  {
    what: 'proposals',
    by: 'order',
    sql: blank(
      'proposals',
      `reason = '', decision_note = null, changes = '[]', change = null`,
      `${ofOrder} and (reason <> '' or decision_note is not null or changes <> '[]' or change is not null)`,
    ),
  },
  {
    what: 'acts',
    by: 'order',
    sql: blank(
      'order_acts',
      'reason = null, document_reference = null',
      `${ofOrder} and (reason is not null or document_reference is not null)`,
    ),
  },
  {
    what: 'reminders',
    by: 'order',
    sql: blank(
      'order_reminders',
      'note = null, document_reference = null',
      `${ofOrder} and (note is not null or document_reference is not null)`,
    ),
  },
  {
    what: 'holds',
    by: 'order',
    // For whom it was held and until when, by whom, stays.
    sql: blank(
      'retention_holds',
      `reason = '', document_reference = null, release_reason = case when release_reason is not null then '' end`,
      `${ofOrder} and (reason <> '' or document_reference is not null or release_reason <> '')`,
    ),
  },
  {
    what: 'assessments',
    by: 'order',
    // The verdict is a figure of the year. What another case was made with too goes with that.
    sql: blank(
      'enforceability_assessments',
      `label = '', question = '{}', answer = jsonb_build_object('verdict', answer -> 'verdict'), advice_court = '',
       advice_file = '', erased_at = coalesce(erased_at, now())`,
      `label <> '' and id in (select assessment_id from order_acts where ${ofOrder})
       and not exists (select from order_acts b where b.assessment_id = enforceability_assessments.id
         and b.protection_order_id <> $1 and not exists (select from erasures e
           where e.protection_order_id = b.protection_order_id and e.purpose = 'evidence' and e.done_at is not null))`,
    ),
  },
  {
    what: 'versions',
    by: 'order',
    // A process may know the key for another minute; places from before they were sealed stand in
    // the row itself.
    sql: blank(
      'protection_order_versions',
      `body = (body - 'sealed') || jsonb_build_object('reference', 'erased', 'locationBans', '[]'::jsonb, 'proximityBans',
         (select coalesce(jsonb_agg(b - 'fixedAddresses'), '[]') from jsonb_path_query(body, '$.proximityBans[*]') as b
           where jsonb_typeof(b) = 'object'))`,
      `${ofOrder} and body ->> 'reference' <> 'erased'`,
    ),
  },
  {
    what: 'orders',
    by: 'order',
    // When it ended is what its time is counted from.
    sql: `update protection_orders set reference = 'erased ' || id where id = $1 and reference <> 'erased ' || id and $2 > 0`,
  },
  {
    what: 'alertsOfPeople',
    by: 'people',
    sql: blank('alerts', noEvidence, `${ofAlertsOfPeople} and ${hasEvidence}`),
  },
  {
    what: 'diaryOfPeople',
    by: 'people',
    sql: blank(
      'alert_transitions',
      'note = null, detail = null',
      `alert_id in (select id from alerts where ${ofAlertsOfPeople}) and (note is not null or detail is not null)`,
    ),
  },
  {
    what: 'tellings',
    by: 'people',
    // That they were told, and whether as they wished, is a figure of the year.
    sql: blank(
      'person_tellings',
      `text = '', reason = null`,
      `${ofPeople} and (text <> '' or reason is not null)`,
    ),
  },
  {
    what: 'breakGlasses',
    by: 'people',
    // Who looked, when, and who allowed it stays.
    sql: blank('break_glasses', `reason = ''`, `${ofPeople} and reason <> ''`),
  },
  {
    what: 'people',
    by: 'people',
    sql: blank(
      'persons',
      `reference = 'erased ' || id`,
      `id = any($1::uuid[]) and reference <> 'erased ' || id`,
    ),
  },
  {
    what: 'movesElsewhere',
    by: 'people',
    // What was asked there stays asked, and what somebody said to it; where they lived goes.
    sql: blank(
      'relocations',
      'old_address = null, new_address = null',
      `${ofPeople} and copied_from is not null and (old_address is not null or new_address is not null)`,
    ),
  },
  // Last, as they say who lives with a case and is erased with it: stopped before, it goes on.
  { what: 'moves', by: 'order', sql: gone('relocations', ofOrder) },
  { what: 'household', by: 'order', sql: gone('household_links', ofOrder) },
]

export const piecesOf: Readonly<Record<ErasedPurpose, readonly ErasedPiece[]>> = {
  monitoring: monitoringPieces,
  evidence: [...monitoringPieces, ...evidencePieces],
}

/** Of somebody whom no order ever named. */
export const unusedPersonPieces: readonly ErasedPiece[] = piecesOf.evidence.filter(
  ({ by }) => by === 'people',
)
