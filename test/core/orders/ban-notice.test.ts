import { describe, expect, it } from 'vitest'
import { changesSince, noticeActOf } from '../../../src/core/orders/ban-notice.ts'
import type { LocationBan, ProtectionOrder } from '../../../src/core/model/registry.ts'

const ban = (id: string, radiusMeters = 500): LocationBan => ({
  id,
  label: id,
  area: { type: 'circle', longitude: 5, latitude: 52, radiusMeters },
  approachMeters: 500,
  schedule: null,
})

const order: ProtectionOrder = {
  id: 'order',
  version: 1,
  reference: '09/1',
  legalBasis: 'prosecutor-behaviour-order',
  offenderId: 'offender',
  validFromMs: 0,
  validUntilMs: 1_000,
  status: 'active',
  locationBans: [ban('a'), ban('b')],
  proximityBans: [],
  escalation: null,
}

describe('what a partner is told of a ban', () => {
  it('a partner is told by what it heard last, and not by the last act alone', () => {
    expect(noticeActOf(null, order)).toBe('imposed')
    expect(noticeActOf(order, { ...order, validUntilMs: 2_000 })).toBe('extended')
    expect(noticeActOf(order, { ...order, validUntilMs: 500 })).toBe('changed')
    const suspended = { ...order, status: 'suspended' as const }
    expect(noticeActOf(order, suspended)).toBe('suspended')
    expect(noticeActOf(suspended, order)).toBe('resumed')
    expect(noticeActOf(suspended, { ...order, status: 'ended' })).toBe('ended')
    expect(changesSince(order, { ...order, conditions: ['no-weapons'] })).toEqual([
      { what: 'conditions', how: 'changed' },
    ])
    // Extended and narrowed between two notices: no mere extension.
    expect(noticeActOf(order, { ...order, validUntilMs: 2_000, locationBans: [ban('a')] })).toBe(
      'changed',
    )
  })

  it('a notice names each ban that came, went or is another', () => {
    const after = { ...order, validUntilMs: 2_000, locationBans: [ban('b', 600), ban('c')] }
    expect(changesSince(order, after)).toEqual([
      { what: 'validUntil', how: 'changed' },
      { what: 'locationBans/b', how: 'changed' },
      { what: 'locationBans/c', how: 'added' },
      { what: 'locationBans/a', how: 'removed' },
    ])
    expect(changesSince(order, order)).toEqual([])
    expect(changesSince(null, order)).toEqual([])
  })
})
