import type { EnforceabilityCheck } from './check-result.ts'

/** Every check but the last is in the answer, whether anything answers it or not. */
export function withUnanswered(checks: readonly EnforceabilityCheck[]): EnforceabilityCheck[] {
  const answered = new Set(checks.map(({ code }) => code))
  return [...checks, ...notAssessable.filter(({ code }) => !answered.has(code))]
}

/** Asked by the checklist, answered by nothing we hold: a person has to look. */
const notAssessable: readonly EnforceabilityCheck[] = (
  [
    [
      'E6',
      'Through-roads, railway lines and the only road of a village were not looked for.',
      'Naar doorgaande wegen, spoorlijnen en de enige weg van een dorp is niet gekeken.',
    ],
    [
      'E7',
      'How good reception by satellite is around the ban was not measured.',
      'Hoe goed de satellietontvangst rond het gebied is, is niet gemeten.',
    ],
    [
      'E8',
      'How good mobile coverage is around the ban was not measured.',
      'Hoe goed de mobiele dekking rond het gebied is, is niet gemeten.',
    ],
    [
      'E10',
      'Whether the two share a building was not looked at.',
      'Of de twee een gebouw delen, is niet bekeken.',
    ],
    [
      'E12',
      'Whether the ban or the daily route crosses a border was not looked at: no municipalities were read in.',
      'Of het gebied of de dagelijkse route een grens kruist, is niet bekeken: gemeenten zijn niet ingelezen.',
    ],
    [
      'E15',
      'How many alerts the daily routes would give was not predicted.',
      'Hoeveel meldingen de dagelijkse routes zouden geven, is niet voorspeld.',
    ],
    [
      'E18',
      'Whether a reasonable daily life is left was not judged.',
      'Of er een redelijk dagelijks leven overblijft, is niet beoordeeld.',
    ],
  ] as const
).map(([code, sentence, sentenceNl]) => ({
  code,
  result: 'not-assessed',
  value: null,
  threshold: null,
  unit: null,
  basis: 'judgement',
  sentence,
  sentenceNl,
}))
