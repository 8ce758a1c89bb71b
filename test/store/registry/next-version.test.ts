import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultOrganisationId } from '../../../src/record/act.ts'
import { insertNextVersion } from '../../../src/store/registry/next-version.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('the first of two people who looked at one version sets the next, for one key and no other', async () => {
  const set = (key: string, basedOnVersion: number) =>
    insertNextVersion(
      database.pool,
      { table: 'risk_profiles', keyColumn: 'key' },
      {
        organisationId: defaultOrganisationId,
        key,
        basedOnVersion,
        body: {},
        changedBy: '00000000-0000-7000-8000-00000000000a',
        confirmedBy: null,
        changedAtMs: Date.UTC(2026, 10, 27),
      },
    )
  const both = await Promise.all([set('high', 0), set('high', 0)])
  expect(new Set(both)).toEqual(new Set([1, null]))
  expect(await set('high', 0)).toBe(null)
  expect(await set('high', 2)).toBe(null)
  expect(await set('high', 1)).toBe(2)
  expect(await set('other', 0)).toBe(1)
})
