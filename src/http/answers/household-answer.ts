import { formatInstant, formatInstantOrNull } from '../../schemas/common.ts'
import type { HouseholdLink } from '../../store/cases/household-links.ts'
import type { MoveQuestionRow } from '../../store/cases/move-questions.ts'
import type { Relocation } from '../../store/cases/relocations.ts'

/** Who lives with whom, in the words of the contract. */
export function linkBodyOf({ keptAtMs, sinceMs, untilMs, ...link }: HouseholdLink) {
  return {
    ...link,
    since: formatInstant(sinceMs),
    until: formatInstantOrNull(untilMs),
    keptAt: formatInstant(keptAtMs),
  }
}

export function relocationBodyOf({
  copiedFrom: _copied,
  keptAtMs,
  movedAtMs,
  ...move
}: Relocation) {
  const copyOf = (address: Relocation['oldAddress']) => (address === null ? null : { ...address })
  return {
    ...move,
    oldAddress: copyOf(move.oldAddress),
    newAddress: copyOf(move.newAddress),
    movedAt: formatInstant(movedAtMs),
    keptAt: formatInstant(keptAtMs),
  }
}

export function questionBodyOf(row: MoveQuestionRow) {
  const { answeredAtMs, answerWithinHours: _hours, askedAtMs, dueAtMs, ...question } = row
  const { isLinkEnded: _isLinkEnded, orderVersion: _orderVersion, ...body } = question
  return {
    ...body,
    askedAt: formatInstant(askedAtMs),
    dueAt: formatInstant(dueAtMs),
    answeredAt: formatInstantOrNull(answeredAtMs),
  }
}
