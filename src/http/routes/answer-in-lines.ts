import { RefusedInput, errorCodes } from '../../errors.ts'
import { problemOf, type Problem } from '../door/problem.ts'

/**
 * Lines of JSON while something is worked out: how many percent of it are done, each once, and at
 * last the answer. What fails before the first line fails as every request does; after it the last
 * line is the problem, because the status has left.
 */
export async function* answerInLines<T>(
  work: Work<T>,
  onFault: (error: unknown) => void,
): AsyncGenerator<string, void> {
  let percent = 0
  let told = 0
  let wake = (): void => {}
  const done = work((next) => {
    percent = Math.floor(next)
    wake()
  }).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  )
  for (;;) {
    const stepped = new Promise<null>((resolve) => {
      wake = () => resolve(null)
    })
    const end = percent > told ? null : await Promise.race([done, stepped])
    if (end === null) {
      if (percent <= told) continue
      told = percent
      yield line({ percent })
    } else if ('answer' in end) {
      yield line({ answer: end.answer })
      return
    } else {
      if (told === 0) throw end.error
      onFault(end.error)
      yield line({ problem: describeProblem(end.error) })
      return
    }
  }
}

/** Calls `onStep` with how many percent are done, never fewer than before. */
export type Work<T> = (onStep: (percent: number) => void) => Promise<T>

function line(said: object): string {
  return `${JSON.stringify(said)}\n`
}

/** Of a fault of ours nothing is told but that there was one. */
function describeProblem(error: unknown): Problem {
  if (error instanceof RefusedInput) {
    const { code, message, faults } = error
    return problemOf(code, errorCodes[code].status ?? 400, message, faults)
  }
  return problemOf('internal-error', 500, errorCodes['internal-error'].sentence)
}
