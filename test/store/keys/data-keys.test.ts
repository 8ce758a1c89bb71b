import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findMasterKeys, openMasterKeys } from '../../../src/master-key.ts'
import {
  createDataKeys,
  refuseForeignKeys,
  wrapAnew,
  type DataKeys,
} from '../../../src/store/keys/data-keys.ts'
import { readMasterKeys } from '../../../src/store/keys/master-keys.ts'
import { sealOlder } from '../../../src/store/keys/seal-older.ts'
import { claimDeliveries, insertWebhookSubscription } from '../../../src/store/alerts/webhooks.ts'
import { listPhonesOf, savePersonPhone } from '../../../src/store/registry/person-phones.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
let folder: string
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'hoede-keys-'))
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

const former = 'b2'.repeat(32)
const next = 'c3'.repeat(32)
const words = Buffer.from('06 12345678')

function keysWith(text: string, elapsed = { ms: 0 }): DataKeys {
  const masters = readMasterKeys(text)
  return createDataKeys({ masters, db: database.pool, elapsedMs: () => elapsed.ms })
}

const scope = (): string => `person/${randomUUID()}`

describe('keys of data', () => {
  it('what one process seals another opens, in its own place alone, and no byte of it is changed unseen', async () => {
    const sealed = await keysWith(former).seal(scope(), 'phone/one', words)
    expect(sealed.includes(words)).toBe(false)
    const other = keysWith(former)
    expect(await other.open([{ sealed, about: 'phone/one' }])).toEqual([words])
    expect(await other.open([{ sealed, about: 'phone/other' }])).toEqual(['damaged'])
    const whole = { sealed: Buffer.from(sealed), about: 'phone/one' }
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1
    const touched = { sealed, about: 'phone/one' }
    const cut = { sealed: sealed.subarray(0, 9), about: 'phone/one' }
    expect(await other.open([touched, cut, whole])).toEqual(['damaged', 'damaged', words])
  })

  it('two that need a key of one scope at once use the same, and each scope has its own', async () => {
    const [whose, another] = [scope(), scope()]
    const all = [keysWith(former), keysWith(former), keysWith(former)]
    const sealed = await Promise.all(all.map((keys) => keys.seal(whose, 'a', words)))
    sealed.push(await keysWith(former).seal(another, 'a', words))
    expect(new Set(sealed.map((bytes) => bytes.toString('hex', 0, 16))).size).toBe(2)
  })

  it('a key whose minute ends while another one is looked up opens what it sealed', async () => {
    const [one, two] = [scope(), scope()]
    const sealed = await Promise.all(
      [one, two].map((whose) => keysWith(former).seal(whose, 'a', words)),
    )
    const pieces = sealed.map((piece) => ({ sealed: piece, about: 'a' }))
    const elapsed = { ms: 0 }
    const query = async (text: string, values: unknown[]) => {
      elapsed.ms += 2_000
      return await database.pool.query(text, values)
    }
    const slow = Object.assign(Object.create(database.pool) as typeof database.pool, { query })
    const masters = readMasterKeys(former)
    const keys = createDataKeys({ masters, db: slow, elapsedMs: () => elapsed.ms })
    await keys.open(pieces.slice(0, 1))
    elapsed.ms += 59_000
    expect(await keys.open(pieces)).toEqual([words, words])
    keys.forget([two])
    elapsed.ms += 58_500
    const found = await keys.keysOf([one, two])
    expect([...found.values()]).not.toContain('damaged')
  })

  it('another master key opens nothing and says which one is wanted', async () => {
    const sealed = await keysWith(former).seal(scope(), 'a', words)
    await expect(refuseForeignKeys(database.pool, readMasterKeys(next))).rejects.toThrow(
      /another master key \(its mark is [0-9a-f]{16}\).* as master-key beside/,
    )
    expect(await keysWith(next).open([{ sealed, about: 'a' }])).toEqual(['damaged'])
  })

  it('a key that another master key wrapped stops no start while one of ours opens a key', async () => {
    const foreign = await keysWith(former).seal(scope(), 'a', words)
    const ours = 'c3'.repeat(32)
    const own = await keysWith(ours).seal(scope(), 'a', words)
    await refuseForeignKeys(database.pool, readMasterKeys(ours))
    const pieces = [foreign, own].map((sealed) => ({ sealed, about: 'a' }))
    expect(await keysWith(ours).open(pieces)).toEqual(['damaged', words])
    await database.pool.query('delete from data_keys where master_id = $1', [
      readMasterKeys(ours).first.id,
    ])
  })

  it('a master key is exchanged while the former still opens, and is not needed afterwards', async () => {
    const sealed = await keysWith(former).seal(scope(), 'a', words)
    const both = `${next},${former}`
    expect(await keysWith(both).open([{ sealed, about: 'a' }])).toEqual([words])
    await inTransaction(database.pool, (tx) =>
      wrapAnew(tx, readMasterKeys(`${both},${'a1'.repeat(32)}`)),
    )
    expect(await keysWith(next).open([{ sealed, about: 'a' }])).toEqual([words])
    expect(await keysWith(former).open([{ sealed, about: 'a' }])).toEqual(['damaged'])
    expect(await inTransaction(database.pool, (tx) => wrapAnew(tx, readMasterKeys(next)))).toBe(0)
  })

  it('a key that is destroyed opens nothing within a minute, is not made anew, and takes no other along', async () => {
    const [hers, his] = [scope(), scope()]
    const elapsed = { ms: 0 }
    const keys = keysWith(next, elapsed)
    const pieces = [
      { sealed: await keys.seal(hers, 'a', words), about: 'a' },
      { sealed: await keys.seal(his, 'a', words), about: 'a' },
    ]
    const destroy = 'update data_keys set wrapped = null, destroyed_at = now() where scope = $1'
    await database.pool.query(destroy, [hers])
    elapsed.ms = 60_001
    expect(await keys.open(pieces)).toEqual([null, words])
    await expect(keys.seal(hers, 'a', words)).rejects.toThrow('erased, by destroying its key')
  })
})

describe('the master key', () => {
  const none = { masterKey: null, masterKeyCommand: null, databaseUrl: null }

  it('a master key is made once beside the embedded database, for its owner alone', async () => {
    const dataDir = await mkdtemp(path.join(folder, 'data-'))
    const made = await openMasterKeys({ ...none, dataDir })
    expect((await openMasterKeys({ ...none, dataDir })).first.id).toBe(made.first.id)
    expect((await stat(path.join(dataDir, 'master-key'))).mode & 0o777).toBe(0o600)
    await rm(path.join(dataDir, 'master-key'))
    await writeFile(path.join(dataDir, 'master-key'), former, { mode: 0o644 })
    await expect(openMasterKeys({ ...none, dataDir })).rejects.toThrow('its owner alone')
  })

  it('one key is made where two parts make it at once beside a database of this machine, and both have it', async () => {
    for (const databaseUrl of [
      'postgres://hoede@127.0.0.1:5432/hoede',
      'postgres://hoede@[::1]/hoede',
      'postgres://hoede@/hoede?host=/run/postgresql',
    ]) {
      const dataDir = await mkdtemp(path.join(folder, 'data-'))
      const open = () => openMasterKeys({ ...none, databaseUrl, dataDir })
      const [one, other] = await Promise.all([open(), open()])
      expect(other.first.id).toBe(one.first.id)
      expect(await readdir(dataDir)).toEqual(['master-key'])
    }
  })

  it('a server on a database of another machine does not start without one, and says how one is made', async () => {
    const config = { ...none, databaseUrl: 'postgres://db/hoede', dataDir: folder }
    expect(await findMasterKeys(config)).toBeNull()
    await expect(openMasterKeys(config)).rejects.toThrow(
      /^HOEDE_MASTER_KEY_FILE: expected .* got none.*openssl rand -hex 32/,
    )
  })

  it('a command writes the key, without a shell, and a fault quotes nothing of it', async () => {
    const config = { ...none, databaseUrl: 'postgres://db/hoede', dataDir: folder }
    const ask = (script: string) =>
      openMasterKeys({ ...config, masterKeyCommand: [process.execPath, '-e', script] })
    const given = await ask(`console.log('${former}')`)
    expect(given.first.id).toBe(readMasterKeys(former).first.id)
    const refused = await ask(`console.log('${former.slice(1)}')`).catch(String)
    expect(refused).toMatch(/expected as 64 hexadecimal digits/)
    expect(await ask(`console.log('${former}'); process.exit(3)`).catch(String)).toMatch(
      /HOEDE_MASTER_KEY_COMMAND: expected .* ended with 3/,
    )
    expect(refused).not.toContain('b2b2')
  })
})

describe('contact data and secrets', () => {
  const url = 'https://desk.example.org/hook'
  const secret = 'whsec_planted'

  it('a number and a secret are nowhere in their tables, and who may know them reads them', async () => {
    const person = await makePerson()
    await savePersonPhone(database.pool, { ...changed, personId: person, phone: '+31612345678' })
    const subscription = await insertWebhookSubscription(database.pool, { url, secret })
    expect(await stored()).not.toMatch(/\+31612345678|planted/)
    expect(await phoneOf(person)).toBe('+31612345678')
    expect(await secretOf(subscription.id)).toBe(secret)
  })

  it('what was stored in the clear before is read, and sealed by the command once', async () => {
    const person = await makePerson()
    await database.pool.query(
      `insert into person_phones (person_id, phone, changed_by, changed_at) values ($1, '+31687654321', $1, now())`,
      [person],
    )
    const { rows } = await database.pool.query<{ id: string }>(
      `insert into webhook_subscriptions (url, secret, previous_secrets) values ($1, 'whsec_older', '{whsec_oldest}') returning id`,
      [url],
    )
    expect(await phoneOf(person)).toBe('+31687654321')
    expect(await inTransaction(database.pool, sealOlder)).toBe(2)
    expect(await inTransaction(database.pool, sealOlder)).toBe(0)
    expect(await stored()).not.toMatch(/\+31687654321|whsec_old/)
    expect(await phoneOf(person)).toBe('+31687654321')
    expect(await secretOf(rows[0]?.id ?? '')).toBe('whsec_older')
  })

  it('a number laid beside somebody else, in the table itself, is shown to nobody', async () => {
    const [one, other] = [await makePerson(), await makePerson()]
    await savePersonPhone(database.pool, { ...changed, personId: one, phone: '+31611111111' })
    await savePersonPhone(database.pool, { ...changed, personId: other, phone: '+31622222222' })
    await database.pool.query(
      'update person_phones set phone = (select phone from person_phones where person_id = $1) where person_id = $2',
      [one, other],
    )
    expect(await phoneOf(one)).toBe('+31611111111')
    expect(await phoneOf(other)).toBeUndefined()
  })
})

const changed = { by: randomUUID(), nowMs: 0 }

async function makePerson(): Promise<string> {
  const { rows } = await database.pool.query<{ id: string }>(
    `insert into persons (role, reference) values ('victim', $1) returning id`,
    [randomUUID()],
  )
  return rows[0]?.id ?? ''
}

async function phoneOf(personId: string): Promise<string | undefined> {
  const { rows } = await database.pool.query<{ id: string }>(
    `insert into alerts (id, kind, priority, victim_id, occurred_at, learned_at, late, reason, evidence)
     values (gen_random_uuid(), 'panic', 'P1', $1, now(), now(), false, '', '{}') returning id`,
    [personId],
  )
  const phones = await listPhonesOf(database.pool, rows[0]?.id ?? '')
  return phones[0]?.phone
}

/** As whoever sends reads it. */
async function secretOf(subscriptionId: string): Promise<string | null | undefined> {
  await database.pool.query(
    `with m as (insert into device_commands (device_id, at) values (gen_random_uuid(), now()) returning sequence)
     insert into webhook_deliveries (webhook_subscription_id, device_command_sequence) select $1, sequence from m`,
    [subscriptionId],
  )
  const claimed = await claimDeliveries(database.pool, {
    nowMs: Date.now() + 60_000,
    limit: 10,
    onlyIds: null,
    underWay: new Map(),
    perSubscription: 10,
    leaseMs: 60_000,
  })
  return claimed.find((delivery) => delivery.webhookSubscriptionId === subscriptionId)?.secret
}

async function stored(): Promise<string> {
  const { rows } = await database.pool.query<{ row: string }>(
    `select t::text as row from person_phones t union all select t::text from webhook_subscriptions t
      union all select t::text from data_keys t`,
  )
  return rows.map(({ row }) => row).join('\n')
}
