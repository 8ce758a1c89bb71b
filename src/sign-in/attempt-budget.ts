/**
 * How often a password may be tried. No account is ever locked: whoever knows a colleague's name
 * could lock it. A browser in which somebody has signed in before has a budget of its own for that
 * account, which nobody else can spend; strangers share a slow one, of which one address gets half.
 */
export function createAttemptBudget({ take }: Limiter): AttemptBudget {
  return {
    take({ account, browser, address }) {
      if (browser !== null) return take(`browser ${browser} ${account}`, knownBrowserLimit)
      const verdicts = [
        // The narrow one first: what it refuses takes nothing from the others.
        () => take(`address ${address} ${account}`, addressOfAccountLimit),
        () => take(`address ${address}`, addressLimit),
        () => take(`account ${account}`, accountLimit),
      ]
      for (const ask of verdicts) {
        const verdict = ask()
        if (!verdict.isAllowed) return verdict
      }
      return { isAllowed: true, retryAfterSeconds: 0 }
    },
  }
}

export type AttemptBudget = {
  readonly take: (attempt: {
    /** The name that was typed, whether it exists or not. */
    readonly account: string
    /** The browser, where its owner has signed in to this account before; otherwise null. */
    readonly browser: string | null
    readonly address: string
  }) => Verdict
}

type Verdict = { readonly isAllowed: boolean; readonly retryAfterSeconds: number }
type Limit = { readonly burst: number; readonly perSecond: number }
type Limiter = { readonly take: (key: string, limit: Limit) => Verdict }

const perMinute = 1 / 60
/** Somebody who cannot type today. */
const knownBrowserLimit: Limit = { burst: 10, perSecond: 2 * perMinute }
/** 1,440 a day: with the code of a second factor to guess as well, nothing is found so. */
const accountLimit: Limit = { burst: 10, perSecond: perMinute }
const addressOfAccountLimit: Limit = { burst: 5, perSecond: perMinute / 2 }
/** A whole office behind one address, at the start of a shift. */
const addressLimit: Limit = { burst: 60, perSecond: 10 * perMinute }
