import { setTimeout as wait } from 'node:timers/promises'
import type { DeskEvent } from './alert-stream.ts'
import { expectSuccess } from './http-client.ts'
import type { HttpClient } from './http-client.ts'

/**
 * A desk with one operator, who takes alerts in a few seconds each, the most urgent first,
 * and never gets to those that `isLeft` names.
 */
export function createDesk(
  http: HttpClient,
  token: string,
  isLeft: (event: DeskEvent) => boolean,
): Desk {
  const waiting: DeskEvent[] = []
  return {
    note: (event) => {
      if (event.type === 'raised' && !isLeft(event)) {
        waiting.push(event)
        waiting.sort((one, other) => one.alert.priority.localeCompare(other.alert.priority))
      }
    },
    work: async (signal) => {
      while (!signal.aborted) {
        await wait(answerMs, null, { signal }).catch(() => null)
        const event = waiting.shift()
        if (event !== undefined && !signal.aborted) {
          const path = `/v1/alerts/${event.alert.alertId}/_acknowledge`
          const answer = await http.post(path, token, { note: 'Gezien, ik bel.' })
          // 409: somebody, or the end of the matter, was first.
          if (answer.status !== 409) {
            expectSuccess(answer, 'POST …/_acknowledge')
          }
        }
      }
    },
  }
}

export type Desk = {
  readonly note: (event: DeskEvent) => void
  readonly work: (signal: AbortSignal) => Promise<void>
}

const answerMs = 2_500
