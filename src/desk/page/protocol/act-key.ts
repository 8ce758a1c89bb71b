/**
 * The key of an act. One whose answer was lost keeps its key, also when the page is loaded anew
 * while it is on its way: pressed again it is the same act, and stands once in the diary. Minutes
 * later it is meant anew, and whoever is called is called again.
 */
export function keyOf(what: string, nowMs: number): string {
  const name = nameOf(what)
  const key = findKey(lostActs, name, nowMs) ?? findKey(ofPageBefore, name, nowMs) ?? newKey()
  onTheirWay.set(name, { key, atMs: nowMs })
  keepInTab(nowMs)
  return key
}

/**
 * Whether an answer came, of whatever kind, or the act may have been done without one. One that the
 * page keeps and sends by itself is meant anew when it is pressed again, but in a page loaded anew,
 * which has kept nothing.
 */
export function noteAnswer(what: string, key: string, { lostAtMs, isKept }: Answered): void {
  const name = nameOf(what)
  if (lostAtMs !== null && !isKept) lostActs.set(name, { key, atMs: lostAtMs })
  else lostActs.delete(name)
  if (lostAtMs === null) {
    onTheirWay.delete(name)
    ofPageBefore.delete(name)
  }
  keepInTab(lostAtMs ?? 0)
}

/** One that was kept has gone: the same done once more is another act, in the next page too. */
export function noteKeptAnswer(key: string, nowMs: number): void {
  for (const keys of [lostActs, onTheirWay, ofPageBefore]) {
    for (const [name, one] of keys) if (one.key === key) keys.delete(name)
  }
  keepInTab(nowMs)
}

export type Answered = {
  /** Null: an answer came. */
  readonly lostAtMs: number | null
  readonly isKept: boolean
}

const sameActMs = 2 * 60_000
const storageKey = 'hoede-acts-on-their-way'

type KeptKey = { readonly key: string; readonly atMs: number }

/** By what is done, where and by whom, to the letter: another act may not come under its key. */
const lostActs = new Map<string, KeptKey>()
/** What the next page of this tab is to know, should this one be gone before an answer came. */
const onTheirWay = new Map<string, KeptKey>()
const ofPageBefore = readTab()

function findKey(keys: ReadonlyMap<string, KeptKey>, name: string, nowMs: number): string | null {
  const found = keys.get(name)
  return found !== undefined && nowMs - found.atMs < sameActMs ? found.key : null
}

function newKey(): string {
  return crypto.randomUUID()
}

/** In this tab alone, and no word of what was done: an act has notes of people in it. */
function keepInTab(nowMs: number): void {
  const kept = [...ofPageBefore, ...onTheirWay, ...lostActs].filter(
    ([, { atMs }]) => nowMs - atMs < sameActMs,
  )
  try {
    if (kept.length === 0) sessionStorage.removeItem(storageKey)
    else sessionStorage.setItem(storageKey, JSON.stringify(kept))
  } catch {
    // A browser that keeps nothing: as it was, within this page.
  }
}

function readTab(): Map<string, KeptKey> {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(storageKey) ?? '[]') as [string, KeptKey][])
  } catch {
    return new Map()
  }
}

/** A name of 106 bits that tells nothing: two of the few acts of two minutes never share it. */
function nameOf(what: string): string {
  return `${mix(what, 0)}-${mix(what, 1)}`
}

/** cyrb53, by bryc (public domain): quick where `crypto.subtle` would have to be waited for. */
function mix(text: string, seed: number): string {
  let high = 0xdeadbeef ^ seed
  let low = 0x41c6ce57 ^ seed
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36)
}
