import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
beforeAll(async () => {
  world = await createTestApp()
})
afterAll(() => world.close())

const path = '/v1/escalation-ladder'
const step = { afterSeconds: 30, target: 'second-operator' }

async function countLadders(): Promise<number> {
  return (await world.database.pool.query('select 1 from escalation_ladders')).rows.length
}

describe("the organisation's ladder", () => {
  it("the organisation's ladder is as delivered while nobody has set it", async () => {
    const { status, body } = await world.call('supervisor', 'GET', path)
    expect(status).toBe(200)
    expect(body).toEqual({ steps: defaultLimits.escalation, changedAt: null, changedBy: null })
  })

  it.each([
    [{ steps: [] }, '/steps'],
    [{ steps: Array.from({ length: 11 }, () => step) }, '/steps'],
    [{ steps: [{ ...step, afterSeconds: 0 }] }, '/steps/0/afterSeconds'],
    [{ steps: [step, { ...step, target: 'police' }] }, '/steps/1/target'],
    [{ steps: [step], note: 'x' }, ''],
    [{}, '/steps'],
  ])("the organisation's ladder is refused when it is %j", async (ladder, pointer) => {
    const { status, body } = await world.call('administrator', 'PUT', path, ladder)
    expect(status).toBe(400)
    const errors = body['errors'] as { pointer: string }[]
    expect(errors.map((fault) => fault.pointer).join()).toContain(pointer)
    expect(await countLadders()).toBe(0)
  })

  it("the organisation's ladder is set by an administrator, and says by whom and when; the one before stays on record", async () => {
    for (const afterSeconds of [30, 45]) {
      const steps = [{ ...step, afterSeconds }]
      const set = await world.call('administrator', 'PUT', path, { steps })
      const expected = {
        steps,
        changedAt: new Date(world.clock.timeMs).toISOString(),
        changedBy: expect.stringMatching(/^[0-9a-f-]{36}$/),
      }
      expect(set).toMatchObject({ status: 200, body: expected })
      expect((await world.call('administrator', 'GET', path)).body).toEqual(set.body)
    }
    expect(await countLadders()).toBe(2)
  })

  it.each(['supervisor', 'operator', 'vendor'] as const)(
    "the organisation's ladder is not set by a %s",
    async (role) => {
      expect((await world.call(role, 'PUT', path, { steps: [step] })).status).toBe(403)
    },
  )
})
