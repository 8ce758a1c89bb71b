import { request, type IncomingMessage } from 'node:http'

/** Opens the live stream as a desk would; resolves when the headers are there. */
export async function openEventStream(options: {
  readonly address: string
  readonly token: string
  readonly lastEventId?: string
  /** Told of each event as it comes, and of each comment with null. */
  readonly onHeard?: (event: StreamedEvent | null) => void
}): Promise<EventStream> {
  const call = request(`${options.address}/v1/alert-events`, {
    headers: {
      authorization: `Bearer ${options.token}`,
      accept: 'text/event-stream',
      ...(options.lastEventId === undefined ? {} : { 'last-event-id': options.lastEventId }),
    },
    agent: false,
  })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    call.once('response', resolve)
    call.once('error', reject)
    call.end()
  })
  const events: StreamedEvent[] = []
  const state = { isClosed: false, comments: 0 }
  let rest = ''
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      if (part.startsWith(':')) {
        state.comments += 1
        options.onHeard?.(null)
      }
      const id = /^id: (.*)$/m.exec(part)?.[1]
      const data = /^data: (.*)$/m.exec(part)?.[1]
      if (id !== undefined && data !== undefined) {
        const event = { id: Number(id), event: JSON.parse(data) as StreamedEvent['event'] }
        events.push(event)
        options.onHeard?.(event)
      }
    }
  })
  const onEnd = (): void => {
    state.isClosed = true
  }
  response.on('close', onEnd)
  response.on('error', onEnd)
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    isClosed: () => state.isClosed,
    commentCount: () => state.comments,
    pause: () => response.pause(),
    resume: () => response.resume(),
    close: () => call.destroy(),
  }
}

export type EventStream = {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly events: readonly StreamedEvent[]
  readonly isClosed: () => boolean
  readonly commentCount: () => number
  /** Stops reading, as a desk that hangs does. */
  readonly pause: () => void
  readonly resume: () => void
  readonly close: () => void
}

export type StreamedEvent = {
  readonly id: number
  readonly event: Readonly<Record<string, unknown>> & {
    readonly data: Readonly<Record<string, unknown>>
  }
}
