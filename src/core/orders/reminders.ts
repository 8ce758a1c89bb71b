import type { AlertPriority } from '../model/alert.ts'
import { whileSuspended, type Audience, type OrderType } from '../model/order-terms.ts'
import { dayMs, hourMs } from '../model/units.ts'
import { checkEnd, type Span } from './check-end.ts'
import { beforeTerm, readTerm } from './term.ts'

/**
 * What people are reminded of before an order ends, and after it has: each with who must act and
 * how soon. Steps that were past when the order became known are one, the last of them; the step
 * of the end itself stays until somebody decides.
 */
export function listReminders(type: OrderType, span: Span, nowMs: number): readonly Reminder[] {
  const { remindersEndMs } = checkEnd(type, span)
  const isExtended = span.extensionCount > 0
  const ladder = (isExtended ? type.afterExtension : null) ?? type.reminders
  const steps = ladder.map(({ before, ...task }, step) => ({
    step,
    ...task,
    priority: step === ladder.length - 1 ? urgentOf(task.priority) : task.priority,
    dueMs: Math.max(span.startMs, beforeTerm(remindersEndMs, before)),
  }))
  const late = steps.findLastIndex(({ dueMs }) => dueMs <= nowMs)
  const left = steps.slice(Math.max(0, late)).filter(({ dueMs }) => dueMs < span.endMs)
  return [...left, { step: afterEndStep, ...type.afterEnd, ...plain, dueMs: span.endMs }]
}

export type Reminder = {
  readonly step: number
  readonly task: string
  readonly to: Audience
  readonly dueMs: number
  readonly answerWithinHours: number
  readonly everyHours: number | null
  readonly priority: AlertPriority
}

/**
 * The last step before the end calls people where nobody answers it, whatever its row says: until
 * then a list may do.
 */
function urgentOf(priority: AlertPriority): AlertPriority {
  return priority === 'P3' ? 'P2' : priority
}

/** A question that is no step of a ladder. */
const plain = { everyHours: null, priority: 'P3' } as const

/**
 * When it is looked at next whether an order without a fixed end must still be, counted from its
 * start; null: its kind is not reviewed, or ends before.
 */
export function findReview(
  { reviewEvery }: OrderType,
  { endMs, startMs }: Span,
  nowMs: number,
): Reminder | null {
  if (reviewEvery === null) return null
  const { every, ...task } = reviewEvery
  for (let count = 1; ; count++) {
    const dueMs = readTerm(startMs, { ...every, amount: every.amount * count }).clock
    if (dueMs >= endMs) return null
    if (dueMs > nowMs) return { step: reviewStep, ...task, ...plain, dueMs }
  }
}

/** From when on the end is a matter for somebody. */
export function findRemindFrom(type: OrderType, span: Span): number {
  return listReminders(type, span, -Infinity)[0]?.dueMs ?? span.endMs
}

/**
 * What is asked now, and when it is asked next unless somebody answers: the first time whoever is
 * to act, then whoever answers for them; nobody is above the last, who is asked again and again.
 */
export function ask(row: Asking, nowMs: number): Asking & { readonly askAtMs: number } {
  const audience = row.askedCount === 0 ? row.audience : above(row.audience)
  const askAtMs = nowMs + row.answerWithinHours * hourMs
  return { ...row, audience, askedCount: row.askedCount + 1, askAtMs }
}

type Asking = {
  readonly audience: Audience
  readonly askedCount: number
  readonly answerWithinHours: number
}

/**
 * Until when an answer that decides nothing quiets what was asked, unless the next step comes
 * first: to the last week, in it for a day, in the last two days for an hour; and never longer than
 * its step says.
 */
export function findQuietUntil(
  endMs: number,
  nowMs: number,
  everyHours: number | null = null,
): number {
  const untilMs = quietOfAll(endMs, nowMs)
  return everyHours === null ? untilMs : Math.min(untilMs, nowMs + everyHours * hourMs)
}

function quietOfAll(endMs: number, nowMs: number): number {
  const lastDaysMs = endMs - lastDays * dayMs
  const anHour = nowMs + hourMs
  if (nowMs >= lastDaysMs) return anHour
  const lastWeekMs = endMs - lastWeekDays * dayMs
  const until = nowMs < lastWeekMs ? lastWeekMs : Math.min(nowMs + dayMs, lastDaysMs)
  return Math.max(anHour, until)
}

/** From here on an answer quiets a question for a day at most. */
export const lastWeekDays = 7
const lastDays = 2

function above(to: Audience): Audience {
  return to === 'supervisor' || to === 'coordinator' ? 'coordinator' : 'supervisor'
}

/** Whoever suspended it may have forgotten: a machine's suspension has no end of its own. */
export function reviewSuspension(suspendedMs: number): Reminder {
  const { afterDays, ...task } = whileSuspended
  return { step: suspendedStep, ...task, ...plain, dueMs: suspendedMs + afterDays * dayMs }
}

export const suspendedStep = 101

/** Whether an order without a fixed end must still be: again and again, whenever it ends. */
export const reviewStep = 102

/** Beyond every ladder, so that it is one key however a ladder changes. */
export const afterEndStep = 100
