import { expect, it } from 'vitest'
import { writeAlternatives } from '../../src/assess/advice-alternatives.ts'
import { assessEnforceability } from '../../src/core/enforceability/enforceability.ts'
import {
  nothingKnown,
  type EnforceabilityProposal,
} from '../../src/core/enforceability/proposal.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { escapeHtml } from '../../src/escape-html.ts'

const ring: [number, number][] = [
  [5, 52],
  [5.02, 52],
  [5.01, 52.02],
  [5, 52],
]
const proposal: EnforceabilityProposal = {
  ...nothingKnown,
  ban: { kind: 'polygon', geometry: { type: 'Polygon', coordinates: [ring] } },
  approachMeters: 500,
}

it('a small map says what is left out of the ban by name, or how many where they are several', () => {
  const known = { map: null, areas: null }
  const assessment = assessEnforceability(proposal, defaultLimits, known, { isComparing: true })
  const [asked] = assessment.alternatives
  if (asked === undefined) throw new Error('expected the asked ban, got none')
  const labelsOf = (areaNames: readonly string[]) => {
    const alternatives = [asked, { ...asked, kind: 'corridor' as const, areaNames }]
    const drawn = writeAlternatives({
      assessment: { ...assessment, alternatives },
      proposal,
      map: null,
    })
    return [...drawn.matchAll(/class="note"[^>]*>([^<]*)</g)].map(([, label]) => label)
  }
  expect(labelsOf(['A1'])).toContain('zonder een strook langs A1')
  expect(labelsOf(['A<1>'])).toContain(`zonder een strook langs ${escapeHtml('A<1>')}`)
  expect(labelsOf(['A1', 'A2'])).toContain('zonder 2 stroken')
  expect(labelsOf([''])).toContain('zonder een strook')
})
