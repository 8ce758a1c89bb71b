import { banDraftOf } from '../register/ban-draft.ts'
import { orderStart, type OrderStart } from '../register/order-start.ts'
import { assessWords } from './assess-words.ts'
import type { Question } from './question.ts'

/** The ban as the beginning of an order. Where anybody lives stays behind. */
export function MakeOrder({ question }: { readonly question: Question }) {
  const text = assessWords()
  if (question.kind === 'codes') return <p class="hint">{text.orderOfCodes}</p>
  const open = (): void => {
    orderStart.value = startOf(question)
    location.hash = '#/register/orders/new'
  }
  return (
    <section class="make-order" aria-label={text.order}>
      <p class="hint">{text.orderNote}</p>
      <button type="button" class="quiet" onClick={open}>
        {text.order}
      </button>
    </section>
  )
}

function startOf(question: Question): OrderStart {
  const { kind, area, approachMeters, separationMeters } = question
  const given = approachMeters === '' ? {} : { approachMeters }
  const terms = {
    legalBasis: question.legalBasis === '' ? undefined : question.legalBasis,
    validFrom: question.validFrom,
    validUntil: question.validUntil,
  }
  return kind === 'distance'
    ? { ...terms, bans: [], pairs: [{ key: 0, ban: null, separationMeters, ...given }] }
    : {
        ...terms,
        bans: [
          {
            ...banDraftOf(null, 0),
            area: { ...area, kind: kind === 'drawn' ? 'drawn' : 'circle' },
            ...given,
          },
        ],
        pairs: [],
      }
}
