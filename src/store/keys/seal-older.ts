import { encodeRegistryChange } from '../journal/journal-codec.ts'
import { journalKinds } from '../journal/journal-kinds.ts'
import {
  openRefused,
  ownQuarantineCodes,
  refusedColumns,
  sealRefusedBody,
  type RefusedRow,
} from '../journal/quarantine.ts'
import type { Db } from '../pg/pool.ts'
import { sealAssessment, type AssessmentTexts } from './sealed-assessments.ts'
import { openEvidences, sealEvidence, type StoredEvidence } from './sealed-evidence.ts'
import {
  aboutCodesOf,
  aboutCodesOfLink,
  isSealedCodeSecret,
  sealCodeSecret,
} from './sealed-codes.ts'
import { findKeyState } from './data-keys.ts'
import { unlessUnusable } from './unusable-key.ts'
import { openOrders, scopeOfCase, sealOrder, type StoredOrder } from './sealed-orders.ts'
import { readChange } from '../registry/read-orders.ts'
import { aboutPhone, scopeOfPerson } from '../registry/person-phones.ts'
import { sealSecret } from '../alerts/webhooks.ts'
import { isSealed, sealText } from './sealed-text.ts'
import { sealBatches } from './seal-batches.ts'
import { sealOlderWords } from './seal-older-words.ts'

/**
 * What was stored before there were keys, in one transaction. Gives how many values were sealed.
 * The pages that held them, older backups and the log of the database still do.
 */
export async function sealOlder(tx: Db): Promise<number> {
  return (
    (await sealPhones(tx)) +
    (await sealOlderWords(tx)) +
    (await sealSecrets(tx)) +
    (await sealCodeSecrets(tx)) +
    (await sealVersions(tx)) +
    (await sealJournaled(tx)) +
    (await sealProposed(tx)) +
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

/** Those of links too, which nobody has opened yet. */
async function sealCodeSecrets(tx: Db): Promise<number> {
  const { rows: staff } = await tx.query<{ id: string; secret: Buffer }>(
    `select staff_id as id, totp_secret as secret from staff_secrets where totp_secret is not null for update`,
  )
  const openOfStaff = staff.filter(({ secret }) => !isSealedCodeSecret(secret))
  for (const { id, secret } of openOfStaff) {
    await tx.query('update staff_secrets set totp_secret = $2 where staff_id = $1', [
      id,
      await sealCodeSecret(tx, aboutCodesOf(id), secret),
    ])
  }
  const { rows: links } = await tx.query<{ hash: Buffer; secret: Buffer }>(
    `select token_hash as hash, totp_secret as secret from sign_in_links for update`,
  )
  const openOfLinks = links.filter(({ secret }) => !isSealedCodeSecret(secret))
  for (const { hash, secret } of openOfLinks) {
    await tx.query('update sign_in_links set totp_secret = $2 where token_hash = $1', [
      hash,
      await sealCodeSecret(tx, aboutCodesOfLink(hash), secret),
    ])
  }
  return openOfStaff.length + openOfLinks.length
}

async function sealVersions(tx: Db): Promise<number> {
  return await sealBatches<{ id: string; version: number; body: StoredOrder }>(tx, {
    select: `select protection_order_id as id, version, body, concat(protection_order_id, ' ', lpad(version::text, 9, '0')) as mark
               from protection_order_versions
              where jsonb_typeof(body) = 'object' and not coalesce(body -> 'sealed' ? 'terms', false)
                and body ->> 'reference' is distinct from 'erased'`,
    seal: async ({ id, version, body }) => {
      const sealed = await sealAnew(tx, body)
      if (sealed === null) return false
      await tx.query(
        'update protection_order_versions set body = $3 where protection_order_id = $1 and version = $2',
        [id, version, JSON.stringify(sealed)],
      )
      return true
    },
  })
}

/** Each version stands in the journal too. */
async function sealJournaled(tx: Db): Promise<number> {
  return await sealBatches<{ id: number; payload: Buffer }>(tx, {
    select: `select id, payload, lpad(id::text, 19, '0') as mark from journal
              where kind = ${journalKinds.registryChange} and position('"protection-order"'::bytea in payload) > 0
                and position('"terms":"'::bytea in payload) = 0`,
    seal: async ({ id, payload }) => {
      const change = readChange(payload)
      if (change?.type !== 'protection-order') return false
      const { protectionOrder: stored } = change
      const protectionOrder = await sealOrErase(tx, stored)
      if (protectionOrder === null) return false
      await tx.query('update journal set payload = $2 where id = $1', [
        id,
        encodeRegistryChange({ ...change, protectionOrder }),
      ])
      return true
    },
  })
}

async function sealProposed(tx: Db): Promise<number> {
  return await sealBatches<{ id: string; order: StoredOrder }>(tx, {
    select: `select id, change -> 'order' as order, id::text as mark from proposals
              where change ->> 'type' = 'order' and not coalesce(change -> 'order' -> 'sealed' ? 'terms', false)`,
    seal: async ({ id, order }) => {
      const sealed = await sealOrErase(tx, order)
      if (sealed === null) return false
      await tx.query(
        `update proposals set change = jsonb_set(change, '{order}', $2) where id = $1`,
        [id, JSON.stringify(sealed)],
      )
      return true
    },
  })
}

/** As orders are sealed now. Null: it does not open, or its key cannot be used, and it stays. */
async function sealAnew(tx: Db, stored: StoredOrder): Promise<StoredOrder | null> {
  const [order] = await openOrders(tx, [stored])
  if (order === undefined || order.isUnreadable === true) return null
  return await sealOrder(tx, order).catch(unlessUnusable)
}

/** What lay open of a case that was erased since goes with it. */
async function sealOrErase(tx: Db, stored: StoredOrder): Promise<StoredOrder | null> {
  const sealed = await sealAnew(tx, stored)
  const isOpen = stored.sealed === undefined
  if (sealed !== null || !isOpen) return sealed
  if ((await findKeyState(tx, scopeOfCase(stored.id))) !== 'destroyed') return null
  const proximityBans = stored.proximityBans.map(({ fixedAddresses: _addresses, ...ban }) => ban)
  return { ...stored, locationBans: [], proximityBans }
}

/** Those too that were sealed before what lies open was bound. */
async function sealEvidences(tx: Db): Promise<number> {
  type Row = { id: string; protectionOrderId: string | null; evidence: StoredEvidence }
  return await sealBatches<Row>(tx, {
    select: `select id, protection_order_id as "protectionOrderId", evidence, id::text as mark from alerts
              where jsonb_path_exists(evidence, '$.fixes[*].longitude')
                 or evidence ? 'sealed' and not evidence ? 'isBound'`,
    seal: async (alert) => {
      const [evidence] = await openEvidences(tx, [alert])
      // It was erased, or is not as it was sealed.
      if (evidence === undefined || evidence.fixes.length === 0) return false
      const sealed = await sealEvidence(tx, { ...alert, evidence })
      if (sealed.sealed === undefined) return false
      await tx.query('update alerts set evidence = $2 where id = $1', [
        alert.id,
        JSON.stringify(sealed),
      ])
      return true
    },
  })
}

async function sealAssessments(tx: Db): Promise<number> {
  return await sealBatches<AssessmentTexts>(tx, {
    select: `select id, label, question, answer, advice_court as "adviceCourt", advice_file as "adviceFile",
                      id::text as mark
               from enforceability_assessments where not answer ? 'sealed'`,
    seal: async (row) => {
      const sealed = await sealAssessment(tx, row)
      await tx.query(
        `update enforceability_assessments
            set label = $2, question = $3, answer = $4, advice_court = '', advice_file = '' where id = $1`,
        [row.id, sealed.label, JSON.stringify(sealed.question), JSON.stringify(sealed.answer)],
      )
      return true
    },
  })
}

/** Those too that were sealed before they were bound to their row. */
async function sealRefused(tx: Db): Promise<number> {
  return await sealBatches<RefusedRow & { id: string }>(tx, {
    select: `select q.id, ${refusedColumns}, q.id::text as mark from quarantined_fixes q
              where q.code <> all('{${ownQuarantineCodes.join(',')}}') and q.body is not null
                and not (jsonb_typeof(q.body) = 'object' and (q.body ? 'isBound' or q.body ? 'omittedCharacters'))`,
    seal: async (row) => {
      const [body] = await openRefused(tx, [row])
      // Its day was destroyed, or somebody has touched it.
      if (body === null) return false
      const sealed = await sealRefusedBody(tx, { ...row, body })
      if (!('sealed' in sealed)) return false
      await tx.query('update quarantined_fixes set body = $2 where id = $1', [
        row.id,
        JSON.stringify(sealed),
      ])
      return true
    },
  })
}
