import { z } from 'zod'

/**
 * A client that knows nothing but the API document: it finds an operation by its id, checks
 * the body it is about to send and the answer it gets against the document's schemas, and
 * refuses undeclared statuses.
 */
export async function createDocumentClient(baseUrl: string): Promise<DocumentClient> {
  const response = await fetch(`${baseUrl}/v1/openapi.json`)
  const document = (await response.json()) as Document
  const root = new URL(document.servers[0]?.url ?? '/', baseUrl)
  return async (operationId, token, request = {}) => {
    const { method, path, operation } = findOperation(document, operationId)
    const url = new URL(
      root.pathname.replace(/\/$/, '') +
        path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
          encodeURIComponent(request.path?.[name] ?? ''),
        ),
      root,
    )
    for (const [name, value] of Object.entries(request.query ?? {}))
      url.searchParams.set(name, value)
    const bodySchema = operation.requestBody?.content['application/json']?.schema
    if (request.body !== undefined) {
      if (bodySchema === undefined) throw new Error(`${operationId} takes no body`)
      check(document, bodySchema, request.body, `body of ${operationId}`)
    }
    const answer = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    })
    const declared = operation.responses[String(answer.status)]
    if (declared === undefined)
      throw new Error(`${operationId} answered ${answer.status}, not declared`)
    const body = (await answer.json()) as Record<string, unknown>
    const answerSchema = declared.content?.['application/json']?.schema
    if (answerSchema !== undefined) check(document, answerSchema, body, `answer of ${operationId}`)
    return { status: answer.status, body }
  }
}

export type DocumentClient = (
  operationId: string,
  token: string,
  request?: {
    readonly path?: Readonly<Record<string, string>>
    readonly query?: Readonly<Record<string, string>>
    readonly body?: unknown
  },
) => Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }>

type Schema = Readonly<Record<string, unknown>>
type Media = { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }
type Operation = {
  readonly operationId: string
  readonly requestBody?: Required<Media>
  readonly responses: Readonly<Record<string, Media>>
}
type Document = {
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

function findOperation(
  document: Document,
  operationId: string,
): { readonly method: string; readonly path: string; readonly operation: Operation } {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      if (operation.operationId === operationId) {
        return { method: method.toUpperCase(), path, operation }
      }
    }
  }
  throw new Error(`the document has no operation ${operationId}`)
}

function check(document: Document, schema: Schema, value: unknown, what: string): void {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas })
  // The reader of schemas knows local definitions, not the document's components.
  const local = JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as Parameters<
    typeof z.fromJSONSchema
  >[0]
  const result = z.fromJSONSchema(local).safeParse(value)
  if (!result.success)
    throw new Error(`${what} is not as the document says: ${result.error.message}`)
}
