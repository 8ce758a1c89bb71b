import { afterAll, beforeAll, expect, it } from 'vitest'
import { raiseAlertAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { proveFor, signInAs, type TestPerson } from '../../support/signed-in.ts'
import type { Protocol } from '../../../src/core/model/protocol.ts'

let world: TestApp
let first: TestPerson
let second: TestPerson
let operator: TestPerson
beforeAll(async () => {
  world = await createTestApp()
  first = await signInAs(world, { roles: ['supervisor'], displayName: 'A. Eerst' })
  second = await signInAs(world, { roles: ['supervisor'], displayName: 'B. Twee' })
  operator = await signInAs(world, { roles: ['operator'], displayName: 'C. Drie' })
})
afterAll(() => world.close())

/** As it is, with other words and another clock for the first step of what begins by deciding. */
async function slower(withinSeconds: number) {
  const { body } = await first.call('GET', '/v1/response-protocol')
  const { version, name, contacts, rules } = body as unknown as Protocol & { version: number }
  const text = { nl: 'Beslis nu.', en: 'Decide now.' }
  return {
    basedOnVersion: version,
    name,
    contacts,
    rules: rules.map((rule) => {
      const [step, ...rest] = rule.steps
      return step?.key === 'decide'
        ? { ...rule, steps: [{ ...step, withinSeconds, text }, ...rest] }
        : rule
    }),
  }
}

const put = (person: TestPerson, body: object) => person.call('PUT', '/v1/response-protocol', body)

async function confirm(person: TestPerson, id: unknown) {
  await proveFor(world, person, `confirmProposal ${String(id)}`)
  return await person.call('POST', `/v1/proposals/${String(id)}/_confirm`, {})
}

async function firstStepOfNew(): Promise<unknown> {
  world.clock.timeMs += 1_000
  const id = await raiseAlertAt(world.database.pool, world.clock.timeMs, {})
  const { body } = await operator.call('GET', `/v1/alerts/${id}/response`)
  return (body['steps'] as { text: { nl: string } }[])[0]?.text.nl
}

it('a step is changed by one and holds when another one has confirmed it, word by word', async () => {
  const before = await firstStepOfNew()
  const asked = await put(first, { ...(await slower(240)), reason: 'Two desks at night.' })
  expect(asked.status).toBe(202)
  expect(asked.body).toMatchObject({ status: 'open', reason: 'Two desks at night.' })
  const changes = asked.body['changes'] as { what: string; before: string; after: string }[]
  expect(changes.map(({ what }) => what.replace(/^.*\), /, ''))).toEqual([
    'decide, text (nl)',
    'decide, text (en)',
    'decide, within',
  ])
  expect(changes[2]).toMatchObject({ after: '240 s' })
  expect(await firstStepOfNew()).toBe(before)
  expect((await put(second, await slower(300))).status).toBe(409)
  expect((await confirm(first, asked.body['id'])).status).toBe(403)
  expect((await confirm(operator, asked.body['id'])).status).toBe(403)
  expect((await confirm(second, asked.body['id'])).status).toBe(200)
  expect(await firstStepOfNew()).toBe('Beslis nu.')
  const { body } = await first.call('GET', '/v1/response-protocol')
  expect(body).toMatchObject({ version: 1, changedBy: first.staffId })
})

it('what was confirmed after another version was set is overtaken, and changes nothing', async () => {
  const change = await slower(500)
  const asked = await put(first, change)
  expect((await world.call('supervisor', 'PUT', '/v1/response-protocol', change)).status).toBe(200)
  expect((await confirm(second, asked.body['id'])).status).toBe(409)
  const { body } = await first.call('GET', '/v1/response-protocol')
  expect(body['version']).toBe(2)
})

it('a protocol that stays as it is asks nobody, and one that cannot be worked with is refused', async () => {
  const same = await put(first, await slower(500))
  expect([same.status, same.body['version']]).toEqual([200, 2])
  const { rules, ...rest } = await slower(30)
  const refused = await put(first, { ...rest, rules: rules.slice(0, 1) })
  expect(refused.status).toBe(400)
  expect((await put(operator, await slower(30))).status).toBe(403)
})
