import type { FastifySchemaCompiler } from 'fastify'
import type { z } from 'zod'
import { RefusedInput, type Fault } from '../../errors.ts'
import { faultsOf } from '../../schemas/faults.ts'

/**
 * Checks every part of a request against its zod schema and refuses with all faults at once.
 * A sentence names the type of what came, never its value: values may be positions or tokens.
 */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const part = httpPart ?? 'body'
  return (sent: unknown) => {
    const data = withoutAbsent(sent, part)
    const result = schema.safeParse(data)
    // Headers are only checked: a schema names those it knows, and the others
    // must stay on the request.
    if (result.success) return { value: part === 'headers' ? sent : result.data }
    return { error: refusalOf(result.error.issues, data, part) }
  }
}

/**
 * Fastify gives null for a body that was not sent; a form sends `status=` for a
 * filter that was left empty.
 */
function withoutAbsent(sent: unknown, part: string): unknown {
  if (part === 'body') return sent === null ? undefined : sent
  if (part !== 'querystring' || typeof sent !== 'object' || sent === null) return sent
  return Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== ''))
}

function refusalOf(issues: readonly z.core.$ZodIssue[], data: unknown, part: string): RefusedInput {
  const all = faultsOf(issues, data)
  const count = all.length === 1 ? 'one fault' : `${all.length} faults`
  const faults = all
    .slice(0, faultsMax)
    .map((fault) => (part === 'body' ? fault : named(fault, part)))
  return new RefusedInput(
    'invalid-request',
    `The ${placeNames[part] ?? part} has ${count}; see errors.`,
    faults,
  )
}

/** A body of a thousand wrong elements should not be answered with a megabyte. */
const faultsMax = 100

const placeNames: Readonly<Record<string, string>> = {
  body: 'body',
  params: 'path',
  querystring: 'query',
  headers: 'header section',
}

/** Only the body has JSON pointers; elsewhere the sentence names the parameter. */
function named(fault: Fault, part: string): Fault {
  const parameter = (fault.pointer ?? '').slice(1)
  return {
    ...fault,
    pointer: null,
    detail: `${placeNames[part] ?? part} parameter ${parameter}: ${fault.detail}`,
  }
}
