import type { Db } from '../pg/pool.ts'
import { aboutPhone, scopeOfPerson } from '../registry/person-phones.ts'
import { sealSecret } from '../alerts/webhooks.ts'
import { isSealed, sealText } from './sealed-text.ts'

/**
 * What was stored before there were keys, in one transaction. Gives how many values were sealed.
 * The pages that held them, older backups and the log of the database still do.
 */
export async function sealOlder(tx: Db): Promise<number> {
  return (await sealPhones(tx)) + (await sealSecrets(tx))
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
