import { signal } from '@preact/signals'
import { sendAct, type ActAnswer, type NewAct, type Outcome } from '../net/api.ts'
import { nowMs } from './desk.ts'

/**
 * What somebody did while there was no connection: kept, shown, and sent in its order as soon as
 * there is one. Words and ids alone, in memory: nothing of it outlives the page.
 */
export const outbox = signal<readonly Kept[]>([])

export type Kept = {
  readonly alertId: string
  /** What the case is known by, to say which one it was. */
  readonly reference: string
  readonly body: NewAct
  readonly sinceMs: number
  readonly state: 'unsent' | 'sent' | 'refused'
  readonly detail: string
  readonly endedMs: number | null
}

/**
 * Sends an act, or keeps it. Only a note or a tick waits: of what calls or frees others the sender
 * must know now that it did not go.
 */
export async function act(
  alertId: string,
  reference: string,
  body: NewAct,
): Promise<Outcome<ActAnswer>> {
  const mayWait = body.kind === 'step' || body.kind === 'note'
  // Behind what waits already: a later tick may not overtake an earlier one.
  const isQueued = mayWait && outbox.value.some((one) => one.state === 'unsent')
  const outcome = isQueued ? ({ kind: 'unsent' } as const) : await sendAct(alertId, body)
  const isKept = outcome.kind === 'unsent' || outcome.kind === 'signed-out'
  if (isKept && mayWait) {
    const kept = { alertId, reference, body, sinceMs: nowMs.value, state: 'unsent' as const }
    outbox.value = [...outbox.value, { ...kept, detail: '', endedMs: null }]
  }
  return outcome
}

let isFlushing = false

/** One after the other; the first that does not go ends the turn. */
export async function flush(): Promise<void> {
  if (isFlushing) return
  isFlushing = true
  try {
    for (;;) {
      const next = outbox.value.find((one) => one.state === 'unsent')
      if (next === undefined) return
      const outcome = await sendAct(next.alertId, next.body)
      if (outcome.kind === 'unsent' || outcome.kind === 'signed-out') return
      const isDone = outcome.kind === 'done'
      change(next.body.key, {
        state: isDone ? 'sent' : 'refused',
        detail: outcome.kind === 'refused' ? outcome.detail : '',
        endedMs: nowMs.value,
      })
    }
  } finally {
    isFlushing = false
  }
}

/** Somebody has read what became of it. */
export function dismiss(key: string): void {
  outbox.value = outbox.value.filter((one) => one.body.key !== key || one.state === 'unsent')
}

function change(key: string, changes: Partial<Kept>): void {
  outbox.value = outbox.value.map((one) => (one.body.key === key ? { ...one, ...changes } : one))
}

/** Tries again every few seconds, and warns before the page is left with something unsent. */
export function keepSending(): () => void {
  const timer = setInterval(() => void flush(), 3_000)
  const warn = (event: BeforeUnloadEvent): void => {
    if (outbox.value.some((one) => one.state === 'unsent')) event.preventDefault()
  }
  addEventListener('beforeunload', warn)
  return () => {
    clearInterval(timer)
    removeEventListener('beforeunload', warn)
  }
}
