import type pg from 'pg'
import { advisoryLocks } from './advisory-locks.ts'
import { inTransaction } from './pool.ts'

/**
 * Gives each login what its work needs and no more, and says which policy is whose: a policy for
 * one login lets the planner use an index that begins with the organisation, one for all logins
 * does not. For the owner, after each migration, where there are logins of their own. Idempotent.
 */
export async function grantRoles(pool: pg.Pool): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await begin(tx)
    const { rows } = await tx.query<TableRow>(
      // Of partitions nothing is granted: read by its own name one would show everybody's rows.
      `select c.relname as name,
              array(select a.attname::text from pg_attribute a
                     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as columns
         from pg_class c where c.relnamespace = 'public'::regnamespace
          and c.relkind in ('r', 'p') and not c.relispartition order by c.relname`,
    )
    await tx.query(statementsFor(rows).join(';\n'))
    await assignPolicies(tx, true)
  })
}

/** Where one login does everything: every policy is for whoever asks, and what they say decides. */
export async function openPolicies(pool: pg.Pool): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await begin(tx)
    await assignPolicies(tx, false)
  })
}

/** Two processes that start together would change the same rows of the catalogue. */
async function begin(tx: pg.PoolClient): Promise<void> {
  await tx.query(`set local lock_timeout = '10s'`)
  await tx.query('select pg_advisory_xact_lock($1)', [advisoryLocks.migration])
}

/** Every login that runs for no person. */
const machinery = ['hoede_intake', 'hoede_evaluator', 'hoede_worker', 'hoede_audit', 'hoede_backup']

/** Of people: nothing at all of where somebody was from minute to minute. */
const peopleRights: Readonly<Record<string, string>> = {
  access_log: 'select, insert',
  alert_events: 'select, insert',
  alert_transitions: 'select, insert',
  alerts: 'select, update',
  audit_entries: 'select',
  audit_heads: 'select',
  audit_subjects: 'select',
  audit_witnesses: '',
  record_of_before: 'select',
  case_budgets: '',
  case_moves: 'select',
  case_reads: '',
  data_keys: '',
  decisions: 'select, insert, update',
  desk_looks: 'select, insert, update, delete',
  device_commands: '',
  device_events: '',
  disbelieved_fixes: '',
  erasures: 'select',
  evaluator_leases: '',
  evaluator_snapshots: '',
  fixes: '',
  floods: 'select',
  journal: '',
  journal_positions: '',
  journal_waiting: '',
  journal_withheld: '',
  latest_sightings: 'select',
  hand_overs: 'select, insert',
  order_acts: 'select, insert',
  partner_notices: 'select',
  person_consents: 'select, insert',
  person_sightings: 'select',
  person_tellings: 'select, insert',
  person_wishes: 'select, insert',
  persons_in: 'select',
  protection_order_versions: 'select, insert',
  protection_states: 'select',
  quarantined_fixes: 'select',
  known_browsers: '',
  passkeys: '',
  rejudgements: '',
  response_protocols: 'select, insert',
  risk_profiles: 'select, insert',
  order_types: 'select, insert',
  retention_terms: '',
  server_keys: '',
  sign_in_links: '',
  staff_secrets: '',
  staff_sessions: '',
  staff_trainings: 'select',
  used_challenges: '',
  schema_migrations: 'select',
  wanted_intervals: '',
  webhook_deliveries: 'select',
}
/** A table that is not named above is of people: policies keep its rows apart. */
const peopleRightsElse = 'select, insert, update'

/** Written by people alone, each held by policies; the machinery reads them. */
const registryTables = [
  'case_moves',
  'case_roles',
  'caseloads',
  'desk_organisations',
  'desks',
  'device_assignments',
  'devices',
  'escalation_ladders',
  'household_links',
  'joined_orders',
  'organisations',
  'partners',
  'persons',
  'protection_orders',
  'relocations',
  'retention_holds',
  'screenings',
  'units',
  'vendors',
]

const journalTables = ['journal', 'journal_positions', 'journal_waiting']

const alertTables = ['alerts', 'alert_events', 'alert_transitions', 'escalations']

/** Of which rows go when the time of a case is over. */
const erasedTables =
  'case_roles, decisions, household_links, joined_orders, latest_sightings, person_consents, person_phones, person_sightings, person_wishes, protection_states, relocations, screenings'

/** Beside reading, which all of them may. */
const machineryWrites: Readonly<Record<string, readonly string[]>> = {
  hoede_intake: [
    ...alertTables,
    'api_clients',
    'data_keys',
    ...journalTables,
    'known_browsers',
    // Who has read which case.
    'case_budgets',
    'case_reads',
    // What a protected person saw.
    'person_sightings',
    // What a partner fetches and receives.
    'partner_notices',
    'passkeys',
    'quarantined_fixes',
    'server_keys',
    'sign_in_links',
    'staff_secrets',
    'staff_sessions',
    'staff_trainings',
    'used_challenges',
    'webhook_deliveries',
    'webhook_subscriptions',
  ],
  hoede_evaluator: [
    ...alertTables,
    'data_keys',
    'device_commands',
    'disbelieved_fixes',
    'evaluator_leases',
    'evaluator_snapshots',
    ...journalTables,
    'journal_withheld',
    'latest_sightings',
    'protection_states',
    'quarantined_fixes',
    'rejudgements',
    'wanted_intervals',
  ],
  hoede_worker: [
    ...alertTables,
    ...erasedTables.split(', '),
    'audit_heads',
    'audit_witnesses',
    'data_keys',
    'device_commands',
    'device_events',
    'disbelieved_fixes',
    'enforceability_assessments',
    'erasures',
    'evaluator_snapshots',
    'fixes',
    'floods',
    ...journalTables,
    'journal_withheld',
    'order_acts',
    'order_reminders',
    'partner_notices',
    'person_tellings',
    'persons',
    'proposals',
    // A suspension ends by itself.
    'protection_order_versions',
    'protection_orders',
    'quarantined_fixes',
    'relocation_questions',
    'webhook_deliveries',
    'webhook_subscriptions',
  ],
  hoede_audit: ['access_log'],
  hoede_backup: [],
}

/**
 * Whoever signs in is nobody yet: what is about that, and named nowhere here, is written by the
 * part that finds out who calls.
 */
function isWrittenBy(role: string, table: string): boolean {
  if (machineryWrites[role]?.includes(table) === true) return true
  if (role !== 'hoede_intake') return false
  const isNamed =
    table in peopleRights ||
    registryTables.includes(table) ||
    Object.values(machineryWrites).some((names) => names.includes(table))
  return !isNamed
}

type TableRow = { readonly name: string; readonly columns: readonly string[] }

function statementsFor(rows: readonly TableRow[]): readonly string[] {
  const tables = rows.map(({ name }) => name)
  const byRights = Map.groupBy(tables, (table) => peopleRights[table] ?? peopleRightsElse)
  const roles = machinery.join(', ')
  return [
    `revoke all on all tables in schema public from hoede_api, ${roles}`,
    ...[...byRights]
      .filter(([rights]) => rights !== '')
      .map(([rights, names]) => `grant ${rights} on ${names.join(', ')} to hoede_api`),
    ...rows.flatMap(hidingStatements),
    `grant select on ${tables.join(', ')} to ${roles}`,
    ...machinery.flatMap((role) => {
      const written = tables.filter((table) => isWrittenBy(role, table))
      if (written.length === 0) return []
      return [`grant insert, update, delete on ${written.join(', ')} to ${role}`]
    }),
    ...common,
  ]
}

/**
 * Whoever reads the hash of a secret could say to be its holder: `asPerson` asks for no more. So
 * people's login reads every column but that.
 */
function hidingStatements({ name, columns }: TableRow): readonly string[] {
  if (!columns.includes(secretColumn)) return []
  const shown = columns.filter((column) => column !== secretColumn)
  return [
    `revoke select on ${name} from hoede_api`,
    `grant select (${shown.map((column) => `"${column}"`).join(', ')}) on ${name} to hoede_api`,
  ]
}

const secretColumn = 'token_hash'

const common = [
  `grant usage on all sequences in schema public to ${machinery.join(', ')}`,
  'grant select on all sequences in schema public to hoede_backup',
  `grant execute on function hoede_next_event_number() to hoede_api, ${machinery.join(', ')}`,
  `grant execute on function hoede_journal_change(bytea), hoede_propose_move(uuid, uuid, uuid),
     hoede_decline_move(uuid, uuid), hoede_accept_move(uuid, uuid),
     hoede_record_move(uuid, bytea[], bytea[]), hoede_is_under_order(uuid), hoede_is_held(uuid),
     hoede_held_people(uuid[]), hoede_share_case_roles(uuid, uuid, timestamptz) to hoede_api`,
  `grant execute on function hoede_journal_change(bytea), hoede_destroy_keys_of_case(uuid, uuid[]),
     hoede_make_fix_partition(date), hoede_drop_fix_partition(text),
     hoede_drop_default_fixes(timestamptz), hoede_destroy_keys_before(text, date),
     hoede_destroy_keys_of_assessments(uuid[]), hoede_destroy_keys_of_unused(uuid[]),
     hoede_destroy_keys_of_positions(date), hoede_destroy_keys_of_journal(date),
     hoede_copy_move(uuid, uuid, uuid, text, text, boolean, timestamptz),
     hoede_is_held(uuid), hoede_held_people(uuid[]), hoede_held_windows() to hoede_worker`,
  // Nobody changes or removes what was recorded of readings.
  `revoke update, delete, truncate on access_log from hoede_audit`,
  // Keys are made wherever something is sealed, and destroyed by functions alone: where two people
  // have asked for it, and with the last of what they seal.
  'revoke delete on data_keys from hoede_intake, hoede_evaluator, hoede_worker',
  'revoke update on data_keys from hoede_intake, hoede_evaluator, hoede_worker',
  'grant execute on function hoede_destroy_key_of_ended_case(uuid) to hoede_intake',
  // Whoever erases adds nothing.
  `revoke insert, update on ${erasedTables} from hoede_worker`,
  `revoke insert on person_tellings, persons from hoede_worker`,
  'revoke insert, update on evaluator_snapshots from hoede_worker',
  // Where somebody lived goes with them, out of cases that do not name them too.
  'grant update (old_address, new_address) on relocations to hoede_worker',
  // When somebody was registered is what their time is counted from.
  'revoke update on persons from hoede_worker; grant update (reference) on persons to hoede_worker',
  // Typed words go with the case.
  'grant update (reason, document_reference, release_reason) on retention_holds to hoede_worker; grant update (reason) on break_glasses to hoede_worker',
]

/** Only where it is not so yet: a policy changes under a lock that readers wait for. */
async function assignPolicies(tx: pg.PoolClient, hasLogins: boolean): Promise<void> {
  const { rows } = await tx.query<PolicyRow>(
    `select format('%I on %s', p.polname, p.polrelid::regclass) as policy, p.polname = 'machinery' as "isMachinery",
            current_user::text as owner, pg_get_expr(p.polqual, p.polrelid) as condition,
            array(select coalesce(r.rolname::text, 'public') from unnest(p.polroles) as u (oid)
                    left join pg_roles r on r.oid = u.oid order by 1) as roles
       from pg_policy p join pg_class c on c.oid = p.polrelid
      where c.relnamespace = 'public'::regnamespace`,
  )
  for (const { policy, isMachinery, owner, condition, roles } of rows) {
    const separate = isMachinery ? [...machinery, owner] : ['hoede_api']
    const wanted = hasLogins ? separate : ['public']
    // Of a login of its own nothing need be asked; by the word of a connection each statement is.
    const isAsked = isMachinery && (condition !== 'true') === hasLogins
    if (!isAsked && wanted.toSorted().join() === roles.toSorted().join()) continue
    const using = hasLogins ? 'true' : '(select public.hoede_part()) is not null'
    await tx.query(
      `alter policy ${policy} to ${wanted.join(', ')} ${isMachinery ? `using (${using})` : ''}`,
    )
  }
}

type PolicyRow = {
  readonly policy: string
  readonly isMachinery: boolean
  readonly owner: string
  readonly condition: string | null
  readonly roles: readonly string[]
}
