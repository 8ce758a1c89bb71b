import { retentionTerms } from '../../core/model/retention-terms.ts'
import { StartError } from '../../errors.ts'
import type { Db } from '../pg/pool.ts'

/**
 * Puts the terms of this program where the database looks them up before it destroys a key: for
 * the owner, after each migration. A term that was changed under the number of another one is
 * refused, because nobody could say by which of them something was erased.
 */
export async function storeRetentionTerms(db: Db): Promise<void> {
  const { graceDays, purposes, unused, version } = retentionTerms
  const days = {
    monitoring: purposes.monitoring.days,
    evidence: purposes.evidence.days,
    unused: unused.days,
  }
  for (const [purpose, term] of Object.entries(days)) {
    if (term === null) continue
    await db.query(
      `insert into retention_terms (version, purpose, days, grace_days) values ($1, $2, $3, $4) on conflict do nothing`,
      [version, purpose, term, graceDays],
    )
    const { rows } = await db.query(
      'select from retention_terms where version = $1 and purpose = $2 and days = $3 and grace_days = $4',
      [version, purpose, term, graceDays],
    )
    if (rows.length === 0)
      throw new StartError(
        'migration-failed',
        `The terms of version ${version} in retention-terms.json are others than the ones that were stored as that version. Raise the version.`,
      )
  }
}
