import type { OrderReminder, OrderType, Term } from '../../core/model/order-terms.ts'
import type { LegalBasis } from '../../core/model/registry.ts'

/** What a kind of order is, each thing by its name, to read beside what it was. */
export function describeOrderType(
  legalBasis: LegalBasis,
  type: OrderType,
): ReadonlyMap<string, string> {
  const { afterExtension, confidence, extendedBy, reminders, reviewEvery } = type
  const { answerWithinHours, task, to } = type.afterEnd
  return new Map([
    ['orderType', legalBasis],
    ['statute', type.statute],
    ['term', describeTerm(type.term)],
    ['extensionTerm', describeTerm(type.extensionTerm)],
    ['extensionCountMax', String(type.extensionCountMax ?? '–')],
    ['maximum', describeTerm(type.maximum)],
    ['extendedBy', extendedBy.join(', ')],
    ['reminders', describeLadder(reminders)],
    ['afterExtension', afterExtension === null ? '–' : describeLadder(afterExtension)],
    [
      'reviewEvery',
      reviewEvery === null
        ? '–'
        : `${describeTerm(reviewEvery.every)}: ${reviewEvery.to}, ${reviewEvery.task}, ${reviewEvery.answerWithinHours} h`,
    ],
    ['afterEnd', `${to}, ${task}, ${answerWithinHours} h`],
    ['afterLast', type.afterLast ?? '–'],
    ['source', type.source],
    ['sourceNl', type.sourceNl ?? '–'],
    ['confidence', Object.values(confidence).join(', ')],
  ])
}

function describeLadder(ladder: readonly OrderReminder[]): string {
  return ladder
    .map(({ answerWithinHours, before, everyHours, priority, task, to }) => {
      const every = everyHours === null ? '' : ` (${everyHours} h)`
      return `${describeTerm(before)}: ${to}, ${task}, ${answerWithinHours} h${every}, ${priority}`
    })
    .join('; ')
}

function describeTerm(term: Term | null): string {
  return term === null ? '–' : `${term.amount} ${term.unit}`
}
