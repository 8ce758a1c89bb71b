import { openTexts, sealText } from '../store/keys/sealed-text.ts'
import type { Db } from '../store/pg/pool.ts'
import { aboutPhone, scopeOfPerson } from '../store/registry/person-phones.ts'
import type { CaseTable } from './case-tables.ts'

/** What is sealed with a key of this server opens nowhere else: it leaves as it was said. */
export async function openRows(
  tx: Db,
  table: CaseTable,
  lines: readonly string[],
): Promise<readonly string[]> {
  if (table.name !== 'person_phones') return lines
  const rows = lines.map((line) => JSON.parse(line) as PhoneRow)
  const told = await openTexts(
    tx,
    rows.map(({ personId, phone }) => ({ text: phone ?? '', about: aboutPhone(personId) })),
  )
  return rows.map((row, place) =>
    JSON.stringify({ ...row, phone: row.phone === null ? null : (told[place] ?? null) }),
  )
}

/** With keys of this server, before it is put in. */
export async function sealRows(
  tx: Db,
  table: CaseTable,
  lines: readonly string[],
): Promise<readonly string[]> {
  if (table.name !== 'person_phones') return lines
  const sealed: string[] = []
  for (const line of lines) {
    const row = JSON.parse(line) as PhoneRow
    const { personId, phone } = row
    const kept =
      phone === null
        ? null
        : await sealText(tx, scopeOfPerson(personId), aboutPhone(personId), phone)
    sealed.push(JSON.stringify({ ...row, phone: kept }))
  }
  return sealed
}

type PhoneRow = { readonly personId: string; readonly phone: string | null }
