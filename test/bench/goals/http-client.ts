import { Agent, request } from 'node:http'
import { readFile } from 'node:fs/promises'

/** Keeps so many connections open, as a vendor's gateway does. */
export function createConnections(baseUrl: string, count: number): Connections {
  const agent = new Agent({ keepAlive: true, maxSockets: count })
  return {
    post: async (path, body, token) =>
      await new Promise((done, fail) => {
        const bytes = Buffer.from(body)
        const headers = {
          'content-type': 'application/json',
          'content-length': bytes.length,
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        }
        const sent = request(`${baseUrl}${path}`, { method: 'POST', agent, headers }, (answer) => {
          const parts: Buffer[] = []
          answer.on('data', (part: Buffer) => parts.push(part))
          answer.on('end', () =>
            done({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
          )
        })
        sent.on('error', fail)
        sent.end(bytes)
      }),
    close: () => agent.destroy(),
  }
}

export type Connections = {
  readonly post: (path: string, body: string, token: string | null) => Promise<HttpAnswer>
  readonly close: () => void
}

export type HttpAnswer = { readonly status: number; readonly text: string }

/** Runs `work` over the list, at most so many at a time, in the order of the list. */
export async function inTurn<T>(
  list: readonly T[],
  atOnce: number,
  work: (item: T, at: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (;;) {
      const at = next
      next += 1
      const item = list[at]
      if (item === undefined) return
      await work(item, at)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** Follows the live stream; each event with the moment at which it was read. */
export async function followAlerts(baseUrl: string, token: string): Promise<Followed> {
  const events: FollowedEvent[] = []
  return await new Promise((done, fail) => {
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' }
    const sent = request(`${baseUrl}/v1/alert-events`, { headers }, (answer) => {
      let pending = ''
      answer.setEncoding('utf8')
      answer.on('error', () => undefined)
      answer.on('data', (part: string) => {
        const readAtMs = performance.timeOrigin + performance.now()
        pending += part
        for (let end = pending.indexOf('\n\n'); end >= 0; end = pending.indexOf('\n\n')) {
          const event = readEvent(pending.slice(0, end))
          if (event !== null) events.push({ ...event, readAtMs })
          pending = pending.slice(end + 2)
        }
      })
      done({ events, close: () => sent.destroy() })
    })
    // It ends when the server does, or when we have seen enough.
    sent.on('error', fail)
    sent.end()
  })
}

export type Followed = { readonly events: readonly FollowedEvent[]; readonly close: () => void }

type FollowedEvent = {
  readonly type: string
  readonly kind: string
  readonly alertId: string
  readonly readAtMs: number
}

function readEvent(text: string): Omit<FollowedEvent, 'readAtMs'> | null {
  const data = text
    .split('\n')
    .filter((part) => part.startsWith('data:'))
    .map((part) => part.slice(5))
    .join('')
  if (data === '') return null
  const event = JSON.parse(data) as { type: string; data?: { kind?: string; alertId?: string } }
  const { kind = '', alertId = '' } = event.data ?? {}
  return { type: event.type, kind, alertId }
}

/** CPU seconds so far of one process, and of those of its children that have ended. */
export async function cpuSecondsOf(processId: number): Promise<number> {
  const stat = await readStat(processId)
  if (stat === null) return 0
  return (stat[11]! + stat[12]! + stat[13]! + stat[14]!) / ticksPerSecond
}

const ticksPerSecond = 100

/** The fields behind the name, from the state on; null for a process that is gone. */
async function readStat(processId: number): Promise<number[] | null> {
  const text = await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => null)
  if (text === null) return null
  return text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
}
