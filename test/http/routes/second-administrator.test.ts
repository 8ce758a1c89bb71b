import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import {
  callAsPage,
  proveFor,
  signInAs,
  type TestAnswer,
  type TestPerson,
} from '../../support/signed-in.ts'

let world: TestApp
let first: TestPerson

beforeAll(async () => {
  world = await createTestApp()
  first = await signInAs(world, { roles: ['administrator'], displayName: 'Eerst' })
})
afterAll(() => world.close())

async function letIn(by: TestPerson, roles: readonly string[]) {
  await proveFor(world, by, 'createStaff')
  const made = await by.call('POST', '/v1/staff', { displayName: 'Nieuw', roles })
  expect(made.status).toBe(201)
  return linkOf(made)
}

function linkOf({ body }: TestAnswer) {
  return {
    id: String(body['id']),
    token: String(body['signInLink']).split('#link=')[1] ?? '',
    needsCode: body['signInLinkNeedsCode'],
  }
}

async function confirm(by: TestPerson, id: string): Promise<TestAnswer> {
  await proveFor(world, by, `confirmStaffLink ${id}`)
  return await by.call('POST', `/v1/staff/${id}/_confirm-link`)
}

async function lookAt(token: string, code = ''): Promise<number> {
  const typed = code === '' ? token : `${token}.${code.replace('-', '')}`
  return (await callAsPage(world.app, 'POST', '/v1/sign-in/_look-at-link', { token: typed })).status
}

it('an administrator alone lets a second administrator in, which is on record as that, and nobody else', async () => {
  expect((await letIn(first, ['administrator'])).needsCode).toBe(false)
  expect((await letIn(first, ['operator'])).needsCode).toBe(true)
  expect((await letIn(first, ['administrator', 'supervisor'])).needsCode).toBe(true)
  const { rows } = await world.database.pool.query(
    `select convert_from(body, 'UTF8')::jsonb #>> '{hoede,reason}' as reason from audit_entries
      where convert_from(body, 'UTF8')::jsonb ->> 'name' = 'createStaff' order by index`,
  )
  expect(rows.map((row: { reason: unknown }) => row.reason)).toEqual([
    'there is no second administrator yet',
    null,
    null,
  ])
})

it('the first other administrator is one: another link makes the one before worthless, also at once', async () => {
  const one = await letIn(first, ['administrator'])
  expect(await lookAt(one.token)).toBe(200)
  const both = await Promise.all([
    letIn(first, ['administrator']),
    signInAs(world, { roles: ['operator'], displayName: 'Anders' }),
  ])
  expect([both[0].needsCode, await lookAt(both[0].token)]).toEqual([false, 200])
  expect(await lookAt(one.token)).toBe(410)
})

it('a link opens with the code of another administrator alone, whom no token of the first one replaces', async () => {
  const second = await signInAs(world, { roles: ['administrator'], displayName: 'Tweede' })
  const link = await letIn(first, ['administrator'])
  expect([link.needsCode, await lookAt(link.token)]).toEqual([true, 403])
  expect((await confirm(first, link.id)).status).toBe(409)
  expect(await lookAt(link.token, 'AAAAA-AAAAA')).toBe(403)
  const token = await world.call('administrator', 'POST', `/v1/staff/${link.id}/_confirm-link`)
  expect(token.status).toBe(409)
  const listed = await second.call('GET', `/v1/staff/${link.id}`)
  expect(listed.body['signInLinkWaits']).toBe(true)

  const confirmed = await confirm(second, link.id)
  expect(confirmed.status).toBe(200)
  const code = String(confirmed.body['code'])
  expect(code).toMatch(/^[A-Z2-7]{5}-[A-Z2-7]{5}$/)
  expect(await lookAt(link.token)).toBe(403)
  expect(await lookAt(link.token, 'AAAAA-AAAAA')).toBe(403)
  expect(await lookAt(link.token, code)).toBe(200)
  expect((await confirm(second, link.id)).status).toBe(409)

  await proveFor(world, second, `recoverStaff ${link.id}`)
  const recovered = linkOf(await second.call('POST', `/v1/staff/${link.id}/_recover`))
  expect(recovered.needsCode).toBe(true)
  expect(await lookAt(recovered.token, code)).toBe(403)
  expect((await confirm(second, link.id)).status).toBe(409)
  expect((await confirm(first, link.id)).status).toBe(200)
})

it('a token that an administrator made is that administrator, and shutting the others out makes nobody the only one', async () => {
  await proveFor(world, first, 'createApiClient')
  const body = { name: 'mine', role: 'administrator' }
  const made = await first.call('POST', '/v1/api-clients', body)
  const answer = await world.app.inject({
    method: 'POST',
    url: '/v1/staff',
    headers: { authorization: `Bearer ${String(made.body['token'])}` },
    payload: { displayName: 'Pop', roles: ['administrator'] },
  })
  const link = linkOf({ status: 201, headers: {}, body: answer.json() })
  expect(link.needsCode).toBe(true)
  expect((await confirm(first, link.id)).status).toBe(409)

  const { rows } = await world.database.pool.query<{ id: string }>(
    `select s.id from staff s where s.display_name = 'Tweede'`,
  )
  expect((await first.call('POST', `/v1/staff/${rows[0]?.id}/_disable`)).status).toBe(200)
  expect((await letIn(first, ['administrator'])).needsCode).toBe(true)
})

it('a token of the server itself lets somebody in alone: the last resort when nobody can administer', async () => {
  const roles = ['supervisor']
  const made = await world.call('administrator', 'POST', '/v1/staff', { displayName: 'x', roles })
  expect(linkOf(made).needsCode).toBe(false)
})
