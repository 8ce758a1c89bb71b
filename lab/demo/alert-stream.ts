import { setTimeout as wait } from 'node:timers/promises'
import type { AlertKind, AlertPriority } from '../../src/core/model/alert.ts'
import type { HttpClient } from './http-client.ts'

/** Follows /v1/alert-events; a broken stream is taken up again where it ended. */
export async function* followAlerts(
  http: HttpClient,
  token: string,
  signal: AbortSignal,
): AsyncGenerator<DeskEvent> {
  let lastEventId = '0'
  while (!signal.aborted) {
    try {
      const response = await fetch(`${http.baseUrl}/v1/alert-events`, {
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'text/event-stream',
          'last-event-id': lastEventId,
        },
        signal,
      })
      if (response.ok && response.body !== null) {
        for await (const message of readMessages(response.body)) {
          lastEventId = message.id ?? lastEventId
          if (message.data !== '') {
            yield deskEvent(message.data)
          }
        }
      }
    } catch (error) {
      // A lost connection is what Last-Event-ID is for; what is wrong with the content is not.
      if (!signal.aborted && !(error instanceof TypeError)) {
        throw error
      }
    }
    await wait(500, null, { signal }).catch(() => null)
  }
}

export type DeskEvent = {
  readonly type: string
  readonly alert: DeskAlert
  /** Of an escalation: who is called. */
  readonly target: string | null
}

export type DeskAlert = {
  readonly alertId: string
  readonly kind: AlertKind
  readonly priority: AlertPriority
  readonly status: string
  readonly protectionOrderId: string | null
  readonly offenderId: string | null
  readonly victimId: string | null
  readonly locationBanId: string | null
  readonly deviceId: string | null
  readonly vendorId: string | null
  readonly late: boolean
}

/** The fields of server-sent events that we use (HTML standard, 9.2.6). */
export async function* readMessages(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ id: string | null; data: string }> {
  const decoder = new TextDecoder()
  let pending = ''
  let id: string | null = null
  let data: string[] = []
  for await (const chunk of body) {
    pending += decoder.decode(chunk, { stream: true })
    const lines = pending.split(/\r?\n/)
    pending = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '') {
        yield { id, data: data.join('\n') }
        data = []
      } else if (line.startsWith('data:')) {
        data.push(line.slice(5).replace(/^ /, ''))
      } else if (line.startsWith('id:')) {
        id = line.slice(3).trim()
      }
    }
  }
}

function deskEvent(text: string): DeskEvent {
  const event = JSON.parse(text) as { type: string; data: DeskAlert & { target?: string } }
  // `nl.hoede.alerts.raised` → `raised`
  const type = event.type.slice(event.type.lastIndexOf('.') + 1)
  return { type, alert: event.data, target: event.data.target ?? null }
}
