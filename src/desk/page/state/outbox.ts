import { signal } from '@preact/signals'
import { noteKeptAnswer } from '../protocol/act-key.ts'
import { sendAct, type ActAnswer, type NewAct, type Outcome } from '../net/api.ts'
import { nowMs } from './desk.ts'
import { askWho, me, sendAsTyper } from './session.ts'

/**
 * What somebody did while there was no connection: kept, shown, and sent in its order as soon as
 * there is one. Words and ids alone, in memory: nothing of it outlives the page.
 */
export const outbox = signal<readonly Kept[]>([])

export type Kept = {
  readonly alertId: string
  /** What the case is known by, to say which one it was. */
  readonly reference: string
  readonly body: WaitingAct
  /** Who did it: nobody else's session sends it. */
  readonly byId: string | null
  readonly byName: string
  readonly sinceMs: number
  readonly state: 'unsent' | 'sent' | 'refused'
  readonly detail: string
  readonly endedMs: number | null
}

type WaitingAct = Extract<NewAct, { kind: 'step' | 'note' }>

/**
 * Sends an act, or keeps it. Only a note or a tick waits: of what calls or frees others the sender
 * must know now that it did not go.
 */
export async function act(
  alertId: string,
  reference: string,
  body: NewAct,
): Promise<Outcome<ActAnswer>> {
  const mayWait = mayBeLate(body)
  // Behind what waits already: a later tick may not overtake an earlier one.
  const by = { byId: me.value?.id ?? null, byName: me.value?.displayName ?? '?' }
  const sinceMs = nowMs.value
  const isQueued = mayWait && outbox.value.some((one) => isWaiting(one, by.byId))
  const outcome = isQueued
    ? ({ kind: 'unsent' } as const)
    : lostOf(await sendAsTyper(() => sendAct(alertId, body)))
  const isKept = outcome.kind === 'unsent' || outcome.kind === 'signed-out'
  if (isKept && mayBeLate(body)) {
    const kept = { alertId, reference, body, ...by, sinceMs }
    outbox.value = [...outbox.value, { ...kept, state: 'unsent', detail: '', endedMs: null }]
  }
  return outcome
}

/**
 * What a proxy says whose server is starting, or a server that has too much to do, is no answer of
 * the desk: the act has not gone, and goes later under the same key.
 */
function lostOf<T>(outcome: Outcome<T>): Outcome<T> {
  const isLost = outcome.kind === 'refused' && noAnswer.has(outcome.status)
  return isLost ? { kind: 'unsent' } : outcome
}

const noAnswer: ReadonlySet<number> = new Set([429, 502, 503, 504])

function mayBeLate(body: NewAct): body is WaitingAct {
  return body.kind === 'step' || body.kind === 'note'
}

function isWaiting({ state, byId }: Kept, id: string | null): boolean {
  return state === 'unsent' && byId === id
}

/** Unsent, and of somebody who is not signed in here any more. */
export function isOfAnother(kept: Kept): boolean {
  return kept.state === 'unsent' && isByAnother(kept)
}

export function isByAnother({ byId }: Pick<Kept, 'byId'>): boolean {
  return byId !== (me.value?.id ?? null)
}

let isFlushing = false

/**
 * One after the other; the first that does not go ends the turn. Who is signed in is asked before
 * each: at the next seat or in another tab it may be somebody else by now, whose act it is not.
 */
export async function flush(): Promise<void> {
  if (isFlushing) return
  isFlushing = true
  try {
    for (;;) {
      if (!outbox.value.some((one) => one.state === 'unsent')) return
      const id = await askWho()
      const next = outbox.value.find((one) => isWaiting(one, id))
      if (id === null || next === undefined) return
      // It stands in the history at its own time, with when it came.
      const doneAt = new Date(next.sinceMs).toISOString()
      const outcome = lostOf(await sendAct(next.alertId, { ...next.body, doneAt }))
      if (outcome.kind === 'unsent' || outcome.kind === 'signed-out') return
      const isDone = outcome.kind === 'done'
      noteKeptAnswer(next.body.key, nowMs.value)
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

/**
 * What was refused after it had waited, as when the alert was closed meanwhile, goes into its diary
 * as a note of whoever did it: it happened, whatever the alert has become since.
 */
export function sendAsNote(key: string, note: string): void {
  outbox.value = outbox.value.map((one) => {
    if (one.body.key !== key || one.state !== 'refused' || isByAnother(one)) return one
    const body = { kind: 'note', key: crypto.randomUUID(), note } as const
    return { ...one, body, state: 'unsent', detail: '', endedMs: null }
  })
  void flush()
}

/** Somebody has read what became of it. */
export function dismiss(key: string): void {
  const stays = (one: Kept): boolean => one.state === 'unsent' && !isOfAnother(one)
  outbox.value = outbox.value.filter((one) => one.body.key !== key || stays(one))
}

function change(key: string, changes: Partial<Kept>): void {
  outbox.value = outbox.value.map((one) => (one.body.key === key ? { ...one, ...changes } : one))
}

/** Tries again every few seconds. */
export function keepSending(): () => void {
  const timer = setInterval(() => void flush(), 3_000)
  return () => clearInterval(timer)
}
