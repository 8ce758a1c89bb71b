import type { Known } from './follow.ts'
import { connection, isDead, rows } from './desk.ts'
import { countCalls, notify, playFor } from './sound.ts'

/** Sound and notification for what is new or worse, beside whatever was open already. */
export function callOut(before: Known, after: Known): void {
  const urgent = countCalls(before, after, 'P1')
  if (urgent > 0) {
    playFor('P1')
    notify(urgent)
  } else if (countCalls(before, after, 'P2') > 0) playFor('P2')
}

/**
 * A P1 that nobody has answered, at any seat, is heard again until somebody does. So is a page that
 * hears nothing any more, signed out or without a server: nothing else would call.
 */
export function repeatCalls(): () => void {
  const timer = setInterval(() => {
    const isDeaf = isDead.value || connection.value === 'signed-out'
    if (isDeaf || rows.value.some((row) => row.isUnanswered && row.priority === 'P1')) playFor('P1')
  }, repeatMs)
  return () => clearInterval(timer)
}

const repeatMs = 20_000
