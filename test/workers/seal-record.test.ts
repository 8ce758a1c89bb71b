import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openRecordKey, type RecordKey } from '../../src/record-key.ts'
import { defaultOrganisationId } from '../../src/record/act.ts'
import { readNote } from '../../src/record/signed-note.ts'
import { recordAct } from '../../src/store/record/audit-entries.ts'
import { createRecordSealer } from '../../workers/seal-record.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createSilentLog } from '../support/silent-log.ts'

let database: TestDatabase
let folder = ''
let key: RecordKey

beforeAll(async () => {
  database = await createTestDatabase()
  folder = mkdtempSync(join(tmpdir(), 'hoede-witness-'))
  key = await openRecordKey(null, folder)
})
afterAll(async () => {
  await database.drop()
  rmSync(folder, { recursive: true })
})

async function act(organisationId: string = defaultOrganisationId): Promise<void> {
  await recordAct(database.pool, {
    organisationId,
    name: 'signIn',
    kind: 'sign-in',
    outcome: 'allowed',
    atMs: Date.UTC(2026, 10, 26),
    by: { kind: 'staff', id: null, role: 'operator' },
    door: 'test',
    personIds: [],
    alertId: null,
    protectionOrderId: null,
    subjectId: null,
    reason: null,
    secondPersonId: null,
    detail: {},
  })
}

function sealer(witnessPath: string | null, witnessUrl: string | null): () => Promise<void> {
  const log = createSilentLog()
  return createRecordSealer({ pool: database.pool, log, key, witnessPath, witnessUrl })
}

it('each growth is signed once, per organisation, and a witness that was away gets what it missed', async () => {
  const file = join(folder, 'heads')
  const other = '019ab2f4-0000-7000-8000-000000000009'
  const received: string[] = []
  let isAway = true
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => received.push(chunk.toString('utf8')))
    request.on('end', () => response.writeHead(isAway ? 503 : 204).end())
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  const seal = sealer(file, `http://127.0.0.1:${port}/heads`)

  await act()
  await act(other)
  await expect(seal()).rejects.toThrow('A witness did not take a head')
  await act()
  await expect(seal()).rejects.toThrow('A witness did not take a head')
  received.length = 0
  isAway = false
  await seal()
  await seal()
  server.close()

  const heads = readFileSync(file, 'utf8')
    .split('\n\n')
    .filter((part) => part.startsWith('hoede/record/'))
    .map((part) => part.split('\n').slice(0, 2).join(' '))
  expect(heads).toEqual([
    `hoede/record/${defaultOrganisationId} 1`,
    `hoede/record/${other} 1`,
    `hoede/record/${defaultOrganisationId} 2`,
  ])
  expect(received.map((text) => text.match(/hoede\/record\/\S+\n\d/g)?.length)).toEqual([2, 1])
  const note = `${received[1]?.trimEnd() ?? ''}\n`
  expect(readNote(note, key.publicKey)).toMatchObject({ size: 1 })
})

it('what is gone from the record is not signed again', async () => {
  const { pool } = database
  const seal = sealer(null, null)
  await act()
  await act()
  await pool.query(`alter table audit_entries disable trigger audit_entries_stay;
    delete from audit_entries where index = 2 and organisation_id = '${defaultOrganisationId}';
    alter table audit_entries enable trigger audit_entries_stay`)
  await expect(seal()).rejects.toThrow('An entry of the record is gone')
})
