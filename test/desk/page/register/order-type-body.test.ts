import { expect, it } from 'vitest'
import { bodyOf, pointAtStep } from '../../../../src/desk/page/register/order-type-body.ts'
import type { OrderType } from '../../../../src/desk/page/register/rows.ts'

it('what is refused of a step stands at the step that was typed, where one before it was emptied', () => {
  const step = { before: { amount: 1, unit: 'days' }, to: 'coordinator', task: 'decide' }
  const row = { version: 2, reminders: [step, step, step] } as unknown as OrderType
  const values = new FormData()
  for (const [index, amount] of ['', '0', '7'].entries()) {
    values.set(`${index}.amount`, amount)
    values.set(`${index}.unit`, 'days')
  }
  const { body, places } = bodyOf(row, values)
  expect(body).toMatchObject({ reminders: [{ before: { amount: 0 } }, { before: { amount: 7 } }] })
  const refused = (pointers: readonly string[]) => {
    const faults = pointers.map((pointer) => ({ pointer, code: 'too-small', detail: 'x' }))
    return { kind: 'refused', status: 400, code: 'invalid', detail: 'x', faults } as const
  }
  const sent = refused(['/reminders/0/before/amount', '/reminders/1/to', '/reminders', '/statute'])
  const shown = refused(['/reminders/1/before/amount', '/reminders/2/to', '/reminders', '/statute'])
  expect(pointAtStep(sent, places)).toEqual(shown)
})
