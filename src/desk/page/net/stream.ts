/** One frame of the stream: an event of an alert, or a sign of life of the desk. */
export type Frame = { readonly id: string | null; readonly event: string; readonly data: string }

export type StreamEnd = 'signed-out' | 'broken'

/**
 * Reads the stream of alerts until it breaks. A `fetch` and not an `EventSource`: that one does not
 * tell a refused session from a broken line, and closes for good on the first.
 */
export async function readStream(options: {
  readonly lastEventId: string | null
  readonly signal: AbortSignal
  readonly onOpen: () => void
  readonly onFrame: (frame: Frame) => void
}): Promise<StreamEnd> {
  try {
    const answer = await fetch('/v1/alert-events?beats=yes', {
      credentials: 'same-origin',
      signal: options.signal,
      headers: options.lastEventId === null ? {} : { 'last-event-id': options.lastEventId },
    })
    if (answer.status === 401) return 'signed-out'
    if (!answer.ok || answer.body === null) return 'broken'
    options.onOpen()
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    let unread = ''
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return 'broken'
      const blocks = (unread + value).split('\n\n')
      unread = blocks.pop() ?? ''
      for (const block of blocks) {
        const frame = parseFrame(block)
        if (frame !== null) options.onFrame(frame)
      }
    }
  } catch {
    return 'broken'
  }
}

/** Null for comments and for what only says how soon to come back. */
export function parseFrame(block: string): Frame | null {
  let id: string | null = null
  let event = 'message'
  const data: string[] = []
  for (const line of block.split('\n')) {
    if (line.startsWith('id: ')) id = line.slice(4)
    else if (line.startsWith('event: ')) event = line.slice(7)
    else if (line.startsWith('data: ')) data.push(line.slice(6))
  }
  return data.length === 0 ? null : { id, event, data: data.join('\n') }
}
