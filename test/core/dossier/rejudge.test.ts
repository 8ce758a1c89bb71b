import { expect, it } from 'vitest'
import { rejudgeLookbackMs } from '../../../src/core/dossier/rejudge.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'

it('a rejudgement reads back further than a person seen at rest is taken to be there still', () => {
  expect(rejudgeLookbackMs(defaultLimits)).toBe(27 * 3_600_000)
  const limits = { ...defaultLimits, heldSightingMsMax: 3 * 86_400_000 }
  expect(rejudgeLookbackMs(limits)).toBe(75 * 3_600_000)
})
