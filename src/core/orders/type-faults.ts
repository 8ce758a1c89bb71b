import { longestDays, type OrderReminder, type OrderType } from '../model/order-terms.ts'

/**
 * What is wrong with a kind of order as somebody wrote it, with its place; empty when nothing is.
 * Whatever it says of the law is theirs; here is only what reminders cannot go by.
 */
export function findTypeFaults(type: OrderType): readonly TypeFault[] {
  const { afterExtension, extensionTerm, maximum, reminders, reviewEvery, term } = type
  const faults: TypeFault[] = [
    ...findLadderFaults('/reminders', reminders),
    ...(afterExtension === null ? [] : findLadderFaults('/afterExtension', afterExtension)),
  ]
  for (const name of ['term', 'extensionTerm', 'maximum'] as const) {
    if ((longestDays(type[name]) ?? 0) <= daysMax) continue
    faults.push({ pointer: `/${name}`, detail: 'expected at most a hundred years' })
  }
  if (reviewEvery !== null && (longestDays(reviewEvery.every) ?? 0) < 1) {
    faults.push({ pointer: '/reviewEvery/every', detail: 'expected a day or more' })
  }
  const wholeDays = longestDays(maximum)
  const isShorter = (days: number | null): boolean =>
    wholeDays !== null && days !== null && wholeDays < days
  if (isShorter(longestDays(term)) || isShorter(longestDays(extensionTerm))) {
    faults.push({ pointer: '/maximum', detail: 'expected at least one term, got less' })
  }
  return faults
}

/** Beyond it ends are no dates any more, and the life of no such order could be read. */
const daysMax = 100 * 366

export type TypeFault = { readonly pointer: string; readonly detail: string }

/** It comes closer, and ends with whoever answers for it, again and again. */
function findLadderFaults(path: string, ladder: readonly OrderReminder[]): readonly TypeFault[] {
  const days = ladder.map(({ before }) => longestDays(before) ?? 0)
  const faults = days.flatMap((one, index): TypeFault[] => {
    const earlier = index === 0 ? Infinity : (days[index - 1] ?? Infinity)
    if (one < earlier) return []
    const pointer = `${path}/${index}/before`
    return [{ pointer, detail: 'expected a step nearer to the end than the one before it' }]
  })
  const last = ladder.at(-1)
  if (last?.to !== 'coordinator' || last.task !== 'decide') {
    const pointer = `${path}/${Math.max(0, ladder.length - 1)}`
    faults.push({ pointer, detail: 'expected a last step that asks the coordinator to decide' })
  }
  // People are called once its answer is missing: that must be before the end.
  if (last !== undefined && last.answerWithinHours >= (days.at(-1) ?? 0) * 24) {
    const pointer = `${path}/${ladder.length - 1}/answerWithinHours`
    faults.push({ pointer, detail: 'expected an answer asked for before the end, to call people' })
  }
  return faults
}
