import { signal } from '@preact/signals'
import { readMe, signOut, type Me } from '../net/api.ts'
import { connection, isAtDesk } from './desk.ts'

/** Who sits here; null until it is known. */
export const me = signal<Me | null>(null)

/** Asks who is signed in, who may be somebody else than before; null: the server did not say. */
export async function askWho(): Promise<string | null> {
  const outcome = await readMe()
  if (outcome.kind === 'signed-out') connection.value = 'signed-out'
  if (outcome.kind !== 'done') return null
  me.value = outcome.body
  isAtDesk.value = outcome.body.roles.some((role) => role === 'operator' || role === 'supervisor')
  // Who follows no alerts has no stream that would say so.
  if (!isAtDesk.value && connection.value === 'signed-out') connection.value = 'connecting'
  return outcome.body.id
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
