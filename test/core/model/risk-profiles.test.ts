import { describe, expect, it } from 'vitest'
import { confidences } from '../../../src/core/model/order-terms.ts'
import {
  chooseRisk,
  riskProfilesDelivered,
  riskTermNames,
} from '../../../src/core/model/risk-profiles.ts'
import { findWeakenings } from '../../../src/core/rules/weakening.ts'
import { riskProfileBodySchema } from '../../../src/schemas/risk-profile.ts'
import { makeOrder } from '../engine-world.ts'

const rows = Object.entries(riskProfilesDelivered)

describe('the risk profiles as delivered', () => {
  it.each(rows)(
    'the risk profile %s is a row as somebody may write it, with its source',
    (_, row) => {
      expect(riskProfileBodySchema.safeParse({ basedOnVersion: 0, ...row }).error).toBeUndefined()
      expect(row.source.length).toBeGreaterThan(10)
      expect(Object.keys(row.confidence).toSorted()).toEqual([...riskTermNames].toSorted())
      for (const confidence of Object.values(row.confidence))
        expect(confidences).toContain(confidence)
    },
  )

  it('each of them is as grave as the one before in every term', () => {
    const orders = rows.map(([key, row]) => makeOrder({ risk: chooseRisk(key, 0, row) }))
    expect(rows.map(([key]) => key)).toEqual(['standard', 'raised', 'high'])
    for (const [place, order] of orders.entries()) {
      expect(findWeakenings(orders[place - 1] ?? makeOrder(), order)).toEqual([])
    }
    expect(findWeakenings(orders[2]!, orders[1]!)).toEqual(['risk-lowered'])
    // Nothing, beside what the order has.
    expect(findWeakenings(orders[0]!, makeOrder())).toEqual([])
  })
})
