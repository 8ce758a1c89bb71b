import type { StaffRole } from '../../core/model/contract-words.ts'
import type { Db } from '../pg/pool.ts'
import { onlyRow } from '../registry/registry-rows.ts'

export type StaffAccount = {
  readonly id: string
  readonly organisationId: string
  readonly displayName: string
  /** Who says who they are: an issuer's address, or `local` for this server itself. */
  readonly issuer: string
  /** Null where an issuer says who they are, or nothing to sign in with was chosen yet. */
  readonly signInName: string | null
  readonly roles: readonly StaffRole[]
  readonly hasPassword: boolean
  readonly passkeyCount: number
  readonly createdAtMs: number
  readonly disabledAtMs: number | null
  /** A link was made for them that waits for another administrator. */
  readonly isLinkWaiting: boolean
}

export const localIssuer = 'local'

/** Somebody of this organisation; with a subject of their own where no issuer gave one. */
export async function insertStaff(
  tx: Db,
  staff: {
    readonly organisationId: string
    readonly displayName: string
    readonly issuer: string
    readonly subject: string | null
  },
): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `with made as (select uuidv7() as id)
     insert into staff (id, organisation_id, issuer, subject, display_name)
     select id, $1, $2, coalesce($3, id::text), $4 from made returning id`,
    [staff.organisationId, staff.issuer, staff.subject, staff.displayName],
  )
  return onlyRow(rows).id
}

/** Ends the roles that are not among these, and begins those that are new. */
export async function setStaffRoles(
  tx: Db,
  staffId: string,
  roles: readonly StaffRole[],
  givenBy: string | null,
): Promise<void> {
  await tx.query(
    `update staff_roles set until = greatest(now(), "from" + interval '1 microsecond')
      where staff_id = $1 and (until is null or until > now()) and role <> all($2)`,
    [staffId, roles],
  )
  await tx.query(
    `insert into staff_roles (staff_id, role, given_by)
     select $1, given.role, $3 from unnest($2::text[]) as given (role)
      where not exists (select from staff_roles r where r.staff_id = $1 and r.role = given.role
                           and (r.until is null or r.until > now()))`,
    [staffId, roles, givenBy],
  )
}

export async function findStaff(db: Db, id: string): Promise<StaffAccount | null> {
  const { rows } = await db.query<StaffRow>(`${selectStaff} where s.id = $1`, [id])
  return rows[0] === undefined ? null : staffOf(rows[0])
}

/** Whom an issuer means by its subject. */
export async function findStaffByIssuer(
  db: Db,
  issuer: string,
  subject: string,
): Promise<StaffAccount | null> {
  const { rows } = await db.query<StaffRow>(
    `${selectStaff} where s.issuer = $1 and s.subject = $2`,
    [issuer, subject],
  )
  return rows[0] === undefined ? null : staffOf(rows[0])
}

/** The people of one organisation, or of all. */
export async function listStaff(
  db: Db,
  page: {
    readonly organisationId: string | null
    readonly afterId: string | null
    readonly limit: number
  },
): Promise<StaffAccount[]> {
  const { rows } = await db.query<StaffRow>(
    `${selectStaff} where ($1::uuid is null or s.organisation_id = $1) and ($2::uuid is null or s.id > $2)
      order by s.id limit $3`,
    [page.organisationId, page.afterId, page.limit],
  )
  return rows.map(staffOf)
}

export async function setStaffDisabled(db: Db, id: string, isDisabled: boolean): Promise<void> {
  await db.query(
    `update staff set disabled_at = case when $2 then coalesce(disabled_at, now()) end where id = $1`,
    [id, isDisabled],
  )
}

export async function organisationExists(db: Db, id: string): Promise<boolean> {
  const { rows } = await db.query('select from organisations where id = $1', [id])
  return rows.length > 0
}

export async function hasStaff(db: Db): Promise<boolean> {
  const { rows } = await db.query('select from staff limit 1')
  return rows.length > 0
}

/** Whether somebody else of the organisation can still administer: the last one may not leave. */
export async function hasOtherAdministrator(
  db: Db,
  organisationId: string,
  exceptId: string,
): Promise<boolean> {
  const { rows } = await db.query(
    `select from staff s join staff_roles r on r.staff_id = s.id
      where s.organisation_id = $1 and s.id <> $2 and s.disabled_at is null and r.role = 'administrator'
        and (r.until is null or r.until > now()) limit 1`,
    [organisationId, exceptId],
  )
  return rows.length > 0
}

/**
 * Whether anybody but these has ever administered the organisation, or the installation, and could
 * sign in: also who may no more, so that nobody becomes the only one again by shutting others out.
 */
export async function hadOtherAdministrator(
  db: Db,
  organisationIds: readonly string[],
  exceptIds: readonly string[],
): Promise<boolean> {
  const { rows } = await db.query(
    `select from staff s join staff_roles r on r.staff_id = s.id and r.role = 'administrator'
      where s.organisation_id = any($1) and s.id <> all($2)
        and (s.issuer <> 'local' or exists (select from staff_sessions e where e.staff_id = s.id)) limit 1`,
    [organisationIds, exceptIds],
  )
  return rows.length > 0
}

const selectStaff = `select s.id, s.organisation_id, s.display_name, s.issuer, k.sign_in_name, s.created_at, s.disabled_at,
    k.password_hash is not null as has_password,
    (select count(*)::int from passkeys p where p.staff_id = s.id) as passkey_count,
    coalesce((select l.needs_second and l.confirmed_by is null and l.used_at is null from sign_in_links l
      where l.staff_id = s.id order by l.id desc limit 1), false) as is_link_waiting,
    array(select distinct r.role from staff_roles r where r.staff_id = s.id and r."from" <= now()
             and (r.until is null or r.until > now()) order by r.role) as roles
  from staff s left join staff_secrets k on k.staff_id = s.id`

type StaffRow = {
  readonly id: string
  readonly organisation_id: string
  readonly display_name: string
  readonly issuer: string
  readonly sign_in_name: string | null
  readonly created_at: Date
  readonly disabled_at: Date | null
  readonly has_password: boolean
  readonly passkey_count: number
  readonly is_link_waiting: boolean
  readonly roles: readonly StaffRole[]
}

function staffOf(row: StaffRow): StaffAccount {
  return {
    id: row.id,
    organisationId: row.organisation_id,
    displayName: row.display_name,
    issuer: row.issuer,
    signInName: row.sign_in_name,
    roles: row.roles,
    hasPassword: row.has_password,
    passkeyCount: row.passkey_count,
    createdAtMs: row.created_at.getTime(),
    disabledAtMs: row.disabled_at?.getTime() ?? null,
    isLinkWaiting: row.is_link_waiting,
  }
}
