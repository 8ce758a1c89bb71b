import { expect, it } from 'vitest'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import { rebaseChange } from '../../../src/core/orders/rebase-change.ts'

const area = { type: 'circle', longitude: 5, latitude: 52, radiusMeters: 300 } as const
const turned = { radiusMeters: 300, latitude: 52, longitude: 5, type: 'circle' } as const
const ban = { id: 'b', label: 'x', area, approachMeters: 500, schedule: null } as const

const base: ProtectionOrder = {
  id: 'o',
  version: 3,
  reference: 'R-1',
  legalBasis: 'civil-ban',
  offenderId: 'p',
  validFromMs: 0,
  validUntilMs: 1_000,
  status: 'active',
  locationBans: [ban],
  proximityBans: [],
  escalation: null,
}

it.each<readonly [string, Partial<ProtectionOrder>, Partial<ProtectionOrder>, object | null]>([
  ['of what is as it was then', { status: 'suspended' }, {}, { status: 'suspended' }],
  [
    'beside an extension',
    { reference: 'R-2' },
    { validUntilMs: 9 },
    { reference: 'R-2', validUntilMs: 9 },
  ],
  ['against another change of the same', { validUntilMs: 5 }, { validUntilMs: 9 }, null],
  [
    'beside bans that were written in another order',
    { locationBans: [] },
    { locationBans: [{ ...ban, area: turned }] },
    { locationBans: [] },
  ],
  ['of what has ended since', { status: 'suspended' }, { status: 'ended' }, null],
])('a change that was decided before, %s', (_what, decided, since, expected) => {
  const now = { ...base, ...since, version: 7 }
  const made = rebaseChange({ base, decided: { ...base, ...decided }, now })
  expect(made).toEqual(expected === null ? null : { ...base, ...expected, version: 8 })
})

it('a change of what is so already leaves the order as it is', () => {
  const now: ProtectionOrder = { ...base, status: 'suspended', version: 7 }
  expect(rebaseChange({ base, decided: { ...base, status: 'suspended' }, now })).toBe(now)
})
