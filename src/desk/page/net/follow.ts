import { outcomeOf, type Outcome } from './api.ts'
import { readLines } from './lines.ts'

/**
 * Asks what takes long: the answer comes as lines that say how far it is, and at last the answer
 * itself. It waits as long as lines come.
 */
export async function follow<T>(
  path: string,
  body: object,
  onPercent: (percent: number) => void,
  stopped: AbortSignal,
): Promise<Outcome<T>> {
  const silent = new AbortController()
  let timer = setTimeout(() => silent.abort(), silentMsMax)
  try {
    const answer = await fetch(path, {
      method: 'POST',
      credentials: 'same-origin',
      signal: AbortSignal.any([stopped, silent.signal]),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok || answer.body === null) return await outcomeOf<T>(answer)
    for await (const said of readLines<Said<T>>(answer.body)) {
      clearTimeout(timer)
      timer = setTimeout(() => silent.abort(), silentMsMax)
      if ('percent' in said) onPercent(said.percent)
      else if ('answer' in said) return { kind: 'done', status: answer.status, body: said.answer }
      else return await outcomeOf<T>(Response.json(said.problem, { status: said.problem.status }))
    }
    return { kind: 'unsent' }
  } catch {
    return { kind: 'unsent' }
  } finally {
    clearTimeout(timer)
  }
}

/** Longer than one step takes: a server that hangs may not look like one that works. */
const silentMsMax = 60_000

type Said<T> =
  | { readonly percent: number }
  | { readonly answer: T }
  | { readonly problem: { readonly status: number } }
