import { setTimeout as delay } from 'node:timers/promises'
import { createConnections, inTurn } from './http-client.ts'

/**
 * Milliseconds of each request; `perSecond` spreads them evenly, and what is late is not made up
 * for: it would be more a second, and so more than the share of one sender.
 */
export async function pour(
  baseUrl: string,
  path: string,
  bodies: readonly string[],
  token: string | null,
  connectionCount: number,
  perSecond: number | null = null,
): Promise<number[]> {
  const connections = createConnections(baseUrl, connectionCount)
  const latencies: number[] = []
  const gapMs = perSecond === null ? 0 : 1_000 / perSecond
  let dueAt = performance.now() - gapMs
  await inTurn(bodies, connectionCount, async (body) => {
    dueAt = Math.max(dueAt + gapMs, performance.now())
    if (dueAt > performance.now()) await delay(dueAt - performance.now())
    const sentAt = performance.now()
    for (;;) {
      const { status, text } = await connections.post(path, body, token)
      if (status === 202) break
      if (status !== 429 && status !== 503) throw new Error(`${path} answered ${status}: ${text}`)
      await delay(50)
    }
    latencies.push(performance.now() - sentAt)
  })
  connections.close()
  return latencies
}

export async function waitUntilJudged(baseUrl: string): Promise<void> {
  for (let attempt = 0; attempt < 1_200; attempt += 1) {
    const response = await fetch(`${baseUrl}/health/ready`)
    const body = (await response.json()) as { evaluatorLagRows: number; waitingReports: number }
    if (body.evaluatorLagRows + body.waitingReports === 0) return
    await delay(50)
  }
  throw new Error('the evaluator did not catch up in a minute')
}
