import type { Act } from '../../record/act.ts'
import type { Db } from '../pg/pool.ts'

/**
 * On whose record an act belongs: of the organisation that has the case, whoever acted; without a
 * case of one that knows the person, of whoever acted if they do, and else their own. People of
 * several organisations make several acts, so that no record names anybody of another one.
 */
export async function splitByOwner<Part extends Concerning>(
  db: Db,
  act: Part,
): Promise<readonly Part[]> {
  const { organisationId, alertId, protectionOrderId, personIds } = act
  if (alertId === null && protectionOrderId === null && personIds.length === 0) return [act]
  const { rows } = await db.query<{ readonly ofCase: string | null; readonly ofPeople: string[] }>(
    `select coalesce((select a.organisation_id from alerts a where a.id = $1),
                     (select o.organisation_id from protection_orders o where o.id = $2))::text as "ofCase",
            array(select coalesce(
                    (select i.organisation_id from persons_in i where i.person_id = p.id
                      order by i.organisation_id <> $4, i.organisation_id limit 1), $4)::text
                    from unnest($3::uuid[]) with ordinality as p (id, place) order by p.place) as "ofPeople"`,
    [alertId, protectionOrderId, personIds, organisationId],
  )
  const ofCase = rows[0]?.ofCase ?? null
  if (ofCase !== null) return [{ ...act, organisationId: ofCase }]
  const owners = rows[0]?.ofPeople ?? []
  if (personIds.length === 0) return [act]
  const byOwner = Map.groupBy(personIds, (_, place) => owners[place] ?? organisationId)
  // In one order always: whoever writes on two records locks both.
  return [...byOwner]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([owner, ids]) => ({ ...act, organisationId: owner, personIds: ids }))
}

type Concerning = Pick<Act, 'organisationId' | 'alertId' | 'protectionOrderId' | 'personIds'>
