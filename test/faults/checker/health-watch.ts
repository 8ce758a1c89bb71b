import { setTimeout as delay } from 'node:timers/promises'

/** Asks every address whether it is ready, four times a second, and counts what it is told. */
export function watchHealth(urls: readonly string[]): HealthWatch {
  const told = new Map<string, number>()
  const refusedAtMs: number[] = []
  const state = { isStopped: false }
  const ask = async (url: string): Promise<void> => {
    while (!state.isStopped) {
      const answer = await askReady(url)
      if (!state.isStopped) told.set(answer, (told.get(answer) ?? 0) + 1)
      if (answer.startsWith('503')) refusedAtMs.push(Date.now())
      await delay(250)
    }
  }
  for (const url of urls) void ask(url)
  return {
    firstRefusedMs: (sinceMs) => refusedAtMs.find((atMs) => atMs >= sinceMs) ?? null,
    stop: () => {
      state.isStopped = true
      return new Map(told)
    },
  }
}

export type HealthWatch = {
  /** When somebody first said that it is not ready, from that moment on; null: nobody did. */
  readonly firstRefusedMs: (sinceMs: number) => number | null
  /** How often each answer was given. */
  readonly stop: () => Map<string, number>
}

async function askReady(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) })
    const body = (await response.json()) as Answer
    if (response.ok) return 'ready'
    // The end of `type` is the code of a problem; a server that answers for itself gives reasons.
    const codes = body.reasons?.map(({ code }) => code) ?? [body.type?.split('#problem-')[1] ?? '']
    return [response.status, ...codes].join(' ')
  } catch {
    return 'no answer'
  }
}

type Answer = {
  readonly type?: string
  readonly reasons?: readonly { readonly code: string }[]
}
