import type { Figure } from './figure.ts'
import {
  delays,
  falseBreaches,
  falsePerDay,
  precision,
  promptness,
  rate,
  recall,
  repeatRate,
  share,
} from './figure.ts'
import type { Bilingual } from './bilingual.ts'
import type { Score } from './score.ts'
import type { Group } from './trial.ts'

/** What is asked of single bans. */
export const recordingGoals: readonly RecordingGoal[] = [
  {
    label: {
      nl: 'opnamen: verblijf van 60 s en 150 m diep, gevonden',
      en: 'recordings: stay of 60 s, 150 m deep, found',
    },
    goal: '≥ 99.5 %',
    groups: ['stay'],
    measure: (score) => recall(score, 0.995),
  },
  {
    label: {
      nl: 'opnamen: s van eerste onthullende positie tot melding (p50, p95, max)',
      en: 'recordings: s from first revealing fix to alert (p50, p95, max)',
    },
    goal: '0, ≤ 1 interval',
    groups: ['stay'],
    measure: promptness,
  },
  {
    label: {
      nl: 'opnamen: s van ware gebeurtenis tot melding (p50, p95, max)',
      en: 'recordings: s from true event to alert (p50, p95, max)',
    },
    goal: 'shown',
    groups: ['stay'],
    measure: (score) => delays(score.fromEventMs),
  },
  ...([50, 100, 200] as const).map((meters) => ({
    label: {
      nl: `stil op ${meters} m van een verbod: overtredingen per dag`,
      en: `lying still ${meters} m from a ban: breach alerts per day`,
    },
    goal: meters === 50 ? '≤ 0.02' : '0',
    groups: [`still-${meters}` as const],
    measure: (score: Score) => falsePerDay(score, meters === 50 ? 0.02 : 0),
  })),
  {
    label: {
      nl: 'langs een verbod op 200 m: overtredingen (+ afgeleide passages)',
      en: 'moving past a ban 200 m off: breach alerts (+ inferred passages)',
    },
    goal: '0',
    groups: ['pass-200'],
    measure: falseBreaches,
  },
  {
    label: {
      nl: 'samen gedragen, grens 500 m: gevonden',
      en: 'carried together, limit 500 m: found',
    },
    goal: '100 %',
    groups: ['together'],
    measure: (score) => recall(score, 1),
  },
  {
    label: {
      nl: 'samen gedragen: herhalingen per ware ontmoeting',
      en: 'carried together: repeats per true meeting',
    },
    goal: '≤ 0.1',
    groups: ['together'],
    measure: (score) => repeatRate(score, 0.1),
  },
  {
    label: {
      nl: 'twee mensen 2 km uit elkaar, grens 500 m: overtredingen',
      en: 'two people 2 km apart, limit 500 m: breach alerts',
    },
    goal: '0',
    groups: ['apart-2000'],
    measure: falseBreaches,
  },
  {
    label: {
      nl: 'opnamen: precisie van overtredingen bij verblijven',
      en: 'recordings: precision of breaches around stays',
    },
    goal: 'shown',
    groups: ['stay'],
    measure: precision,
  },
  {
    label: {
      nl: 'opnamen: herhalingen / valse beëindigingen per waar verblijf',
      en: 'recordings: repeats / false clears per true stay',
    },
    goal: 'shown',
    groups: ['stay'],
    measure: (score) => ({
      text: `${rate(score.repeats, score.dueCount)} / ${rate(score.falseClears, score.dueCount)}`,
      isMet: null,
    }),
  },
  {
    label: {
      nl: 'simulatie: verblijven en ontmoetingen gevonden',
      en: 'simulation: stays and meetings found',
    },
    goal: '100 %',
    groups: ['simulated-stay', 'simulated-meeting'],
    measure: (score) => recall(score, 1),
  },
  {
    label: {
      nl: 'simulatie: ontmoetingen waarbij van één van beiden niets kwam, toch gemeld',
      en: 'simulation: meetings with nothing sent by one of the two, told all the same',
    },
    goal: 'shown',
    groups: ['simulated-stay', 'simulated-meeting'],
    measure: ({ unseenFoundCount, unseenCount }) => ({
      ...share(unseenFoundCount, unseenCount, 1),
      isMet: null,
    }),
  },
  {
    label: {
      nl: 'simulatie: s van eerste onthullende positie tot melding (p50, p95, max)',
      en: 'simulation: s from first revealing fix to alert (p50, p95, max)',
    },
    goal: '0, ≤ 1 interval',
    groups: ['simulated-stay', 'simulated-meeting'],
    measure: promptness,
  },
  {
    label: {
      nl: 'simulatie: herhalingen / valse beëindigingen per ware overtreding',
      en: 'simulation: repeats / false clears per true breach',
    },
    goal: 'shown',
    groups: ['simulated-stay', 'simulated-meeting'],
    measure: (score) => ({
      text: `${rate(score.repeats, score.dueCount)} / ${rate(score.falseClears, score.dueCount)}`,
      isMet: null,
    }),
  },
]

export type RecordingGoal = {
  readonly label: Bilingual
  readonly goal: string
  readonly groups: readonly Group[]
  readonly measure: (score: Score) => Figure
}
