import { expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { LocationBan, ProtectionOrder } from '../../../src/core/model/registry.ts'
import { amendBanRule, createBanRule } from '../../../src/core/rules/ban-versions.ts'
import { findNextBeginning } from '../../../src/core/rules/next-beginning.ts'
import { makeBan, makeOrder, startMs } from '../engine-world.ts'

const limits = defaultLimits
const hour = 3_600_000

function ruleOf(order: Partial<ProtectionOrder> = {}, ban: Partial<LocationBan> = {}) {
  return createBanRule(0, makeOrder(order), makeBan(ban), { fromMs: -Infinity, limits })
}

it('a ban begins when its order does, and not again', () => {
  const rule = ruleOf({ validFromMs: startMs })
  expect(findNextBeginning(rule, startMs - 1)).toBe(startMs)
  expect(findNextBeginning(rule, startMs)).toBe(Infinity)
})

it('a ban by hours begins each day as its window opens', () => {
  const days = ['monday', 'tuesday', 'wednesday'] as const
  const weekly = [{ days, from: '14:00', until: '18:00' }]
  const rule = ruleOf({}, { schedule: { timeZone: 'Europe/Amsterdam', weekly, exceptions: [] } })
  // A Monday, 13:00 in Amsterdam.
  expect(findNextBeginning(rule, startMs)).toBe(startMs + hour)
  expect(findNextBeginning(rule, startMs + hour)).toBe(startMs + 25 * hour)
  expect(findNextBeginning(rule, startMs + 50 * hour)).toBe(startMs + 7 * 24 * hour + hour)
})

it('a ban begins when it is resumed or its area changes, and not when only its end does', () => {
  const amend = (rule: ReturnType<typeof ruleOf>, order: object, ban: object, fromMs: number) =>
    amendBanRule(rule, makeOrder({ version: 2, ...order }), makeBan(ban), { fromMs, limits })
  const paused = ruleOf({ status: 'suspended' })
  amend(paused, {}, {}, startMs)
  expect(findNextBeginning(paused, startMs - hour)).toBe(startMs)
  const extended = ruleOf()
  amend(extended, { validUntilMs: startMs + 900 * hour }, {}, startMs)
  expect(findNextBeginning(extended, startMs - hour)).toBe(Infinity)
  amend(extended, { validUntilMs: startMs + 900 * hour }, { approachMeters: 900 }, startMs + hour)
  expect(findNextBeginning(extended, startMs - hour)).toBe(startMs + hour)
})
