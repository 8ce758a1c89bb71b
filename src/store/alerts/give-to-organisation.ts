import type { Db } from '../pg/pool.ts'

/** An alert of no order is otherwise that of every organisation. */
export async function giveToOrganisation(
  tx: Db,
  id: string,
  organisationId: string,
): Promise<void> {
  await tx.query('update alerts set organisation_id = $2 where id = $1', [id, organisationId])
  for (const table of ['alert_events', 'alert_transitions', 'escalations']) {
    await tx.query(`update ${table} set organisation_id = $2 where alert_id = $1`, [
      id,
      organisationId,
    ])
  }
}
