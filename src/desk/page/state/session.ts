import { signal } from '@preact/signals'
import { readMe, signOut, type Me } from '../net/api.ts'
import { connection, isAtDesk } from './desk.ts'

/** Who sits here; null until it is known. */
export const me = signal<Me | null>(null)

/**
 * A session ends when nobody uses it for a quarter of an hour. A desk that only watches is used, so
 * the page says each five minutes that it is still open: in the middle of a night without alerts it
 * must not be signed out. After ten hours it ends all the same, and the page says so before.
 */
export function keepSession(): () => void {
  let retry: ReturnType<typeof setTimeout> | undefined
  const read = async (): Promise<void> => {
    const outcome = await readMe()
    if (outcome.kind === 'done') {
      me.value = outcome.body
      isAtDesk.value = outcome.body.roles.some(
        (role) => role === 'operator' || role === 'supervisor',
      )
    } else if (me.value === null) retry = setTimeout(() => void read(), retryMs)
    if (outcome.kind === 'signed-out') connection.value = 'signed-out'
  }
  void read()
  const timer = setInterval(() => void read(), keepMs)
  return () => {
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
