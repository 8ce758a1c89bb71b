import type { Db } from '../pg/pool.ts'
import { scopeOfPerson } from '../registry/person-phones.ts'
import { unlessUnusable } from './unusable-key.ts'
import { sealBatches } from './seal-batches.ts'
import { isSealed } from './sealed-text.ts'
import {
  aboutHandOver,
  aboutNote,
  aboutOfficial,
  aboutPlan,
  aboutTelling,
  scopeOfAlert,
  scopeOfOrganisation,
  sealWords,
} from './sealed-words.ts'

/** What people typed, and numbers of officials, from before they were sealed. */
export async function sealOlderWords(tx: Db): Promise<number> {
  return (await sealTyped(tx)) + (await sealPlansOfReports(tx))
}

const typed: readonly TypedColumn[] = [
  {
    table: 'alert_transitions',
    column: 'note',
    owner: 'alert_id',
    seal: async (tx, { owner, text }) =>
      await sealWords(tx, await scopeOfAlert(tx, owner), aboutNote(owner), text),
  },
  ...(['text', 'reason'] as const).map((column) => ({
    table: 'person_tellings',
    column,
    owner: 'person_id',
    seal: async (tx: Db, { owner, text }: TypedRow) =>
      await sealWords(tx, scopeOfPerson(owner), aboutTelling(owner), text),
  })),
  ...(
    [
      ['phone', 'name'],
      ['stand_in_phone', 'stand_in_name'],
      ['hand_over_note', 'name'],
    ] as const
  ).map(([column, owner]) => ({
    table: 'case_roles',
    column,
    owner,
    seal: ofOrganisation(aboutOfficial),
  })),
  { table: 'hand_overs', column: 'note', owner: 'by', seal: ofOrganisation(aboutHandOver) },
  { table: 'hand_over_owners', column: 'plan', owner: 'key', seal: ofOrganisation(aboutPlan) },
]

function ofOrganisation(aboutOf: (owner: string) => string): TypedColumn['seal'] {
  return async (tx, { organisationId, owner, text }) =>
    await sealWords(tx, scopeOfOrganisation(organisationId ?? 'all'), aboutOf(owner), text)
}

type TypedColumn = {
  readonly table: string
  readonly column: string
  /** Whose it is: to what it is bound. */
  readonly owner: string
  readonly seal: (tx: Db, row: TypedRow) => Promise<string | null>
}
type TypedRow = {
  readonly id: string
  readonly organisationId: string | null
  readonly owner: string
  readonly text: string
}

async function sealTyped(tx: Db): Promise<number> {
  let count = 0
  for (const { table, column, owner, seal } of typed) {
    count += await sealBatches<TypedRow>(tx, {
      select: `select id, organisation_id as "organisationId", ${owner} as owner, ${column} as text, id::text as mark
                 from ${table} where ${column} is not null and ${column} <> '' and not starts_with(${column}, 'sealed:')`,
      seal: async (row) => {
        const sealed = await seal(tx, row).catch(ifOutOfReach)
        if (sealed === undefined) return false
        // What it belongs to was erased, and it goes with it.
        await tx.query(`update ${table} set ${column} = $2 where id = $1`, [row.id, sealed ?? ''])
        return true
      },
    })
  }
  return count
}

/** Words whose key cannot be read stay as they are: sealed with nothing they would be gone. */
function ifOutOfReach(error: unknown): undefined {
  unlessUnusable(error)
}

/** Plans stand in the reports in which they were handed over too. */
async function sealPlansOfReports(tx: Db): Promise<number> {
  type Row = { id: string; organisationId: string; items: { key: string; plan: string | null }[] }
  return await sealBatches<Row>(tx, {
    select: `select id, organisation_id as "organisationId", items, id::text as mark from hand_overs
              where jsonb_path_exists(items, '$[*].plan ? (@ != null && !(@ starts with "sealed:"))')`,
    seal: async ({ id, items, organisationId }) => {
      const scope = scopeOfOrganisation(organisationId)
      const sealed: unknown[] = []
      for (const item of items) {
        const isOpen = item.plan !== null && !isSealed(item.plan)
        const plan = isOpen
          ? await sealWords(tx, scope, aboutPlan(item.key), item.plan).catch(ifOutOfReach)
          : item.plan
        if (plan === undefined) return false
        sealed.push({ ...item, plan })
      }
      await tx.query('update hand_overs set items = $2 where id = $1', [id, JSON.stringify(sealed)])
      return true
    },
  })
}
