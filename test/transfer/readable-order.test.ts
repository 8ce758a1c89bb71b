import { expect, it } from 'vitest'
import type { OrderCondition } from '../../src/core/model/order-conditions.ts'
import type { ProtectionOrder } from '../../src/core/model/registry.ts'
import { requireReadable } from '../../src/transfer/readable-order.ts'

const id = '019ab2f4-0006-7000-8000-000000000006'
const order: ProtectionOrder = {
  id,
  version: 1,
  reference: '09/1',
  legalBasis: 'temporary-home-ban',
  offenderId: '019ab2f4-0007-7000-8000-000000000007',
  validFromMs: 0,
  validUntilMs: 1_000,
  status: 'active',
  locationBans: [],
  proximityBans: [],
  conditions: ['no-contact'],
  escalation: null,
}

it('an order with a condition that this server has no words for does not come in', () => {
  expect(() => requireReadable(order, id)).not.toThrow()
  const newer = { ...order, conditions: ['no-drones' as OrderCondition] }
  expect(() => requireReadable(newer, id)).toThrow(/none that can be judged/)
})
