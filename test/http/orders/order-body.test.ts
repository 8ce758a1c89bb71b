import { expect, it } from 'vitest'
import { readOrderBody } from '../../../src/http/orders/order-body.ts'
import { protectionOrderBodySchema } from '../../../src/schemas/protection-order.ts'
import { readOrder } from '../../../src/schemas/read-order.ts'

/** Of so many corners, about a kilometre wide. */
function makeRing(longitude: number, cornerCount: number): number[][] {
  const corners = Array.from({ length: cornerCount }, (_, index) => {
    const angle = (2 * Math.PI * index) / cornerCount
    const wide = 0.01 * (1 + 0.1 * Math.sin(17 * angle))
    return [longitude + wide * Math.cos(angle), 52 + 0.6 * wide * Math.sin(angle)]
  })
  return [...corners, corners[0] ?? []]
}

it('an order with many large areas is read with others answered between them, and is the same order', async () => {
  const body = protectionOrderBodySchema.parse({
    reference: '09/123456-26',
    legalBasis: 'liberty-restricting-measure',
    offenderId: '00000000-0000-7000-8000-000000000001',
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2030-01-01T00:00:00Z',
    locationBans: Array.from({ length: 12 }, (_, index) => ({
      label: `area ${index}`,
      geometry: { type: 'Polygon', coordinates: [makeRing(4 + index / 10, 200)] },
    })),
    proximityBans: [],
  })
  const state = { isRead: false, otherCount: 0 }
  const reading = readOrderBody(body).finally(() => {
    state.isRead = true
  })
  const answerOthers = (): void => {
    if (state.isRead) return
    state.otherCount += 1
    setImmediate(answerOthers)
  }
  setImmediate(answerOthers)
  expect(await reading).toEqual(readOrder(body))
  expect(state.otherCount).toBeGreaterThanOrEqual(11)
})
