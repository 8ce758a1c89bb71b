import type pg from 'pg'
import type { Evidence } from '../../core/model/alert.ts'
import { ownQuarantineCodes, sealRefusedBody } from '../journal/quarantine.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { sealAssessment, type AssessmentTexts } from './sealed-assessments.ts'
import { sealEvidence } from './sealed-evidence.ts'
import { sealOrder, type StoredOrder } from './sealed-orders.ts'
import { aboutPhone, scopeOfPerson } from '../registry/person-phones.ts'
import { sealSecret } from '../alerts/webhooks.ts'
import { isSealed, sealText } from './sealed-text.ts'

/**
 * What was stored before there were keys, in one transaction. Gives how many values were sealed.
 * The pages that held them, older backups and the log of the database still do.
 */
export async function sealOlder(tx: Db): Promise<number> {
  return (
    (await sealPhones(tx)) +
    (await sealSecrets(tx)) +
    (await sealVersions(tx)) +
    (await sealEvidences(tx)) +
    (await sealAssessments(tx)) +
    (await sealRefused(tx))
  )
}

async function sealPhones(tx: Db): Promise<number> {
  const { rows } = await tx.query<{ personId: string; phone: string }>(
    `select person_id as "personId", phone from person_phones where phone is not null for update`,
  )
  const plain = rows.filter(({ phone }) => !isSealed(phone))
  for (const { personId, phone } of plain) {
    await tx.query('update person_phones set phone = $2 where person_id = $1', [
      personId,
      await sealText(tx, scopeOfPerson(personId), aboutPhone(personId), phone),
    ])
  }
  return plain.length
}

async function sealSecrets(tx: Db): Promise<number> {
  const { rows } = await tx.query<{ id: string; url: string; secrets: string[] }>(
    'select id, url, secret || previous_secrets as secrets from webhook_subscriptions for update',
  )
  const plain = rows.filter(({ secrets }) => !secrets.every(isSealed))
  for (const { id, url, secrets } of plain) {
    const sealed: string[] = []
    for (const secret of secrets)
      sealed.push(isSealed(secret) ? secret : await sealSecret(tx, url, secret))
    await tx.query(
      'update webhook_subscriptions set secret = $2, previous_secrets = $3 where id = $1',
      [id, sealed[0], sealed.slice(1)],
    )
  }
  return plain.length
}

async function sealVersions(tx: Db): Promise<number> {
  return await sealBatches<{ id: string; version: number; body: StoredOrder }>(tx, {
    select: `select protection_order_id as id, version, body from protection_order_versions
              where not body ? 'sealed' and (body -> 'locationBans' <> '[]'
                or jsonb_path_exists(body, '$.proximityBans[*].fixedAddresses')) limit $1 for update`,
    seal: async ({ id, version, body }) => {
      await tx.query(
        'update protection_order_versions set body = $3 where protection_order_id = $1 and version = $2',
        [id, version, JSON.stringify(await sealOrder(tx, body))],
      )
    },
  })
}

async function sealEvidences(tx: Db): Promise<number> {
  return await sealBatches<{ id: string; protectionOrderId: string | null; evidence: Evidence }>(
    tx,
    {
      select: `select id, protection_order_id as "protectionOrderId", evidence from alerts
              where jsonb_path_exists(evidence, '$.fixes[*].longitude') limit $1 for update`,
      seal: async (alert) => {
        await tx.query('update alerts set evidence = $2 where id = $1', [
          alert.id,
          JSON.stringify(await sealEvidence(tx, alert)),
        ])
      },
    },
  )
}

async function sealAssessments(tx: Db): Promise<number> {
  return await sealBatches<AssessmentTexts>(tx, {
    select: `select id, label, question, answer, advice_court as "adviceCourt", advice_file as "adviceFile"
               from enforceability_assessments where not answer ? 'sealed' limit $1 for update`,
    seal: async (row) => {
      const sealed = await sealAssessment(tx, row)
      await tx.query(
        `update enforceability_assessments
            set label = $2, question = $3, answer = $4, advice_court = '', advice_file = '' where id = $1`,
        [row.id, sealed.label, JSON.stringify(sealed.question), JSON.stringify(sealed.answer)],
      )
    },
  })
}

async function sealRefused(tx: Db): Promise<number> {
  return await sealBatches<{ id: string; receivedAtMs: number; body: unknown }>(tx, {
    select: `select id, ${epochMs('received_at')} as "receivedAtMs", body from quarantined_fixes
              where code <> all('{${ownQuarantineCodes.join(',')}}') and body is not null
                and not (jsonb_typeof(body) = 'object' and body ? 'sealed') limit $1 for update`,
    seal: async (row) => {
      await tx.query('update quarantined_fixes set body = $2 where id = $1', [
        row.id,
        JSON.stringify(await sealRefusedBody(tx, row)),
      ])
    },
  })
}

/** Some at once: whoever was long without keys has more than memory holds. */
async function sealBatches<Row extends pg.QueryResultRow>(
  tx: Db,
  { select, seal }: { readonly select: string; readonly seal: (row: Row) => Promise<void> },
): Promise<number> {
  for (let count = 0; ;) {
    const { rows } = await tx.query<Row>(select, [rowsAtOnce])
    if (rows.length === 0) return count
    for (const row of rows) await seal(row)
    count += rows.length
  }
}

const rowsAtOnce = 500
