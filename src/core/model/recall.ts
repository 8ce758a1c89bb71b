import { alertTraits } from './alert-kinds/alert-kinds.ts'
import type { AlertKind, AlertOutcome, AlertPriority, AlertStatus } from './alert.ts'
import type { Limits } from './limits.ts'
import { dayMs, minuteMs } from './units.ts'

/**
 * Whether what an alert is about goes on, as far as detection knows. What it does not bear out any
 * more, or tells by another alert, has nothing of its own that could.
 */
export function isStillGoingOn(alert: Standing): boolean {
  if (alert.clearedAtMs !== null) return false
  if (alert.unsupportedReason !== null || alert.partOfAlertId !== null) return false
  switch (alertTraits[alert.kind].lasts) {
    case 'until-it-ends':
    case 'until-a-date':
      return true
    case 'until-answered':
      return alert.status !== 'closed'
    case 'moment':
      return false
  }
}

/** Whether time alone opens it again after an answer, because what it is about goes on. */
export function isRecalled(alert: Standing): boolean {
  return alertTraits[alert.kind].lasts === 'until-it-ends' && isStillGoingOn(alert)
}

/** When an answered alert is open again if it still goes on; null when it is not, or never will. */
export function findRecallMs(alert: Standing): number | null {
  return alert.status !== 'open' && isRecalled(alert) ? alert.recallAtMs : null
}

/**
 * When an alert that is answered now is open again, should it still go on. What nobody is called
 * for comes back to the list a day later; it is called out when it gets graver.
 */
export function planRecall(alert: Recallable, answer: Answer, limits: Limits): RecallPlan {
  const minutes = answer.recallAfterMinutes ?? findRecallMinutes(alert.priority, limits)
  const recallAtMs = answer.permittedUntilMs ?? answer.nowMs + minutes * minuteMs
  return isRecalled(alert)
    ? { recallAtMs, recallMinutes: Math.ceil((recallAtMs - answer.nowMs) / minuteMs) }
    : { recallAtMs: null, recallMinutes: null }
}

export function findRecallMinutes(priority: AlertPriority, limits: Limits): number {
  return priority === 'P3' ? limits.recallMinutesListed : limits.recallMinutes
}

/**
 * What is wrong with an answer; empty when nothing is. Long quiet is for who may decide on it and
 * says why, and a permission says until when.
 */
export function judgeAnswer(alert: Recallable, answer: Answer, limits: Limits): AnswerFault[] {
  const { recallAfterMinutes, permittedUntilMs, isSupervisor, nowMs } = answer
  const faults: AnswerFault[] = []
  const refuse = (field: AnswerFault['field'], detail: string): void => {
    faults.push({ field, detail })
  }
  if (recallAfterMinutes !== null && recallAfterMinutes > limits.recallMinutesMax) {
    if (!isSupervisor) {
      refuse(
        'recallAfterMinutes',
        `expected ${limits.recallMinutesMax} minutes at most; more is for a supervisor, with a note`,
      )
    } else if (answer.note === null || answer.note.trim() === '') {
      refuse('note', `expected a reason for more than ${limits.recallMinutesMax} minutes, got none`)
    }
  }
  if (permittedUntilMs === null) {
    if (answer.outcome === 'permitted' && isRecalled(alert)) {
      refuse('permittedUntil', 'expected until when it is permitted, for it still goes on')
    }
    return faults
  }
  if (answer.outcome !== 'permitted') {
    refuse('permittedUntil', 'expected only with the outcome "permitted"')
  } else if (recallAfterMinutes !== null) {
    refuse('recallAfterMinutes', 'expected not beside permittedUntil, which says when it is back')
  } else if (permittedUntilMs <= nowMs) {
    refuse('permittedUntil', 'expected a moment in the future')
  } else if (permittedUntilMs > nowMs + limits.permittedDaysMax * dayMs) {
    refuse(
      'permittedUntil',
      `expected at most ${limits.permittedDaysMax} days; what is permitted for longer belongs in the order`,
    )
  }
  return faults
}

/** Why an alert that was answered is open again, as its history tells it. */
export function tellRecall(answered: Answered): string {
  const answer =
    answered.outcome === null ? 'acknowledged' : `closed as ${answered.outcome.replace('-', ' ')}`
  if (answered.permittedUntilMs !== null) {
    return `It still goes on, and the time for which it was ${answer} is over.`
  }
  return `It still goes on, ${answered.recallMinutes ?? '?'} min after it was ${answer}.`
}

/** How an alert stands. */
export type Standing = {
  readonly kind: AlertKind
  readonly status: AlertStatus
  readonly clearedAtMs: number | null
  readonly unsupportedReason: string | null
  readonly partOfAlertId: string | null
  readonly recallAtMs: number | null
}

export type Recallable = Standing & { readonly priority: AlertPriority }

export type Answer = {
  /** Null of an acknowledgement. */
  readonly outcome: AlertOutcome | null
  readonly note: string | null
  readonly recallAfterMinutes: number | null
  readonly permittedUntilMs: number | null
  readonly isSupervisor: boolean
  readonly nowMs: number
}

export type AnswerFault = {
  readonly field: 'recallAfterMinutes' | 'permittedUntil' | 'note'
  readonly detail: string
}

export type RecallPlan = {
  readonly recallAtMs: number | null
  readonly recallMinutes: number | null
}

type Answered = {
  readonly outcome: AlertOutcome | null
  readonly recallMinutes: number | null
  readonly permittedUntilMs: number | null
}
