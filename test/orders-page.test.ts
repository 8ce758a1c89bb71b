import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { expect, it } from 'vitest'
import { caseRoleBodySchema } from '../src/schemas/case.ts'
import { decisionBodySchema } from '../src/schemas/decision.ts'
import { relocationBodySchema } from '../src/schemas/household.ts'
import { noticeEventSchema } from '../src/schemas/partner.ts'
import { holdBodySchema } from '../src/schemas/retention.ts'
import { riskChoiceBodySchema } from '../src/schemas/risk-profile.ts'
import { wishesBodySchema } from '../src/schemas/victim.ts'

/** In the order in which the page shows them. */
const schemas: readonly z.ZodType[] = [
  decisionBodySchema,
  decisionBodySchema,
  decisionBodySchema,
  noticeEventSchema,
  noticeEventSchema,
  caseRoleBodySchema,
  wishesBodySchema,
  relocationBodySchema,
  riskChoiceBodySchema,
  holdBodySchema,
]

it('each document that the page about orders shows is one that the API takes or sends', () => {
  const page = readFileSync('docs/orders.md', 'utf8')
  const shown = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
  expect(shown).toHaveLength(schemas.length)
  const faults = shown.flatMap((text, place) => {
    const read = schemas[place]?.safeParse(JSON.parse(text))
    return read?.success === true ? [] : [`${place + 1}: ${read?.error.message ?? 'no schema'}`]
  })
  expect(faults).toEqual([])
  // Another one in its place is found.
  expect(holdBodySchema.safeParse(JSON.parse(shown[0] ?? '')).success).toBe(false)
})
