import { expect, it } from 'vitest'
import { orderTypes, type OrderType } from '../../../src/core/model/order-terms.ts'
import { findTypeFaults } from '../../../src/core/orders/type-faults.ts'

const type = orderTypes['prosecutor-behaviour-order']
const [first, second, ...others] = type.reminders
const last = others.at(-1)
if (first === undefined || second === undefined || last === undefined)
  throw new Error('expected a ladder')
const long = { amount: 101, unit: 'years' } as const
const every = { amount: 23, unit: 'hours' } as const
const reviewEvery = { every, to: 'supervisor', task: 'review', answerWithinHours: 24 } as const

it.each<readonly [string, Partial<OrderType>, readonly string[]]>([
  ['as it is delivered', {}, []],
  ['of steps in another order', { reminders: [second, first, ...others] }, ['/reminders/1/before']],
  ['with two steps at one time', { reminders: [first, first, ...others] }, ['/reminders/1/before']],
  ['whose last step asks a case lead', { reminders: [first] }, ['/reminders/0']],
  [
    'whose last step is answered after the end',
    { reminders: [{ ...last, answerWithinHours: 48 }] },
    ['/reminders/0/answerWithinHours'],
  ],
  ['whose other ladder ends so', { afterExtension: [first] }, ['/afterExtension/0']],
  ['that is shorter in all than once', { maximum: { amount: 89, unit: 'days' } }, ['/maximum']],
  ['that leads to no date', { term: long, maximum: long }, ['/term', '/maximum']],
  ['that is reviewed by the hour', { reviewEvery }, ['/reviewEvery/every']],
  ['that is once as long as in all', { maximum: { amount: 90, unit: 'days' } }, []],
])('a kind of order %s has faults at %j', (_what, change, pointers) => {
  expect(findTypeFaults({ ...type, ...change }).map(({ pointer }) => pointer)).toEqual(pointers)
})
