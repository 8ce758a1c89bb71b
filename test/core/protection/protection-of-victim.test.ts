import { describe, expect, it } from 'vitest'
import type { ProtectionReason } from '../../../src/core/protection/judge-person-seen.ts'
import { protectionOfVictim } from '../../../src/core/protection/protection-of-victim.ts'

const ofOther = { subject: 'victim', personId: 'other' } as const
const ofOwn = { subject: 'victim', personId: 'own' } as const
const ofOrder = { subject: 'order', personId: null } as const

describe('what an order gives one of those it protects', () => {
  it.each([
    ['degraded', [ofOther], 'protected'],
    ['degraded', [ofOther, ofOwn], 'degraded'],
    ['degraded', [ofOther, ofOrder], 'degraded'],
    ['protected', [], 'protected'],
    // Which of the two is not known nobody says.
    ['unknown', [ofOther], 'unknown'],
  ] as const)(
    'protection that is %s for the reasons %j is %s for one of two',
    (state, given, own) => {
      const reasons: readonly Pick<ProtectionReason, 'subject' | 'personId'>[] = given
      const found = protectionOfVictim({ state, reasons }, 'own')
      expect(found.state).toBe(own)
      expect(found.reasons).not.toContainEqual(ofOther)
    },
  )
})
