import type { AlertKind, AlertPriority } from '../../core/model/alert.ts'
import { dayMs } from '../../core/model/units.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import { aboutPlan, openWords, scopeOfOrganisation, sealWords } from '../keys/sealed-words.ts'
import { listShelved } from './shelvings.ts'

/**
 * Everything that the next shift must know of: what nobody has closed, by stretch of trouble; where
 * protection was made less by two people, by one, or at the moment of a planned change, until a
 * closed report has said so; orders that do not protect whole; orders about to end. Each with
 * whoever looks after it.
 */
export async function listHandOverItems(db: Db, nowMs: number): Promise<readonly HandOverItem[]> {
  const shelved = new Set((await listShelved(db, nowMs)).map(({ alertId }) => alertId))
  const open = await listOpen(db)
  const weakened = await listWeakened(db, nowMs)
  const degraded = await listDegraded(db)
  const ending = await listEnding(db, nowMs)
  const found = [
    ...open.map(({ alertIds, ...item }) => ({
      ...item,
      section: sectionOf(
        item.sinceMs,
        nowMs,
        alertIds.every((id) => shelved.has(id)),
      ),
    })),
    ...weakened.map((item) => ({ ...ofOrder, ...item, section: 'weakened' as const })),
    ...degraded.map((item) => ({ ...item, ...ofOrder, section: 'degraded' as const })),
    ...ending.map((item) => ({ ...item, ...ofOrder, section: 'ending' as const })),
  ]
  const owners = await listOwners(
    db,
    found.map(({ key }) => key),
  )
  return found.map(({ handlerId, handlerName, handledAtMs, ...item }) => {
    const owner = owners.get(item.key)
    const handler = { ownerId: handlerId, ownerName: handlerName, atMs: handledAtMs }
    const { ownerId, ownerName, atMs } = newestOf(owner ?? null, handler)
    return {
      ...item,
      ownerId,
      ownerName,
      isOwnerFromBefore: ownerId !== null && atMs !== null && nowMs - atMs > ownerMsMax,
      plan: owner?.plan ?? null,
      changedAtMs: owner?.changedAtMs ?? null,
    }
  })
}

/** Whoever was named last, or has taken the alert over since. */
function newestOf(owner: Owner | null, handler: Handler): Handler {
  if (owner === null || owner.ownerId === null) return handler
  const { ownerId, ownerName, changedAtMs } = owner
  const isTakenSince =
    handler.ownerId !== null && handler.atMs !== null && handler.atMs > changedAtMs
  if (isTakenSince) return handler
  // An order is looked after for as long as it runs, whoever has the shift.
  return { ownerId, ownerName, atMs: owner.key.startsWith('incident:') ? changedAtMs : null }
}

type Handler = {
  readonly ownerId: string | null
  readonly ownerName: string | null
  /** Since when; null: for as long as it lasts. */
  readonly atMs: number | null
}

/**
 * Gives something an owner, and how they go on; false: somebody else has since `basedOnMs`, and
 * nothing was changed.
 */
export async function saveOwner(
  tx: Db,
  owner: {
    readonly organisationId: string
    readonly key: string
    readonly ownerId: string
    readonly plan: string | null
    readonly by: string
    readonly nowMs: number
    /** The last change that was seen; null: none. */
    readonly basedOnMs: number | null
  },
): Promise<boolean> {
  const scope = scopeOfOrganisation(owner.organisationId)
  const plan = await sealWords(tx, scope, aboutPlan(owner.key), owner.plan)
  const { rowCount } = await tx.query(
    `insert into hand_over_owners (key, owner_id, plan, by, at)
     values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))
     on conflict (organisation_id, key) do update set owner_id = excluded.owner_id, plan = excluded.plan,
       by = excluded.by, at = greatest(excluded.at, hand_over_owners.at + interval '1 millisecond')
      where hand_over_owners.at = to_timestamp($6::float8 / 1000)`,
    [owner.key, owner.ownerId, plan, owner.by, owner.nowMs, owner.basedOnMs],
  )
  return rowCount === 1
}

const handOverSections = ['open', 'stale', 'shelved', 'weakened', 'degraded', 'ending'] as const
export type HandOverSection = (typeof handOverSections)[number]

export type HandOverItem = {
  /** By what an owner is kept: `incident:…`, `weakened:…`, `degraded:…`, `ending:…`. */
  readonly key: string
  readonly section: HandOverSection
  readonly reference: string | null
  readonly incidentId: string | null
  readonly protectionOrderId: string | null
  readonly kind: AlertKind | null
  readonly priority: AlertPriority | null
  /** Of protection that was made less: the call that did it. */
  readonly act: string | null
  readonly isUnanswered: boolean
  /** Since when; of an order that ends: when it ends. */
  readonly sinceMs: number | null
  readonly ownerId: string | null
  readonly ownerName: string | null
  /** Of an incident: they have had it since before the half of a shift, and may be at home. */
  readonly isOwnerFromBefore: boolean
  readonly plan: string | null
  /** When its owner or plan was last set; null: never. */
  readonly changedAtMs: number | null
}

/** Open for longer than a shift: it needs a plan, and not only an owner. */
export const staleMs = 8 * 3_600_000
/** Half a shift: who was named before that was named for a shift that ends, or has ended. */
const ownerMsMax = staleMs / 2
/** So long before an order ends somebody must have decided what follows. */
const endingMs = 14 * dayMs
/** Whoever closes no report for so long hands nothing over. */
const weakenedMsMax = 7 * dayMs

type FoundItem = Omit<
  HandOverItem,
  'section' | 'ownerId' | 'ownerName' | 'isOwnerFromBefore' | 'plan' | 'changedAtMs'
> & {
  readonly handlerId: string | null
  readonly handlerName: string | null
  readonly handledAtMs: number | null
}

const ofOrder = {
  incidentId: null,
  kind: null,
  priority: null,
  act: null,
  isUnanswered: false,
  handlerId: null,
  handlerName: null,
  handledAtMs: null,
} as const

function sectionOf(sinceMs: number | null, nowMs: number, isShelved: boolean): HandOverSection {
  if (isShelved) return 'shelved'
  return sinceMs !== null && nowMs - sinceMs > staleMs ? 'stale' : 'open'
}

async function listOpen(
  db: Db,
): Promise<readonly (FoundItem & { readonly alertIds: readonly string[] })[]> {
  const { rows } = await db.query<FoundItem & { readonly alertIds: readonly string[] }>(
    `with lead as (
       select distinct on (coalesce(a.incident_id, a.id)) coalesce(a.incident_id, a.id) as incident_id, a.kind,
         a.priority, a.status, a.protection_order_id, a.vendor_id, a.acknowledged_by,
         a.acknowledged_at
         from alerts a where a.status <> 'closed'
        order by coalesce(a.incident_id, a.id), a.priority, case a.status when 'open' then 0 else 1 end, a.raised_at
     ), whole as (
       select coalesce(a.incident_id, a.id) as incident_id, min(a.raised_at) as since, array_agg(a.id) as ids
         from alerts a where a.status <> 'closed' group by 1
     )
     select 'incident:' || l.incident_id as key, l.incident_id as "incidentId", l.kind, l.priority,
       null as act, l.status = 'open' as "isUnanswered", l.protection_order_id as "protectionOrderId",
       coalesce(o.reference, v.name) as reference, ${epochMs('w.since')} as "sinceMs", w.ids as "alertIds",
       case when l.status = 'open' then null else l.acknowledged_by end as "handlerId",
       case when l.status = 'open' then null else coalesce(s.display_name, c.name) end as "handlerName",
       case when l.status <> 'open' then ${epochMs('l.acknowledged_at')} end as "handledAtMs"
       from lead l join whole w on w.incident_id = l.incident_id
       left join protection_orders o on o.id = l.protection_order_id
       left join vendors v on v.id = l.vendor_id
       left join staff s on s.id = l.acknowledged_by left join api_clients c on c.id = l.acknowledged_by
      order by l.priority, w.since limit $1`,
    [itemCountMax],
  )
  return rows
}

/** When two people had decided it, or one did it; of what was planned, when it began. */
const doneAt = `case when p.status = 'begun' then p.enacted_at else coalesce(p.decided_at, p.enacted_at) end`

/** What still waits for a second person is not here: it is an alert that is open. */
async function listWeakened(db: Db, nowMs: number): Promise<readonly Weakened[]> {
  const { rows } = await db.query<Weakened>(
    `select 'weakened:' || p.id as key, o.reference, p.protection_order_id as "protectionOrderId", p.act,
       ${epochMs(doneAt)} as "sinceMs", p.proposed_by as "handlerId",
       coalesce(s.display_name, c.name) as "handlerName"
       from proposals p left join protection_orders o on o.id = p.protection_order_id
       left join staff s on s.id = p.proposed_by left join api_clients c on c.id = p.proposed_by
      where (p.status in ('confirmed', 'alone') or (p.status = 'begun' and p.weakens <> '{}'))
        and ${doneAt} > to_timestamp($1::float8 / 1000)
        and not exists (
          select from hand_overs h where h.at > ${doneAt}
             and h.items @> jsonb_build_array(jsonb_build_object('key', 'weakened:' || p.id)))
      order by ${doneAt} limit $2`,
    [nowMs - weakenedMsMax, itemCountMax],
  )
  return rows
}

type Weakened = OfOrder & Pick<FoundItem, 'act' | 'handlerId' | 'handlerName'>

type OfOrder = Pick<FoundItem, 'key' | 'reference' | 'protectionOrderId' | 'sinceMs'>

async function listDegraded(db: Db): Promise<readonly OfOrder[]> {
  const { rows } = await db.query<OfOrder>(
    `select 'degraded:' || o.id as key, o.reference, o.id as "protectionOrderId", ${epochMs('s.at')} as "sinceMs"
       from protection_orders o
       join lateral (
         select p.state, p.reasons, p.at from protection_states p where p.protection_order_id = o.id
          order by p.id desc limit 1) s on true
      where o.status = 'active' and s.state <> 'protected'
        and not s.reasons @> '[{"code": "order-not-in-force"}]'
      order by s.at limit $1`,
    [itemCountMax],
  )
  return rows
}

async function listEnding(db: Db, nowMs: number): Promise<readonly OfOrder[]> {
  const { rows } = await db.query<OfOrder>(
    `select 'ending:' || id as key, reference, id as "protectionOrderId", ${epochMs('valid_until')} as "sinceMs"
       from protection_orders
      -- Until somebody has decided: one that has lapsed, or is suspended, ends as well.
      where status <> 'ended' and valid_until <= to_timestamp($1::float8 / 1000)
      order by valid_until limit $2`,
    [nowMs + endingMs, itemCountMax],
  )
  return rows
}

/** More than this is no shift's work, and is seen to be cut by its round number. */
export const itemCountMax = 2_000

/** Whoever may no longer work here looks after nothing. */
async function listOwners(db: Db, keys: readonly string[]): Promise<ReadonlyMap<string, Owner>> {
  const { rows } = await db.query<Owner>(
    `select h.key, s.id as "ownerId", s.display_name as "ownerName",
       case when s.id is not null then h.plan end as plan, ${epochMs('h.at')} as "changedAtMs"
       from hand_over_owners h left join staff s on s.id = h.owner_id and s.disabled_at is null
      where h.key = any($1)`,
    [keys],
  )
  const told = await openWords(db, rows, 'plan', ({ key }) => aboutPlan(key))
  return new Map(told.map((owner) => [owner.key, owner]))
}

type Owner = {
  readonly key: string
  readonly ownerId: string | null
  readonly ownerName: string | null
  readonly plan: string | null
  readonly changedAtMs: number
}
