import { errorCodes, type ErrorCode, type Fault } from '../../errors.ts'

/** The body of every answer of 400 and above (RFC 9457). */
export type Problem = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly errors?: readonly ProblemFault[]
}

/**
 * One fault in what was sent. `pointer` is a JSON pointer (RFC 6901) into the body; a fault
 * in the path, query or a header has none and says where in its sentence. `detail` never
 * repeats a value that was sent.
 */
type ProblemFault = {
  readonly pointer?: string
  readonly code: string
  readonly detail: string
}

export const problemContentType = 'application/problem+json'

/** `type` can be followed: the documentation page explains each code under this fragment. */
export function problemOf(
  code: ErrorCode,
  status: number,
  detail: string,
  faults: readonly Fault[] = [],
): Problem {
  const problem = {
    type: `/docs#problem-${code}`,
    title: errorCodes[code].sentence,
    status,
    detail,
  }
  return faults.length === 0 ? problem : { ...problem, errors: faults.map(wireFault) }
}

function wireFault(fault: Fault): ProblemFault {
  const { pointer, ...told } = fault
  return pointer === null ? told : { pointer, ...told }
}
