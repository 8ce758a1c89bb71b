import type { Log } from '../../log.ts'

/**
 * Counts calls that came without a token that holds, and tells them in the log: the first at once,
 * then what gathered, a line every ten seconds at most, however many come. Never the token.
 */
export function createRefusedCallers(
  log: Log,
  tellMs: number = refusalsTellMs,
  record: (told: RefusalsTold) => void = () => {},
): RefusedCallers {
  const counts: Record<RefusedCaller, number> = { 'no-token': 0, 'unknown-token': 0, role: 0 }
  let untold = 0
  const untoldByIp = new Map<string, number>()
  const untoldByClient = new Map<string, number>()
  let waiting: NodeJS.Timeout | null = null

  function tell(): void {
    waiting = null
    if (untold === 0) return
    const callers = [...untoldByIp]
      .toSorted(([, left], [, right]) => right - left)
      .slice(0, ipsToldMax)
      .map(([ip, count]) => ({ ip, count }))
    log.warn({ count: untold, callers, total: { ...counts } }, 'callers were refused')
    record({ count: untold, callers, byClient: new Map(untoldByClient) })
    untold = 0
    untoldByIp.clear()
    untoldByClient.clear()
    waiting = setTimeout(tell, tellMs).unref()
  }

  return {
    add(reason, ip, clientId = null) {
      counts[reason] += 1
      untold += 1
      const key = untoldByIp.has(ip) || untoldByIp.size < ipsKeptMax ? ip : 'others'
      untoldByIp.set(key, (untoldByIp.get(key) ?? 0) + 1)
      if (clientId !== null && (untoldByClient.has(clientId) || untoldByClient.size < ipsToldMax)) {
        untoldByClient.set(clientId, (untoldByClient.get(clientId) ?? 0) + 1)
      }
      if (waiting === null) tell()
    },
    counts: () => counts,
    close() {
      if (waiting !== null) clearTimeout(waiting)
      tell()
      if (waiting !== null) clearTimeout(waiting)
    },
  }
}

export type RefusedCallers = {
  readonly add: (reason: RefusedCaller, ip: string, clientId?: string | null) => void
  readonly counts: () => Readonly<Record<RefusedCaller, number>>
  /** Tells what was not told yet. */
  readonly close: () => void
}

export type RefusalsTold = {
  readonly count: number
  readonly callers: readonly { readonly ip: string; readonly count: number }[]
  /** Good tokens that asked for what they may not do. */
  readonly byClient: ReadonlyMap<string, number>
}

/** `role`: a good token that may not do this. */
type RefusedCaller = 'no-token' | 'unknown-token' | 'role'

/** So often at most, in the log and on record, however many come. */
export const refusalsTellMs = 10_000
/** A line of the log stays a line. */
const ipsToldMax = 10
/** Somebody with a block of IPv6 has as many as they like. */
const ipsKeptMax = 1_000
