/**
 * What belongs to a case, table by table, in an order in which rows may be put in: what is pointed
 * at first. `of` says by what its rows are found; `orderBy` makes the lines the same each time.
 */
export const caseTables: readonly CaseTable[] = [
  { name: 'vendors', of: 'vendors', by: 'id', orderBy: 'id' },
  { name: 'persons', of: 'persons', by: 'id', orderBy: 'id' },
  { name: 'person_phones', of: 'persons', by: 'person_id', orderBy: 'person_id' },
  { name: 'person_consents', of: 'persons', by: 'person_id', orderBy: 'id' },
  { name: 'person_wishes', of: 'persons', by: 'person_id', orderBy: 'id' },
  { name: 'person_tellings', of: 'persons', by: 'person_id', orderBy: 'id' },
  { name: 'devices', of: 'devices', by: 'id', orderBy: 'id' },
  { name: 'device_assignments', of: 'assignments', by: 'id', orderBy: 'id' },
  { name: 'protection_orders', of: 'order', by: 'id', orderBy: 'id' },
  {
    name: 'protection_order_versions',
    of: 'order',
    by: 'protection_order_id',
    orderBy: 'version',
  },
  { name: 'enforceability_assessments', of: 'assessments', by: 'id', orderBy: 'id' },
  { name: 'order_acts', of: 'order', by: 'protection_order_id', orderBy: 'id' },
  { name: 'order_reminders', of: 'order', by: 'protection_order_id', orderBy: 'id' },
  // Whoever is not known there leads nothing there.
  { name: 'case_roles', of: 'order', by: 'protection_order_id', orderBy: 'id' },
  { name: 'screenings', of: 'order', by: 'protection_order_id', orderBy: 'id' },
  { name: 'joined_orders', of: 'order', by: 'protection_order_id', orderBy: 'id' },
  { name: 'household_links', of: 'order', by: 'protection_order_id', orderBy: 'id' },
  { name: 'relocations', of: 'order', by: 'protection_order_id', orderBy: 'id', isAskedHere: true },
  {
    name: 'relocation_questions',
    of: 'order',
    by: 'protection_order_id',
    orderBy: 'id',
    isAskedHere: true,
  },
  {
    name: 'protection_states',
    of: 'order',
    by: 'protection_order_id',
    orderBy: 'id',
    leftOut: { id: 'made anew' },
  },
  { name: 'proposals', of: 'order', by: 'protection_order_id', orderBy: 'id' },
  { name: 'decisions', of: 'order', by: 'protection_order_id', orderBy: 'id' },
  { name: 'retention_holds', of: 'order', by: 'protection_order_id', orderBy: 'id' },
  { name: 'alerts', of: 'alerts', by: 'id', orderBy: 'id' },
  {
    name: 'partner_notices',
    of: 'order',
    by: 'protection_order_id',
    orderBy: 'id',
    // Partners are of a server: there nothing is sent or asked for again.
    leftOut: {
      partner_id: 'made anew',
      next_attempt_at: 'made anew',
      alert_id: 'made anew',
      stage: 'over',
    },
  },
  { name: 'alert_transitions', of: 'alerts', by: 'alert_id', orderBy: 'id' },
  { name: 'alert_shelvings', of: 'alerts', by: 'alert_id', orderBy: 'alert_id' },
  { name: 'escalations', of: 'alerts', by: 'alert_id', orderBy: 'id' },
  { name: 'person_sightings', of: 'order', by: 'protection_order_id', orderBy: 'id' },
  {
    name: 'fixes',
    of: 'windows',
    orderBy: 'recorded_at',
    sortedBy: ['longitude', 'latitude'],
    // The place in the journal of that server.
    leftOut: { journal_id: 'nought' },
  },
  {
    name: 'device_events',
    of: 'windows',
    orderBy: `recorded_at, kind collate "C"`,
    leftOut: { journal_id: 'nought' },
  },
  {
    name: 'disbelieved_fixes',
    of: 'windows',
    orderBy: 'recorded_at',
    sortedBy: ['longitude', 'latitude', 'learnedAt'],
  },
  {
    name: 'alert_events',
    of: 'alerts',
    by: 'alert_id',
    orderBy: 'sequence',
    // Told where it comes from: below every number that a desk or a receiver follows from.
    leftOut: { sequence: 'below', dispatched_at: 'now' },
  },
]

export type CaseTable = {
  readonly name: string
  readonly of:
    | 'order'
    | 'persons'
    | 'devices'
    | 'assignments'
    | 'vendors'
    | 'assessments'
    | 'alerts'
    | 'windows'
  /** The column that is compared with those ids; a window has device and time instead. */
  readonly by?: string
  readonly orderBy: string
  /** As a case meets moves that are known here, it may have more since it came. */
  readonly isAskedHere?: boolean
  /** Of rows of one moment, where that must be opened first. */
  readonly sortedBy?: readonly string[]
  /** Columns that mean nothing elsewhere, and what stands there after an import. */
  readonly leftOut?: Readonly<Record<string, 'made anew' | 'nought' | 'below' | 'now' | 'over'>>
}
