import { describe, expect, it } from 'vitest'
import { findSubject, startAfter } from '../../../src/core/watch/draft-alert.ts'
import { createPairWorld, createWorld, orderChange, person, startMs } from '../watch-world.ts'

describe('the start of an episode', () => {
  it('the start of an episode is when it happened, and always after the end of the one before', () => {
    expect(startAfter(500, null)).toBe(500)
    expect(startAfter(500, 400)).toBe(500)
    expect(startAfter(500, 500)).toBe(501)
    expect(startAfter(500, 900)).toBe(901)
  })
})

describe('whom an alert is about', () => {
  it('an alert without a person is about nobody', () => {
    expect(findSubject(createWorld().watch, null, startMs)).toMatchObject({
      order: null,
      role: null,
      orderCount: 0,
    })
  })

  it('an alert is about the offender alone, or the victim with their offender', () => {
    const { watch } = createPairWorld()
    expect(findSubject(watch, 'otto', startMs)).toMatchObject({
      offenderId: 'otto',
      victimId: null,
      hasProximityBan: true,
    })
    expect(findSubject(watch, 'vera', startMs)).toMatchObject({
      offenderId: 'otto',
      victimId: 'vera',
      role: 'victim',
    })
  })

  it('an alert hangs on the order with a pair when there are several', () => {
    const world = createPairWorld()
    world.register(orderChange({ id: 'another' }))
    expect(findSubject(world.watch, 'otto', startMs)).toMatchObject({
      order: { id: 'order' },
      orderCount: 2,
    })
  })

  it('an alert names no order that is not in force', () => {
    const world = createWorld()
    world.register(person('otto', 'offender'), orderChange({ validFromMs: startMs + 1 }))
    expect(findSubject(world.watch, 'otto', startMs).order).toBeNull()
    expect(findSubject(world.watch, 'otto', startMs + 1).order?.id).toBe('order')
  })
})
