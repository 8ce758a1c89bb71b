/** Reads the live stream of a running server and lets a test wait for an event. */
export async function listenToAlerts(baseUrl: string, token: string): Promise<AlertListener> {
  const abort = new AbortController()
  const response = await fetch(`${baseUrl}/v1/alert-events`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    signal: abort.signal,
  })
  if (!response.ok || response.body === null)
    throw new Error(`the stream answered ${response.status}`)
  const waiting = new Set<(event: AlertEventSummary) => void>()
  const seen: AlertEventSummary[] = []
  void pump(response.body, (event) => {
    seen.push(event)
    for (const tell of waiting) tell(event)
  }).catch((error: unknown) => {
    if (!abort.signal.aborted) throw error
  })
  return {
    seen,
    waitFor: async (matches, timeoutMs) =>
      await new Promise((done, fail) => {
        const timer = setTimeout(() => {
          waiting.delete(tell)
          fail(new Error(`no such event in ${timeoutMs} ms`))
        }, timeoutMs)
        const tell = (event: AlertEventSummary): void => {
          if (!matches(event)) return
          clearTimeout(timer)
          waiting.delete(tell)
          done(event)
        }
        waiting.add(tell)
      }),
    close: () => abort.abort(),
  }
}

export type AlertListener = {
  readonly seen: readonly AlertEventSummary[]
  readonly waitFor: (
    matches: (event: AlertEventSummary) => boolean,
    timeoutMs: number,
  ) => Promise<AlertEventSummary>
  readonly close: () => void
}

/** The CloudEvent's type and the fields of its data that tests look at. */
export type AlertEventSummary = {
  readonly type: string
  readonly kind: string | null
  readonly alertId: string | null
  readonly protectionOrderId: string | null
}

async function pump(
  body: ReadableStream<Uint8Array>,
  tell: (event: AlertEventSummary) => void,
): Promise<void> {
  const decoder = new TextDecoder()
  let pending = ''
  for await (const chunk of body) {
    pending += decoder.decode(chunk, { stream: true })
    let end = pending.indexOf('\n\n')
    while (end >= 0) {
      const data = pending
        .slice(0, end)
        .split('\n')
        .filter((part) => part.startsWith('data:'))
        .map((part) => part.slice(5).trim())
        .join('\n')
      if (data !== '') tell(summarize(JSON.parse(data) as Record<string, unknown>))
      pending = pending.slice(end + 2)
      end = pending.indexOf('\n\n')
    }
  }
}

function summarize(event: Record<string, unknown>): AlertEventSummary {
  const data = (event['data'] ?? {}) as Record<string, unknown>
  const alert = (data['alert'] ?? data) as Record<string, unknown>
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  return {
    type: text(event['type']) ?? '',
    kind: text(alert['kind']),
    alertId: text(alert['id']) ?? text(event['subject']),
    protectionOrderId: text(alert['protectionOrderId']),
  }
}
