import { z } from 'zod'
import { errorCodes } from '../../errors.ts'
import { sendBytes } from '../door/serialization.ts'
import { sessionCookieName } from '../door/session-auth.ts'
import type { App } from '../door/app-type.ts'
import { apiVersion } from '../door/headers.ts'
import { describeOperation } from './operation.ts'
import { alertEventSchema } from '../../schemas/alert-event.ts'
import { collectComponents } from './schema.ts'
import { describeWebhooks } from './webhooks.ts'
import { problemContentType } from '../door/problem.ts'
import type { RouteList } from '../door/route-list.ts'
import type { OpenapiDocument, OpenapiOperation, Json } from './document.ts'

/**
 * The document of the API, made from what the routes themselves validate
 * with; open to every website.
 */
export function registerOpenapiRoute(app: App, routes: RouteList): () => OpenapiDocument {
  let document: OpenapiDocument | null = null
  let text: Buffer | null = null
  const make = (): OpenapiDocument => (document ??= makeDocument(routes))
  app.route({
    method: 'GET',
    url: '/v1/openapi.json',
    config: { roles: 'public' },
    schema: {
      operationId: 'getOpenapiDocument',
      tags: ['About'],
      summary: 'This document',
      response: { 200: z.looseObject({ openapi: z.string() }) },
    },
    handler: async (_request, reply) => {
      reply.header('access-control-allow-origin', '*')
      text ??= Buffer.from(JSON.stringify(make()))
      sendBytes(reply.type('application/json'), text)
      return reply
    },
  })
  return make
}

declare module 'fastify' {
  interface FastifySchema {
    operationId?: string
    summary?: string
    description?: string
    tags?: readonly string[]
    /** Media types of the answer when it is not JSON. */
    produces?: readonly string[]
    /** The element of each line, where the body may be lines (application/x-ndjson). */
    lineOf?: z.ZodType
    /** Refusals beyond the usual ones that this call can answer with: status → when. */
    problems?: Readonly<Record<number, string>>
  }
}

function makeDocument(routes: RouteList): OpenapiDocument {
  const components = collectComponents()
  const paths: Record<string, Record<string, OpenapiOperation>> = {}
  for (const route of routes.entries) {
    if (!route.url.startsWith('/v1/') || route.method === 'HEAD') continue
    const path = route.url.slice('/v1'.length).replaceAll(/:(\w+)/g, '{$1}')
    paths[path] ??= {}
    paths[path][route.method.toLowerCase()] = describeOperation(route, components)
  }
  components.describe(alertEventSchema, 'output')
  const webhooks = describeWebhooks(components)
  const sorted = Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1)))
  const used = new Set(
    Object.values(sorted).flatMap((item) =>
      Object.values(item).flatMap((operation) => operation.tags),
    ),
  )
  return {
    openapi: '3.1.1',
    info,
    servers: [{ url: '/v1', description: 'This server.' }],
    tags: tags.filter((tag) => used.has(tag.name)),
    security: [{ bearerToken: [] }, { session: [] }],
    paths: sorted,
    webhooks,
    components: {
      securitySchemes: {
        bearerToken: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A token made with `POST /api-clients`. What it may do follows from its role; each operation names the roles that may call it.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: sessionCookieName,
          description:
            'Whoever signs in on a page of this server; the cookie goes along by itself, from no other page, and not beside a token. Over after 15 minutes without use, and after 10 hours.',
        },
      },
      headers,
      responses: { ...problemResponses() },
      schemas: { ...components.schemas, Problem: problemSchema },
    },
  }
}

const info = {
  title: 'Hoede',
  version: apiVersion,
  summary: 'Watches protection orders and raises alerts.',
  description: [
    'Hoede takes positions from ankle monitors of offenders and from devices of victims, judges whether a location ban or a distance between two people is being broken, and raises alerts for probation staff.',
    'Typical course: an administrator registers a vendor and makes tokens (`POST /vendors`, `POST /api-clients`); a supervisor registers persons, devices, who carries which device, and the order (`POST /persons`, `/devices`, `/device-assignments`, `/protection-orders`); the vendor posts positions (`POST /positions`); an operator follows and handles alerts (`GET /alerts`, `GET /alert-events`, `POST /alerts/{id}/_acknowledge` and `/_close`).',
    'Times are RFC 3339; any offset is accepted and answers are in UTC. Positions are longitude and latitude in WGS 84 (CRS84). Unknown fields are refused. Every fault in a request is told at once, in `errors`, with a JSON pointer. Bodies may be sent with `Content-Encoding: gzip`.',
    'This is written in English because the vocabulary follows the European standards for electronic monitoring; changes are listed in the changelog of the project.',
  ].join('\n\n'),
  contact: {
    name: 'Hoede',
    email: 'beheer@hoede.example',
    url: 'https://hoede.example/contact',
  },
  license: { name: 'All rights reserved', url: 'https://hoede.example/licence' },
}

const tags = [
  { name: 'API clients', description: 'Which machines may call, and as what.' },
  { name: 'Signing in', description: 'People: who they are, and for how long.' },
  { name: 'Staff', description: 'People: who may sign in, and as what.' },
  { name: 'Organisations', description: 'Whose cases are whose, and who watches for whom.' },
  { name: 'Audit', description: 'Who looked at what.' },
  { name: 'Registry', description: 'Vendors, persons, devices and who carries which.' },
  { name: 'Persons', description: 'Where supervised people were last seen.' },
  { name: 'Protection orders', description: 'Court orders with their bans.' },
  { name: 'Cases', description: 'Who leads a case, what was found and promised in it.' },
  { name: 'Intake', description: 'What devices report.' },
  { name: 'Alerts', description: 'What staff must see and answer.' },
  { name: 'Webhooks', description: 'Alerts delivered to other systems.' },
  { name: 'Partners', description: 'Police and others who are told of bans, and confirm it.' },
  { name: 'Record', description: 'What was done, by whom, and the proof of it.' },
  {
    name: 'Two people',
    description: 'What weakens protection, or shows where somebody is, takes a second person.',
  },
  { name: 'Enforceability', description: 'Can a ban be enforced, before it is imposed?' },
  { name: 'About', description: 'The API itself.' },
]

const headers = {
  'API-Version': {
    description: 'The full version of the API.',
    schema: { type: 'string', examples: [apiVersion] },
  },
}

const problemSchema: Json = {
  type: 'object',
  description: 'RFC 9457. The same sentences for the same faults; never a value that was sent.',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'Names the kind of problem.' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string' },
    instance: { type: 'string', format: 'uri-reference' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['code', 'detail'],
        properties: {
          pointer: {
            type: 'string',
            description:
              'JSON pointer (RFC 6901) into the body; absent for faults outside it. A field whose name is no plain identifier is told as `(unnamed field)`.',
          },
          code: { type: 'string' },
          detail: { type: 'string' },
          detailNl: {
            type: 'string',
            description: 'The same in Dutch, of areas that may not lie as they do.',
          },
        },
      },
    },
  },
}

/** One reusable answer per status that any operation can give. */
function problemResponses(): Record<string, Json> {
  const byStatus = new Map<number, string[]>()
  for (const { status, sentence } of Object.values(errorCodes)) {
    if (status === null) continue
    byStatus.set(status, [...(byStatus.get(status) ?? []), sentence])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, sentences]) => [
      `Problem${status}`,
      {
        description: [...new Set(sentences)].join(' '),
        headers: { 'API-Version': { $ref: '#/components/headers/API-Version' } },
        content: {
          [problemContentType]: { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    ]),
  )
}
