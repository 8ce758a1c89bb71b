import { afterEach, describe, expect, it, vi } from 'vitest'

// The page reads what the browser keeps; there is no browser here.
vi.stubGlobal('localStorage', { getItem: () => null })
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('location', { hash: '' })
const { me } = await import('../../../../src/desk/page/state/session.ts')
const { keepDraft } = await import('../../../../src/desk/page/state/drafts.ts')
const { findUnfinished, forgetUnfinished, inputsKey, keepUnfinished, listStale, orderKey } =
  await import('../../../../src/desk/page/register/unfinished-order.ts')

describe('An order that was typed and not sent', () => {
  const sits = (id: string): void => {
    me.value = { id, displayName: id } as never
  }
  sits('one')
  afterEach(() => {
    sits('one')
    for (const start of [null, startOf('first'), startOf('second')])
      forgetUnfinished(orderKey(null, start))
  })

  it('an unfinished order is for whoever typed it, and for nobody who sits there next', () => {
    keepUnfinished(orderKey(null, null), order)
    expect(findUnfinished(null)).toBe(order)
    sits('other')
    expect(findUnfinished(null)).toBe(null)
    sits('one')
    forgetUnfinished(orderKey(null, null))
    expect(findUnfinished(null)).toBe(null)
  })

  it('an unfinished order gives way to another assessment, goes on with its own, and is not lost by it', () => {
    const first = { ...order, start: startOf('first') }
    keepUnfinished(orderKey(null, null), order)
    keepUnfinished(orderKey(null, first.start), first)
    expect(findUnfinished(first.start)).toBe(first)
    expect(findUnfinished(null)).toBe(first)
    expect(findUnfinished(startOf('second'))).toBe(null)
    forgetUnfinished(orderKey(null, first.start))
    expect(findUnfinished(null)).toBe(order)
  })

  it('a change that was typed of an earlier version of an order is no change of this one', () => {
    const key = orderKey({ id: 'a', version: 2 }, null)
    keepDraft(inputsKey(key), [])
    expect(listStale({ id: 'a', version: 2 })).toEqual([])
    expect(listStale({ id: 'a', version: 3 })).toEqual([{ key, version: 2 }])
    expect(listStale({ id: 'b', version: 3 })).toEqual([])
    forgetUnfinished(key)
    expect(listStale({ id: 'a', version: 3 })).toEqual([])
  })
})

const order = { bans: [], pairs: [], start: null }

function startOf(assessmentId: string) {
  const empty = { bans: [], pairs: [], legalBasis: undefined, validFrom: '', validUntil: '' }
  return { ...empty, assessmentId }
}
