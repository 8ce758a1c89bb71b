import { describe, expect, it } from 'vitest'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import { endOf } from '../../../src/http/orders/end-order.ts'

const order: ProtectionOrder = {
  id: '00000000-0000-7000-8000-00000000000a',
  reference: '09/1-26',
  legalBasis: 'prosecutor-behaviour-order',
  offenderId: '00000000-0000-7000-8000-00000000000b',
  validFromMs: 100,
  validUntilMs: 900,
  status: 'active',
  locationBans: [],
  proximityBans: [],
  escalation: null,
  version: 1,
}

describe('the end of an order before its time', () => {
  it('the order ends at once where no moment was said, or it has come', () => {
    for (const effectiveAtMs of [null, 50, 500]) {
      expect(endOf(order, effectiveAtMs, 500)).toEqual({ ...order, status: 'ended' })
    }
  })

  it('the order runs until a moment that is to come', () => {
    expect(endOf(order, 501, 500)).toEqual({ ...order, validUntilMs: 501 })
  })

  it('the order cannot end later than it does', () => {
    expect(() => endOf(order, 900, 500)).toThrow('The order cannot end then.')
  })

  it('the order that would end before it begins is withdrawn', () => {
    for (const effectiveAtMs of [60, 100]) {
      expect(endOf(order, effectiveAtMs, 50)).toEqual({ ...order, status: 'ended' })
    }
  })
})
