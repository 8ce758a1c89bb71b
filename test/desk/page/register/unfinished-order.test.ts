import { afterEach, describe, expect, it } from 'vitest'
import {
  findUnfinished,
  forgetUnfinished,
  keepUnfinished,
} from '../../../../src/desk/page/register/unfinished-order.ts'
import type { OrderStart } from '../../../../src/desk/page/register/order-start.ts'

const order = { bans: [], pairs: [], start: null, typed: [] }

describe('An order that was typed and not registered', () => {
  afterEach(forgetUnfinished)

  it('an unfinished order is for whoever typed it, and for nobody who sits there next', () => {
    keepUnfinished('one', order)
    expect(findUnfinished('one', null)).toMatchObject(order)
    expect(findUnfinished('other', null)).toBe(null)
    expect(findUnfinished(undefined, null)).toBe(null)
    forgetUnfinished()
    expect(findUnfinished('one', null)).toBe(null)
  })

  it('an unfinished order of nobody is not kept, as nobody could be asked for', () => {
    keepUnfinished(undefined, order)
    expect(findUnfinished(undefined, null)).toBe(null)
  })

  it('an unfinished order gives way to another assessment, and goes on with its own', () => {
    const start = startOf('first')
    keepUnfinished('one', { ...order, start })
    expect(findUnfinished('one', start)).toMatchObject({ start })
    expect(findUnfinished('one', null)).toMatchObject({ start })
    expect(findUnfinished('one', startOf('second'))).toBe(null)
  })
})

function startOf(assessmentId: string): OrderStart {
  const empty = { bans: [], pairs: [], legalBasis: undefined, validFrom: '', validUntil: '' }
  return { ...empty, assessmentId }
}
