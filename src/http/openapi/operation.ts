import type { FastifySchema } from 'fastify'
import { z } from 'zod'
import { bodyExamples } from './body-examples.ts'
import type { Json, OpenapiOperation } from './document.ts'
import type { Components } from './schema.ts'
import type { RouteAccess } from '../door/auth.ts'
import type { RouteEntry } from '../door/route-list.ts'

/** One route as an operation of the document. Fails on a route that cannot be described. */
export function describeOperation(route: RouteEntry, components: Components): OpenapiOperation {
  const schema = route.schema as DocumentedSchema
  const { operationId, summary, description, tags } = schema
  if (operationId === undefined || summary === undefined || tags === undefined) {
    throw new Error(`${route.method} ${route.url} has no operationId, summary or tags`)
  }
  const { access } = route
  const parameters = [
    ...parametersOf(schema.params, 'path', components),
    ...parametersOf(schema.querystring, 'query', components),
    ...parametersOf(schema.headers, 'header', components),
  ]
  return {
    operationId,
    summary,
    description: description === undefined ? whoMay(access) : `${description}\n\n${whoMay(access)}`,
    tags,
    ...securityOf(access),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(schema.body === undefined
      ? {}
      : { requestBody: bodyOf(operationId, schema.body, schema.lineOf ?? null, components) }),
    responses: responsesOf(route, schema, components),
  }
}

function whoMay(access: RouteAccess): string {
  if (access === 'public') return 'No token is needed.'
  return access === 'person' ? 'Whoever is signed in.' : `Roles: ${access.join(', ')}.`
}

/** A role may be that of a token or of somebody who is signed in. */
function securityOf(access: RouteAccess): Json {
  if (access === 'public') return { security: [] }
  return access === 'person' ? { security: [{ session: [] }] } : { 'x-roles': access }
}

/** What routes declare, with its schemas as zod's. */
type DocumentedSchema = Omit<FastifySchema, 'response'> & {
  readonly params?: z.ZodType
  readonly querystring?: z.ZodType
  readonly headers?: z.ZodType
  readonly body?: z.ZodType
  readonly lineOf?: z.ZodType
  readonly response?: Readonly<Record<string, ResponseSchema>>
}

type ResponseSchema =
  | z.ZodType
  | {
      readonly description?: string
      readonly content: Readonly<Record<string, { readonly schema: z.ZodType }>>
    }

function parametersOf(
  schema: z.ZodType | undefined,
  place: 'path' | 'query' | 'header',
  components: Components,
): Json[] {
  if (schema === undefined) return []
  const described = components.describe(schema, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(described.properties ?? {}).map(([name, property]) => {
    const { description, ...rest } = property as Json & { description?: string }
    const isRequired = place === 'path' || (described.required ?? []).includes(name)
    const parameter = { name, in: place, required: isRequired, schema: rest }
    return description === undefined ? parameter : { ...parameter, description }
  })
}

function bodyOf(
  operationId: string,
  schema: z.ZodType,
  lineOf: z.ZodType | null,
  components: Components,
): Json {
  const example = bodyExamples[operationId]
  const media = { schema: components.describe(schema, 'input') }
  return {
    required: !schema.safeParse(undefined).success,
    content: {
      'application/json': example === undefined ? media : { ...media, example },
      ...(lineOf === null ? {} : { 'application/x-ndjson': linesOf(lineOf, example, components) }),
    },
  }
}

/** OpenAPI 3.2 has `itemSchema` for this; the tools of 3.1 read a text. */
function linesOf(lineOf: z.ZodType, example: Json | undefined, components: Components): Json {
  const [list] = Object.values(example ?? {})
  const lines = Array.isArray(list) ? list.map((element) => `${JSON.stringify(element)}\n`) : []
  return {
    schema: {
      type: 'string',
      description:
        'One element a line, each ended by a line feed; the index of an element is that of its line, from 0.',
      contentMediaType: 'application/json',
      contentSchema: components.describe(lineOf, 'input'),
    },
    ...(lines.length === 0 ? {} : { example: lines.join('') }),
  }
}

function responsesOf(
  route: RouteEntry,
  schema: DocumentedSchema,
  components: Components,
): Record<string, Json> {
  const responses: Record<string, Json> = {}
  for (const [status, response] of Object.entries(schema.response ?? {})) {
    const isCreated = status === '201'
    responses[status] = {
      description: descriptionOf(status, response),
      headers: {
        'API-Version': { $ref: '#/components/headers/API-Version' },
        ...(isCreated ? { Location: locationHeader } : {}),
      },
      ...contentOf(response, schema.produces?.[0] ?? 'application/json', components),
    }
  }
  for (const status of problemStatuses(route, schema)) {
    const sentence = schema.problems?.[status]
    const shared = { $ref: `#/components/responses/Problem${status}` }
    responses[status] =
      sentence === undefined
        ? shared
        : {
            description: sentence,
            headers: { 'API-Version': { $ref: '#/components/headers/API-Version' } },
            content: {
              'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
            },
          }
  }
  return responses
}

const locationHeader = {
  description: 'Where what was made can be read.',
  schema: { type: 'string', format: 'uri-reference' },
}

function contentOf(response: ResponseSchema, mediaType: string, components: Components): Json {
  if (!('content' in response)) {
    if (response instanceof z.ZodUndefined) return {}
    return { content: { [mediaType]: { schema: components.describe(response, 'output') } } }
  }
  const content = Object.entries(response.content).map(([type, { schema }]) => [
    type,
    { schema: components.describe(schema, 'output') },
  ])
  return { content: Object.fromEntries(content) as Json }
}

function descriptionOf(status: string, response: ResponseSchema): string {
  const usual: Readonly<Record<string, string>> = {
    200: 'Done; the present state.',
    201: 'Made.',
    202: 'Taken: stored, and judged from here.',
    204: 'Done.',
  }
  return response.description ?? usual[status] ?? 'The answer.'
}

function problemStatuses(route: RouteEntry, schema: DocumentedSchema): number[] {
  const takesInput = [schema.body, schema.params, schema.querystring, schema.headers].some(
    (part) => part !== undefined,
  )
  const isWrite = route.method !== 'GET'
  const statuses = [
    ...(takesInput || isWrite ? [400] : []),
    ...(route.access === 'public' ? [] : [401, 403, 429]),
    ...(schema.params === undefined ? [] : [404]),
    ...(schema.body === undefined ? [] : [413, 415]),
    ...Object.keys(schema.problems ?? {}).map(Number),
    500,
    503,
  ]
  return [...new Set(statuses)].sort((a, b) => a - b)
}
