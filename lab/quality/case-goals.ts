import type { Figure } from './figure.ts'
import { dayMs } from '../../src/core/model/units.ts'
import { none, share } from './figure.ts'
import type { Bilingual } from './bilingual.ts'
import type { CaseScore } from './score-case.ts'

/** What is asked of whole cases: how much the desk gets, and how much of it is so. */
export const caseGoals: readonly CaseGoal[] = [
  {
    label: {
      nl: 'simulatie: meldingen voor een mens (P1 + P2) per zaak per dag',
      en: 'simulation: alerts for a human (P1 + P2) per case per day',
    },
    goal: '≤ 0.05',
    isForBaselines: true,
    measure: (score) => perCaseDay(score, score.humanAlerts, 0.05),
  },
  {
    label: {
      nl: 'simulatie: ware gebeurtenissen per zaak per dag, elk één keer te melden',
      en: 'simulation: true events per case per day, each to be told once',
    },
    goal: 'shown',
    isForBaselines: false,
    measure: (score) => ({ ...perCaseDay(score, score.trueEvents, Infinity), isMet: null }),
  },
  {
    label: {
      nl: 'simulatie: alle meldingen per zaak per dag',
      en: 'simulation: all alerts per case per day',
    },
    goal: 'shown',
    isForBaselines: true,
    measure: (score) => ({ ...perCaseDay(score, score.alerts, Infinity), isMet: null }),
  },
  {
    label: {
      nl: 'simulatie: ware naderingen gevonden',
      en: 'simulation: true approaches found',
    },
    goal: '100 %',
    isForBaselines: false,
    measure: ({ approachesFound, approachesDue }) => share(approachesFound, approachesDue, 1),
  },
  {
    label: { nl: 'simulatie: precisie van P1', en: 'simulation: precision of P1' },
    goal: '≥ 90 %',
    isForBaselines: true,
    measure: ({ p1True, p1False }) => share(p1True, p1True + p1False, 0.9),
  },
  {
    label: {
      nl: 'simulatie: valse meldingen voor slachtoffers (P1 zonder ontmoeting)',
      en: 'simulation: false victim notifications (P1 without a meeting)',
    },
    goal: 'shown',
    isForBaselines: true,
    measure: ({ falseVictimAlerts }) => ({ text: String(falseVictimAlerts), isMet: null }),
  },
  {
    label: {
      nl: 'simulatie: verhalen die een melding moeten geven',
      en: 'simulation: stories that must alert',
    },
    goal: 'shown',
    isForBaselines: false,
    measure: ({ stories }) => {
      const all = Object.values(stories)
      const must = all.reduce((sum, { mustCount }) => sum + mustCount, 0)
      const answered = all.reduce((sum, story) => sum + story.answered, 0)
      return { ...share(answered, must, 1), isMet: null }
    },
  },
  {
    label: { nl: 'stilte: gemist', en: 'silence: missed' },
    goal: '0',
    isForBaselines: false,
    measure: ({ silencesMissed, silencesDue }) =>
      silencesDue === 0
        ? none
        : { text: `${silencesMissed} of ${silencesDue}`, isMet: silencesMissed === 0 },
  },
  {
    label: {
      nl: 'stilte: vals per toestel per dag',
      en: 'silence: false per device per day',
    },
    goal: '≤ 0.01',
    isForBaselines: false,
    measure: ({ falseSilences, deviceDays }) =>
      deviceDays === 0
        ? none
        : {
            text: (falseSilences / deviceDays).toFixed(4),
            isMet: falseSilences / deviceDays <= 0.01,
          },
  },
  {
    label: { nl: 'deel van de tijd onbekend', en: 'share of time unknown' },
    goal: 'shown',
    isForBaselines: false,
    measure: ({ unknownMs, caseDays }) => ({
      ...share(unknownMs, caseDays * dayMs, 0),
      isMet: null,
    }),
  },
]

export type CaseGoal = {
  readonly label: Bilingual
  readonly goal: string
  readonly isForBaselines: boolean
  readonly measure: (score: CaseScore) => Figure
}

function perCaseDay({ caseDays }: CaseScore, count: number, most: number): Figure {
  return caseDays === 0
    ? none
    : { text: (count / caseDays).toFixed(3), isMet: count / caseDays <= most }
}
