import { createRateLimiter } from './rate-limit.ts'

/**
 * Secrets nobody knows yet, whether good or guessed, may be looked up one by one. Beyond a rate a
 * secret must first be in the list of all hashes, which is read once a second for everybody: a
 * flood of guesses costs the database one query a second, and no good secret is ever held up by
 * who else is at its address.
 */
export function createHashList(
  elapsedMs: () => number,
  readAll: () => Promise<readonly string[]>,
): HashList {
  const lookups = createRateLimiter(elapsedMs)
  let list: { readonly hashes: Promise<ReadonlySet<string>>; readonly readAtMs: number } | null =
    null

  function readHashes(): Promise<ReadonlySet<string>> {
    const nowMs = elapsedMs()
    if (list !== null && nowMs - list.readAtMs < hashListMsMax) return list.hashes
    const hashes = readAll().then((all) => new Set(all))
    const read = { hashes, readAtMs: nowMs }
    list = read
    // Whoever waits for it hears of the failure; the next one reads anew.
    hashes.catch(() => {
      if (list === read) list = null
    })
    return hashes
  }

  return {
    mayBe: async (hash) =>
      lookups.take('secrets', lookupLimit).isAllowed ||
      (await readHashes()).has(hash.toString('base64')),
    forget: () => {
      list = null
    },
  }
}

export type HashList = {
  /** False: nobody has a secret of this hash. True: ask the database. */
  readonly mayBe: (hash: Buffer) => Promise<boolean>
  readonly forget: () => void
}

const lookupLimit = { burst: 200, perSecond: 50 }
/** During a flood, how long a secret made by another process may have to wait. */
const hashListMsMax = 1_000
