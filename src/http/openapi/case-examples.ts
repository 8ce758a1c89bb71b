import type { Json } from './document.ts'

const offenderId = '019ab2f4-0002-7000-8000-000000000002'
const staffId = '019ab2f4-0005-7000-8000-000000000005'

/** Of the people about a case, and how long it is kept. */
export const caseExamples: Readonly<Record<string, Json>> = {
  giveCaseRole: {
    role: 'case-lead',
    holder: { name: 'J. de Vries, politie Utrecht', phone: '+31300000001' },
    standIn: { name: 'A. Jansen, politie Utrecht', phone: '+31300000002' },
    handOverNote: 'Gesprek met beide partijen staat op 3 december.',
  },
  replaceRiskProfile: {
    basedOnVersion: 0,
    name: { nl: 'Hoog', en: 'High' },
    reportIntervalSeconds: 15,
    recallMinutesMax: 5,
    alsoCalled: [{ afterSeconds: 30, target: 'supervisor' }],
    protocol: 'high-risk',
    source: 'Decided by the regional table of 3 December 2026.',
    confidence: {
      reportIntervalSeconds: 'medium',
      recallMinutesMax: 'judgement',
      alsoCalled: 'judgement',
      protocol: 'judgement',
    },
  },
  replaceOrderType: {
    basedOnVersion: 0,
    statute: 'art. 509hh Sv',
    term: { amount: 90, unit: 'days' },
    extensionTerm: { amount: 90, unit: 'days' },
    extensionCountMax: 3,
    maximum: { amount: 360, unit: 'days' },
    extendedBy: ['prosecutor'],
    reminders: [
      {
        before: { amount: 35, unit: 'days' },
        to: 'case-lead',
        task: 'prepare',
        answerWithinHours: 72,
        everyHours: null,
        priority: 'P3',
      },
      {
        before: { amount: 2, unit: 'days' },
        to: 'coordinator',
        task: 'decide',
        answerWithinHours: 1,
        everyHours: 1,
        priority: 'P1',
      },
    ],
    afterExtension: null,
    reviewEvery: null,
    afterEnd: { to: 'coordinator', task: 'confirm-stop', answerWithinHours: 1 },
    afterLast: 'Ask for a measure (art. 38v Sr) or special conditions.',
    confidence: { term: 'high', extensions: 'high', maximum: 'high', reminders: 'judgement' },
    source: 'Read again by the legal department on 3 December 2026.',
    sourceNl: 'Opnieuw gelezen door de juridische afdeling op 3 december 2026.',
  },
  chooseRiskProfile: { profile: 'high', reason: 'Threats since the hearing.' },
  joinCase: { withOrderId: '019ab2f4-0009-7000-8000-000000000009' },
  createHouseholdLink: {
    personId: offenderId,
    memberReference: 'JB-2026-00417',
    relation: 'child',
    since: '2026-09-01T00:00:00Z',
  },
  endHouseholdLink: { until: '2026-11-20T00:00:00Z' },
  createRelocation: {
    movedAt: '2026-11-21T00:00:00Z',
    oldAddress: { text: 'Dorpsstraat 12, Ede' },
    newAddress: { text: 'Molenweg 3, Ede', longitude: 5.66, latitude: 52.04 },
  },
  answerMoveQuestion: { answer: 'stays', note: 'Looked at with the prosecutor; it is right.' },
  createScreening: {
    instrument: 'sash',
    screenedAt: '2026-11-20T10:00:00Z',
    authorId: staffId,
    outcome: 'high',
    nextDueAt: '2027-02-20T10:00:00Z',
    documentReference: 'SASH-2026-00417',
  },
  createTraining: {
    instrument: 'sash',
    trainedAt: '2026-03-01T09:00:00Z',
    validUntil: '2029-03-01T09:00:00Z',
  },
  holdCase: {
    heldFor: 'court',
    reason: 'Hoger beroep loopt.',
    documentReference: 'GH-27/0031',
    until: '2028-01-01T00:00:00Z',
  },
  releaseHold: { reason: 'Het arrest is onherroepelijk.' },
}
