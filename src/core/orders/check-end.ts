import type { Decider, OrderType } from '../model/order-terms.ts'
import { minOf } from '../model/lists.ts'
import { endOfDay, readTerm } from './term.ts'

/**
 * The end in the order beside the end we count ourselves. The end in the order is the end; a
 * difference is for a lawyer to look at, and reminders go by whichever may come first. Past every
 * count they go by the order, which was extended before we knew it: all of them would be past.
 */
export function checkEnd(type: OrderType, span: Span): EndCheck {
  const { term } = type
  if (term === null) {
    return { verdict: 'not-counted', differenceMs: 0, countedAs: null, remindersEndMs: span.endMs }
  }
  let [earliestMs, latestMs] = [span.startMs, span.startMs]
  for (let count = 0; count <= span.extensionCount; count++) {
    const part = count === 0 ? term : (type.extensionTerm ?? null)
    if (part === null) break
    earliestMs = readTerm(earliestMs, part).earliestMs
    latestMs = readTerm(latestMs, part).latestMs
  }
  if (span.extensionCount > 0 && type.extensionTerm === null && type.maximum !== null) {
    const whole = readTerm(span.startMs, type.maximum)
    ;[earliestMs, latestMs] = [whole.earliestMs, whole.latestMs]
  }
  const remindersEndMs = Math.min(span.endMs, earliestMs)
  if (span.endMs > latestMs) {
    const differenceMs = span.endMs - latestMs
    // Days read as months are one term still, which may be over at its earliest end.
    if (isMonthsForDays(type, span)) {
      return { verdict: 'later', differenceMs, countedAs: 'months-for-days', remindersEndMs }
    }
    return { verdict: 'later', differenceMs, countedAs: null, remindersEndMs: span.endMs }
  }
  if (span.endMs < earliestMs) {
    const differenceMs = span.endMs - earliestMs
    return { verdict: 'earlier', differenceMs, countedAs: null, remindersEndMs }
  }
  return { verdict: 'as-counted', differenceMs: 0, countedAs: null, remindersEndMs }
}

/** From its beginning to its present end, after so many extensions. */
export type Span = {
  readonly startMs: number
  readonly endMs: number
  readonly extensionCount: number
}

export type EndCheck = {
  /** `earlier` is no fault: most terms are a most. */
  readonly verdict: 'not-counted' | 'as-counted' | 'earlier' | 'later'
  /** From the nearest end that can be counted; 0 where there is none. */
  readonly differenceMs: number
  /** Ninety days were taken for three months. */
  readonly countedAs: 'months-for-days' | null
  readonly remindersEndMs: number
}

/** Every thirty days read as a month, which is how ninety days become ninety-two. */
function isMonthsForDays({ term }: OrderType, { startMs, endMs, extensionCount }: Span): boolean {
  if (term === null || term.unit !== 'days' || extensionCount > 0) return false
  if (term.amount % daysTakenForMonth !== 0) return false
  const months = { amount: term.amount / daysTakenForMonth, unit: 'months' } as const
  return endMs <= readTerm(startMs, months).latestMs
}

/**
 * What is wrong with letting an order run until a moment; empty when nothing is. Advice where the
 * law leaves it to a court, and the caller refuses only who may not decide at all.
 */
export function judgeExtension(type: OrderType, span: Span, asked: Extension): ExtensionFinding[] {
  const findings: ExtensionFinding[] = []
  const { extensionCountMax, extensionTerm, maximum } = type
  if (asked.decidedBy !== null && !type.extendedBy.includes(asked.decidedBy)) {
    findings.push('not-competent')
  }
  if (extensionCountMax !== null && span.extensionCount >= extensionCountMax) {
    findings.push('no-extension-left')
  }
  const oneMoreMs = extensionTerm === null ? Infinity : readTerm(span.endMs, extensionTerm).latestMs
  if (asked.untilMs > oneMoreMs) findings.push('beyond-one-extension')
  const wholeMs = maximum === null ? Infinity : readTerm(span.startMs, maximum).latestMs
  if (asked.untilMs > wholeMs) findings.push('beyond-maximum')
  if (asked.nowMs >= span.endMs) findings.push('after-the-end')
  return findings
}

export type Extension = {
  readonly untilMs: number
  readonly nowMs: number
  /** Null: it was not said. */
  readonly decidedBy: Decider | null
}

export type ExtensionFinding =
  | 'not-competent'
  | 'no-extension-left'
  | 'beyond-one-extension'
  | 'beyond-maximum'
  | 'after-the-end'

/** The latest end that one more extension may have, counted at its shortest; null: none known. */
export function findLongestEnd(type: OrderType, span: Span): number | null {
  const { extensionCountMax, extensionTerm, maximum } = type
  if (extensionCountMax !== null && span.extensionCount >= extensionCountMax) return null
  const ends = [
    extensionTerm === null ? null : readTerm(span.endMs, extensionTerm).earliestMs,
    maximum === null ? null : readTerm(span.startMs, maximum).earliestMs,
  ].filter((ms) => ms !== null)
  return ends.length === 0 ? null : minOf(ends)
}

/**
 * Whether a period that begins at a moment goes on from an order: while it runs, or on the day on
 * which it ends, as whole days are decided and the hour of an end is read in more than one way.
 */
export function isPeriodAfter(
  order: { readonly validFromMs: number; readonly validUntilMs: number },
  startMs: number,
): boolean {
  return startMs >= order.validFromMs && startMs <= endOfDay(order.validUntilMs)
}

const daysTakenForMonth = 30
