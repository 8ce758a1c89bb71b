import { useState } from 'preact/hooks'
import { call } from '../net/api.ts'
import { banDraftOf } from '../register/ban-draft.ts'
import { orderStart, type OrderStart } from '../register/order-start.ts'
import type { Assessment } from '../register/rows.ts'
import { fill } from '../words/words.ts'
import { comparedBodyOf } from './alternatives.tsx'
import { assessWords } from './assess-words.ts'
import { kept } from './draft.ts'
import { keptBodyOf } from './keep-form.tsx'
import { Progress, useLongAnswer, type LongAnswer } from './long-answer.tsx'
import type { Question } from './question.ts'
import { exceptionBodyOf } from './times.ts'
import { path } from './use-answer.ts'

/**
 * The ban as the beginning of an order, with its assessment, which is kept for that if it is not
 * yet. Where anybody lives stays behind.
 */
export function MakeOrder({ question }: { readonly question: Question }) {
  const text = assessWords()
  const [fault, setFault] = useState<string | null>(null)
  const long = useLongAnswer()
  const open = async (): Promise<void> => {
    const outline = question.kind === 'codes' ? await readOutline(question) : null
    const assessmentId = await keepOnce(question, long)
    if (assessmentId === 'stopped') return
    if ((question.kind === 'codes' && outline === null) || assessmentId === null) {
      setFault(fill(text.notAnswered, { detail: '' }))
      return
    }
    orderStart.value = { ...startOf(question, outline), assessmentId }
    location.hash = '#/register/orders/new'
  }
  return (
    <section class="make-order" aria-label={text.order}>
      <p class="hint">{text.orderNote}</p>
      <button
        type="button"
        class="quiet"
        disabled={long.percent !== null}
        onClick={() => void open()}
      >
        {text.order}
      </button>
      <Progress {...long} />
      <span class="fault" role="status">
        {fault}
      </span>
    </section>
  )
}

async function keepOnce(question: Question, long: LongAnswer): Promise<string | null> {
  if (kept.value?.of === question) return kept.value.id
  const outcome = await long.ask(keptBodyOf(question))
  if (outcome === 'stopped') return outcome
  if (outcome.kind !== 'done' || outcome.body.id === null) return null
  kept.value = { id: outcome.body.id, of: question }
  return outcome.body.id
}

/** What the codes stand for: an order has an outline, as codes change when municipalities merge. */
async function readOutline(question: Question): Promise<string | null> {
  const outcome = await call<Assessment>('POST', path, comparedBodyOf(question))
  const asked = outcome.kind === 'done' ? outcome.body.alternatives?.[0] : undefined
  return asked?.geometry == null ? null : JSON.stringify(asked.geometry)
}

function startOf(question: Question, outline: string | null): Omit<OrderStart, 'assessmentId'> {
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
            area:
              outline === null
                ? { ...area, kind: kind === 'drawn' ? 'drawn' : 'circle' }
                : { ...area, kind: 'drawn', geometry: outline },
            ...timesOf(question),
            ...given,
          },
        ],
        pairs: [],
      }
}

/** When it holds; a stretch or exception that is half said is refused by the register. */
function timesOf({ times: { hours, stretches, exceptions } }: Question) {
  if (hours === 'unknown') return {}
  const windows = stretches.map(({ key, days, from, until }) => ({
    key,
    window: { days: [...days], from, until },
  }))
  return {
    windows: hours === 'certain' ? windows : [],
    exceptions: exceptions.map(exceptionBodyOf),
  }
}
