import { useEffect, useRef, useState } from 'preact/hooks'
import { call, type FieldFault, type Outcome } from '../net/api.ts'
import type { Assessment } from '../register/rows.ts'

/**
 * What the server answers to a question that still changes. Each question cancels the one before
 * it; the last answer stays, marked as of before, until the new one is here. What is not complete
 * is asked only on demand, and the server says what is missing.
 */
export function useAnswer(body: object, isComplete: boolean, pace: Pace): Answering {
  const asked = JSON.stringify(body)
  const [answer, setAnswer] = useState<Answer | null>(null)
  const [fault, setFault] = useState<Fault | null>(null)
  const [round, setRound] = useState(0)
  const running = useRef<AbortController | null>(null)
  const sentAtMs = useRef(-Infinity)
  const isNow = useRef(false)
  useEffect(() => {
    if (!isComplete && !isNow.current) {
      running.current?.abort()
      return
    }
    const changedAtMs = performance.now()
    const ask = async (): Promise<void> => {
      running.current?.abort()
      const own = new AbortController()
      running.current = own
      sentAtMs.current = performance.now()
      const outcome = await call<Assessment>('POST', path, JSON.parse(asked), {}, own.signal)
      if (own.signal.aborted) return
      if (outcome.kind === 'done') {
        const tookMs = performance.now() - changedAtMs
        setAnswer({ asked, assessment: outcome.body, tookMs })
        setFault(null)
      } else setFault({ asked, ...faultOf(outcome) })
    }
    const timer = setTimeout(() => void ask(), isNow.current ? 0 : waitMs(pace, sentAtMs.current))
    isNow.current = false
    return () => clearTimeout(timer)
  }, [asked, round, isComplete])
  useEffect(() => () => running.current?.abort(), [])
  const isFresh = answer !== null && answer.asked === asked
  const own = fault?.asked === asked ? fault : null
  return {
    answer,
    isFresh,
    isAsking: isComplete && !isFresh && own === null,
    detail: own?.detail ?? null,
    faults: own?.faults ?? [],
    askNow: () => {
      isNow.current = true
      setRound(round + 1)
    },
  }
}

/** `hand`: something is dragged, and every move is worth an answer. `keys`: somebody types. */
export type Pace = 'hand' | 'keys'

export type Answer = {
  /** The body it answers. */
  readonly asked: string
  readonly assessment: Assessment
  /** From the change that was asked about to the answer. */
  readonly tookMs: number
}

export type Answering = {
  readonly answer: Answer | null
  /** It answers the question as it stands. */
  readonly isFresh: boolean
  readonly isAsking: boolean
  /** Why there is no answer to the question as it stands. */
  readonly detail: string | null
  readonly faults: readonly FieldFault[]
  readonly askNow: () => void
}

export const path = '/v1/enforceability-assessments'

type Fault = Pick<Answering, 'faults'> & { readonly asked: string; readonly detail: string }

function faultOf(outcome: Exclude<Outcome<unknown>, { readonly kind: 'done' }>) {
  if (outcome.kind === 'refused') return { detail: outcome.detail, faults: outcome.faults }
  return { detail: '', faults: [] }
}

function waitMs(pace: Pace, sentAtMs: number): number {
  if (pace === 'keys') return typingRestMs
  return Math.max(0, sentAtMs + handGapMs - performance.now())
}

/** Somebody who types a number rests this long behind it. */
const typingRestMs = 400

/** Seven a second are a moving picture, and stay below what one supervisor may ask. */
const handGapMs = 150
