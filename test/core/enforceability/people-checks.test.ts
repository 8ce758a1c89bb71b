import { expect, it } from 'vitest'
import { checkText } from '../../../src/core/enforceability/people-checks.ts'
import { nothingKnown } from '../../../src/core/enforceability/proposal.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'

it('the check of the text names what it lacks, in two languages, and nothing that is there', () => {
  const proposal = {
    ...nothingKnown,
    ban: { kind: 'proximity', separationMeters: 1_000 },
    approachMeters: 0,
    validFromMs: 0,
  } as const
  expect(checkText(proposal, defaultLimits)).toMatchObject({
    result: 'not-assessed',
    sentence: 'The order must say the legal basis and the end, with its time; not known yet.',
    sentenceNl:
      'De maatregel moet de rechtsgrond en het einde met de tijd noemen; dat is nog niet bekend.',
  })
  const based = { ...proposal, legalBasis: 'special-condition', validFromMs: null } as const
  const { sentence } = checkText({ ...based, validUntilMs: 1 }, defaultLimits)
  expect(sentence).toBe('The order must say the start, with its time; not known yet.')
})
