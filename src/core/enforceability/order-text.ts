import { isEverOpen } from '../rules/schedule.ts'
import type {
  EnforceabilityProposal,
  ProposedException,
  ProposedSchedule,
  ProposedWindow,
} from './proposal.ts'

/** What the text of a measure says; null is not said, or not known yet. */
export type OrderText = Pick<
  EnforceabilityProposal,
  'legalBasis' | 'validFromMs' | 'validUntilMs' | 'supervisingBody' | 'isMonitoringNamed'
>

/** Something a machine needs of a text, and does not find. */
export type MissingText = {
  /** Its place in the text: a JSON pointer from there. */
  readonly pointer: string
  readonly detail: string
  readonly detailNl: string
}

/** All that the text of a question leaves out, for whoever sends it back. */
export function listMissingText(proposal: EnforceabilityProposal): readonly MissingText[] {
  // Who moves along is kept away from as long as the order is in force.
  const isMoving = proposal.ban.kind === 'proximity'
  if (isMoving) return missingOfTerms(proposal)
  return [
    ...missingOfTerms(proposal),
    ...missingOfTimes(proposal.schedule),
    ...missingInTerm(proposal),
  ]
}

/** What was mistyped: a stretch or an exception never holds, or the measure never does. */
function missingInTerm({ schedule, validFromMs, validUntilMs }: EnforceabilityProposal) {
  if (schedule === null || validFromMs === null || validUntilMs === null) return []
  const neverHeld = (schedule.weekly ?? []).flatMap((window, index) =>
    need(
      `/schedule/weekly/${index}`,
      isNeverOpen(window, validFromMs, validUntilMs) ? null : window,
      `a time within its term for stretch ${index + 1}, which never holds in it`,
      `een tijd binnen de looptijd voor stuk ${index + 1}, dat er nu nooit in geldt`,
    ),
  )
  const isOutside = ({ fromMs, untilMs }: ProposedException): boolean =>
    (fromMs !== null && fromMs >= validUntilMs) || (untilMs !== null && untilMs <= validFromMs)
  const outside = schedule.exceptions.flatMap((exception, index) =>
    need(
      `/schedule/exceptions/${index}`,
      isOutside(exception) ? null : exception,
      `a time within its term for exception ${index + 1}, which lies outside`,
      `een tijd binnen de looptijd voor uitzondering ${index + 1}, die er nu buiten valt`,
    ),
  )
  return [
    ...neverHeld,
    ...outside,
    ...need(
      '/schedule/exceptions',
      isAllExcepted(schedule, validFromMs, validUntilMs) ? null : schedule,
      'a time at which it holds: the exceptions take up all of it within its term',
      'een tijd waarop het geldt: de uitzonderingen nemen alles weg binnen de looptijd',
    ),
  ]
}

/** As an order would hold it; one that is not told with both its ends may be open. */
function isNeverOpen(window: ProposedWindow, validFromMs: number, validUntilMs: number): boolean {
  const schedule = { weekly: [window], exceptions: [] }
  return !isEverOpenAsTold(schedule, validFromMs, validUntilMs)
}

/** It would hold within its term, but for the exceptions. */
function isAllExcepted(
  schedule: ProposedSchedule,
  validFromMs: number,
  validUntilMs: number,
): boolean {
  const isOpen = ({ exceptions }: Pick<ProposedSchedule, 'exceptions'>): boolean =>
    isEverOpenAsTold({ ...schedule, exceptions }, validFromMs, validUntilMs)
  return isOpen({ exceptions: [] }) && !isOpen(schedule)
}

/** An exception that is not told with both its ends takes nothing away. */
function isEverOpenAsTold(
  { weekly, exceptions }: ProposedSchedule,
  validFromMs: number,
  validUntilMs: number,
): boolean {
  const windows = weekly?.map(({ days, from, until }) =>
    days === null || from === null || until === null ? null : { days, from, until },
  )
  if (windows?.includes(null) === true) return true
  const schedule = {
    timeZone: 'Europe/Amsterdam',
    weekly: windows?.filter((window) => window !== null) ?? null,
    exceptions: exceptions.flatMap(({ fromMs, untilMs, reason }) =>
      fromMs === null || untilMs === null ? [] : [{ fromMs, untilMs, reason: reason ?? '' }],
    ),
  } as const
  return isEverOpen(schedule, validFromMs, validUntilMs)
}

/** By when it ends, on what it rests, whom it is put under. */
export function missingOfTerms(text: OrderText): readonly MissingText[] {
  return [
    ...missingEnd(text.validUntilMs),
    ...need(
      '/legalBasis',
      text.legalBasis,
      'the article it rests on',
      'het artikel waarop het berust',
    ),
    ...need(
      '/validFrom',
      text.validFromMs,
      'the moment from which it holds, with its time',
      'het moment waarop het ingaat, met de tijd',
    ),
    ...need('/supervision/body', text.supervisingBody, 'who supervises it', 'wie toezicht houdt'),
    ...need(
      '/supervision/electronicMonitoring',
      text.isMonitoringNamed === true ? true : null,
      'that electronic monitoring is part of it',
      'dat elektronisch toezicht erbij hoort',
    ),
  ]
}

export function missingEnd(validUntilMs: number | null): readonly MissingText[] {
  return need(
    '/validUntil',
    validUntilMs,
    'the moment at which it ends, with its time',
    'het moment waarop het eindigt, met de tijd',
  )
}

function missingOfTimes(schedule: ProposedSchedule | null): readonly MissingText[] {
  if (schedule !== null) return missingOfSchedule(schedule)
  return need(
    '/schedule',
    null,
    'at what times it holds and what is excepted, with times; or day and night without exceptions',
    'op welke tijden het geldt en wat is uitgezonderd, met tijden; of dag en nacht zonder uitzondering',
  )
}

/** Of times that are given: each with both its ends. */
export function missingOfSchedule({ weekly, exceptions }: ProposedSchedule): MissingText[] {
  return [
    ...(weekly ?? []).flatMap(({ days, from, until }, index) => {
      const [at, n] = [`/schedule/weekly/${index}`, index + 1]
      return [
        ...need(
          `${at}/days`,
          days,
          `on which days stretch ${n} holds`,
          `op welke dagen stuk ${n} geldt`,
        ),
        ...need(
          `${at}/from`,
          from,
          `from what time stretch ${n} holds`,
          `vanaf hoe laat stuk ${n} geldt`,
        ),
        ...need(
          `${at}/until`,
          until,
          `until what time stretch ${n} holds`,
          `tot hoe laat stuk ${n} geldt`,
        ),
      ]
    }),
    ...exceptions.flatMap(({ fromMs, untilMs, reason }, index) => {
      const [at, n] = [`/schedule/exceptions/${index}`, index + 1]
      return [
        ...need(
          `${at}/from`,
          fromMs,
          `from when exception ${n} holds, with its time`,
          `vanaf wanneer uitzondering ${n} geldt, met de tijd`,
        ),
        ...need(
          `${at}/until`,
          untilMs,
          `until when exception ${n} holds, with its time`,
          `tot wanneer uitzondering ${n} geldt, met de tijd`,
        ),
        ...need(
          `${at}/reason`,
          reason,
          `what exception ${n} is for`,
          `waarvoor uitzondering ${n} is`,
        ),
      ]
    }),
  ]
}

function need(pointer: string, value: unknown, detail: string, detailNl: string): MissingText[] {
  return value === null ? [{ pointer, detail, detailNl }] : []
}
