import type { ProtectionOrder } from '../model/registry.ts'

/**
 * What a change that was decided before makes of an order as it is now: each field that it changed,
 * of what else was done meanwhile nothing. Null: both changed one field otherwise, and only people
 * can say which holds. The order itself where all of it is so already.
 */
export function rebaseChange({ base, decided, now }: Rebase): ProtectionOrder | null {
  const names = new Set([...Object.keys(base), ...Object.keys(decided), ...Object.keys(now)])
  const next: Record<string, unknown> = {}
  let isOther = false
  for (const name of names) {
    if (name === 'version') continue
    const [was, wanted, is] = [base, decided, now].map((order) => order[name as keyof typeof order])
    const isWanted = !isSame(was, wanted)
    if (isWanted && !isSame(was, is) && !isSame(wanted, is)) return null
    const value = isWanted ? wanted : is
    if (value !== undefined) next[name] = value
    isOther ||= !isSame(value, is)
  }
  return isOther ? { ...(next as ProtectionOrder), version: now.version + 1 } : now
}

/** Whatever the order of names in it: what was stored comes back in another. */
function isSame(one: unknown, other: unknown): boolean {
  return write(one) === write(other)
}

function write(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

export type Rebase = {
  /** As it was when somebody decided. */
  readonly base: ProtectionOrder
  readonly decided: ProtectionOrder
  readonly now: ProtectionOrder
}
