import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { raiseAlertAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { signInAs, type TestPerson } from '../../support/signed-in.ts'

let world: TestApp
let anna: TestPerson
let bart: TestPerson
beforeAll(async () => {
  world = await createTestApp()
  anna = await signInAs(world, { roles: ['operator'], displayName: 'Anna' })
  bart = await signInAs(world, { roles: ['operator'], displayName: 'Bart' })
})
afterAll(() => world.close())

type Response = {
  readonly steps: readonly {
    readonly key: string
    readonly state: string
    readonly phones: readonly string[] | null
    readonly result: { readonly outcome: string; readonly byName: string } | null
  }[]
  readonly acts: readonly {
    readonly kind: string
    readonly byName: string
    readonly note: string
  }[]
  readonly offer: { readonly toName: string; readonly byName: string } | null
}

async function raise(): Promise<string> {
  return await raiseAlertAt(world.database.pool, world.clock.timeMs, {})
}

function act(by: TestPerson, id: string, body: object, key: string = randomUUID()) {
  return by.call('POST', `/v1/alerts/${id}/acts`, { key, ...body })
}

async function read(by: TestPerson, id: string): Promise<Response> {
  return (await by.call('GET', `/v1/alerts/${id}/response`)).body as unknown as Response
}

it('a tick is in the history with who and what came of it, and sent twice is one', async () => {
  const id = await raise()
  const key = randomUUID()
  const tick = { kind: 'step', step: 'decide', outcome: 'police-first', note: 'Children inside.' }
  expect((await act(anna, id, tick, key)).status).toBe(201)
  expect((await act(anna, id, tick, key)).status).toBe(201)
  const { steps, acts } = await read(bart, id)
  expect(steps.map(({ key: one, state }) => [one, state]).slice(0, 2)).toEqual([
    ['decide', 'done'],
    ['call-police', 'due'],
  ])
  expect(steps[0]?.result).toMatchObject({ outcome: 'police-first', byName: 'Anna' })
  expect(acts).toMatchObject([{ kind: 'step', byName: 'Anna', note: 'Children inside.' }])
  expect((await act(bart, id, tick, key)).status).toBe(409)
})

it('the second of two who tick one step is told who was first, and both are in the history', async () => {
  const id = await raise()
  const tick = { kind: 'step', step: 'call-victim', outcome: 'safe' }
  const [first, second] = await Promise.all([act(anna, id, tick), act(bart, id, tick)])
  const told = [first.body['before'], second.body['before']].filter((one) => one !== null)
  expect(told).toHaveLength(1)
  expect((await read(anna, id)).acts).toHaveLength(2)
})

it('a step or an outcome that the protocol does not have is refused at its field', async () => {
  const id = await raise()
  const wrongStep = await act(anna, id, { kind: 'step', step: 'dance', outcome: 'done' })
  expect(wrongStep.body['errors']).toMatchObject([{ pointer: '/step' }])
  const wrong = await act(anna, id, { kind: 'step', step: 'decide', outcome: 'safe' })
  expect(wrong.body['errors']).toMatchObject([{ pointer: '/outcome' }])
})

it('a note is taken of a closed alert too, a tick is not', async () => {
  const id = await raise()
  await anna.call('POST', `/v1/alerts/${id}/_close`, { outcome: 'false-alarm', note: 'x' })
  expect((await act(bart, id, { kind: 'note', note: 'I had typed this.' })).status).toBe(201)
  const tick = { kind: 'step', step: 'decide', outcome: 'police-first' }
  expect((await act(bart, id, tick)).body['type']).toContain('alert-already-closed')
  expect((await read(bart, id)).acts.map(({ kind }) => kind)).toEqual(['closed', 'note'])
})

it('escalating is an event for the called, and the second who asks is told', async () => {
  const id = await raise()
  const body = { kind: 'escalated', target: 'supervisor', note: 'Help.' }
  expect((await act(anna, id, body)).body['before']).toBeNull()
  expect((await act(bart, id, body)).body['before']).toMatchObject({ byName: 'Anna' })
  const { rows } = await world.database.pool.query(
    `select data #> '{facts,target}' as target from alert_events where alert_id = $1 and type = 'escalated'`,
    [id],
  )
  expect(rows).toEqual([{ target: 'supervisor' }, { target: 'supervisor' }])
})

it('an alert goes to a colleague when one has offered and the other has taken it', async () => {
  const id = await raise()
  expect((await act(anna, id, { kind: 'offered', to: bart.staffId })).status).toBe(409)
  await anna.call('POST', `/v1/alerts/${id}/_acknowledge`, {})
  expect((await act(bart, id, { kind: 'handed-over' })).status).toBe(409)
  expect((await act(anna, id, { kind: 'offered', to: anna.staffId })).status).toBe(400)
  expect((await act(anna, id, { kind: 'offered', to: bart.staffId })).status).toBe(201)
  expect((await read(bart, id)).offer).toMatchObject({ toName: 'Bart', byName: 'Anna' })
  expect((await act(bart, id, { kind: 'handed-over' })).status).toBe(201)
  const { body } = await bart.call('GET', `/v1/alerts/${id}`)
  expect(body['acknowledgedBy']).toBe(bart.staffId)
  expect((await read(anna, id)).offer).toBeNull()
  expect((await act(anna, id, { kind: 'offered', to: anna.staffId })).status).toBe(409)
})

it('numbers of persons are for whoever has the alert, and reading them is on record', async () => {
  const { body: person } = await world.call('supervisor', 'POST', '/v1/persons', {
    role: 'offender',
    reference: 'PHONE-1',
  })
  const offenderId = String(person['id'])
  const set = { phone: '+31 6 12 34 56 78' }
  expect(
    (await world.call('supervisor', 'PUT', `/v1/persons/${offenderId}/phone`, set)).status,
  ).toBe(200)
  const id = await raiseAlertAt(world.database.pool, world.clock.timeMs, { offenderId })
  const phonesFor = async (by: TestPerson) =>
    (await read(by, id)).steps.find(({ key }) => key === 'call-wearer')?.phones
  expect(await phonesFor(anna)).toBeNull()
  await anna.call('POST', `/v1/alerts/${id}/_acknowledge`, {})
  expect(await phonesFor(anna)).toEqual([set.phone])
  expect(await phonesFor(bart)).toBeNull()
  const { rows } = await world.database.pool.query(
    `select convert_from(body, 'UTF8')::jsonb #>> '{hoede,by,id}' as by from audit_entries
      where convert_from(body, 'UTF8')::jsonb ->> 'name' = 'getAlertResponse'`,
  )
  expect(rows).toEqual([{ by: anna.staffId }])
})

it('a protocol holds for what is told from then on, and a change that missed another is refused', async () => {
  const before = await raise()
  world.clock.timeMs += 1_000
  const { body: sets } = await world.call('supervisor', 'GET', '/v1/response-protocol-sets')
  const [, french] = sets['items'] as { protocol: object }[]
  const put = (basedOnVersion: number) =>
    world.call('supervisor', 'PUT', '/v1/response-protocol', {
      basedOnVersion,
      ...french?.protocol,
    })
  expect((await put(0)).body['version']).toBe(1)
  expect((await put(0)).status).toBe(409)
  world.clock.timeMs += 1_000
  const after = await raise()
  expect((await read(anna, before)).steps[0]?.key).toBe('decide')
  expect((await read(anna, after)).steps[0]?.key).toBe('call-wearer')
})
