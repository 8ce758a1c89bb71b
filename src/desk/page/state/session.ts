import { signal } from '@preact/signals'
import { readMe, signOut, type Me, type Outcome } from '../net/api.ts'
import { words } from '../words/words.ts'
import { connection, isAtDesk } from './desk.ts'

/** Who sits here; null until it is known. */
export const me = signal<Me | null>(null)

/** Counts up when somebody else sits here than before: what is open is made anew for them. */
export const sitter = signal(0)

/** Asks who is signed in, who may be somebody else than before; null: the server did not say. */
export async function askWho(): Promise<string | null> {
  const outcome = await readMe()
  if (outcome.kind === 'signed-out') connection.value = 'signed-out'
  if (outcome.kind !== 'done') return null
  const before = me.peek()?.id
  if (before !== undefined && before !== outcome.body.id) sitter.value += 1
  me.value = outcome.body
  isAtDesk.value = outcome.body.roles.some((role) => role === 'operator' || role === 'supervisor')
  // Who follows no alerts has no stream that would say so.
  if (!isAtDesk.value && connection.value === 'signed-out') connection.value = 'connecting'
  return outcome.body.id
}

/**
 * Sends what was typed as the act of who typed it. In another tab somebody else may have signed in
 * since: then it is not sent, and stays theirs.
 */
export async function sendAsTyper<T>(
  send: () => Promise<Outcome<T>>,
  typerId: string | null = me.peek()?.id ?? null,
): Promise<Outcome<T>> {
  const id = await askWho()
  if (id !== null && id === typerId) return await send()
  if (id === null) return { kind: connection.peek() === 'signed-out' ? 'signed-out' : 'unsent' }
  const detail = words().somebodyElseHere
  return { kind: 'refused', status: 409, code: 'somebody-else-here', detail, faults: [] }
}

/**
 * A session ends when nobody uses it for a quarter of an hour. A desk that only watches is used, so
 * the page says each five minutes that it is still open: in the middle of a night without alerts it
 * must not be signed out. After ten hours it ends all the same, and the page says so before.
 */
export function keepSession(): () => void {
  let retry: ReturnType<typeof setTimeout> | undefined
  const read = async (): Promise<void> => {
    const id = await askWho()
    clearTimeout(retry)
    if (id === null && isAtDesk.value !== true) retry = setTimeout(() => void read(), retryMs)
  }
  void read()
  const timer = setInterval(() => void read(), keepMs)
  // Whoever signs in again, in another tab, may be somebody else.
  const stopFollowing = connection.subscribe((now) => {
    if (now === 'live') void read()
  })
  return () => {
    stopFollowing()
    clearInterval(timer)
    clearTimeout(retry)
  }
}

/** Until it is known who sits here nothing is followed. */
const retryMs = 2_000

const keepMs = 5 * 60_000

/** From here on the page says that the session is about to end. */
export const endingMs = 30 * 60_000

export async function leave(): Promise<void> {
  const outcome = await signOut()
  if (outcome.kind === 'done') location.assign('/sign-in')
}
