import type { FastifyReply, FastifySerializerCompiler } from 'fastify'
import { z } from 'zod'

/**
 * Writes every answer by the schema its route declares, so that no field leaves that
 * nobody described. An answer that does not fit is a fault of ours: the caller reads 500,
 * the log says what was wrong.
 */
export const serializerCompiler: FastifySerializerCompiler<z.ZodType> = ({
  schema,
  method,
  url,
}) => {
  return (answer: unknown) => {
    const result = z.safeEncode(schema, answer)
    if (result.success) return JSON.stringify(result.data)
    throw new Error(`the answer of ${method} ${url} is not as declared`, { cause: result.error })
  }
}

/**
 * Answers with bytes that were written before. For what is asked without a token: each answer then
 * costs the sending and nothing else.
 */
export function sendBytes(reply: FastifyReply, bytes: Buffer): void {
  void reply.send(bytes)
}
