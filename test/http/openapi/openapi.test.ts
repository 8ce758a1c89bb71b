import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commonHeaders } from '../../../src/http/door/headers.ts'
import { instantMs, parseInstant } from '../../../src/schemas/common.ts'
import { callerFor } from '../../support/caller-for.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

type Json = { readonly [key: string]: unknown }
type Operation = {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly tags: readonly string[]
  readonly parameters?: readonly { name: string; in: string; schema: Json }[]
  readonly requestBody?: Json
  readonly responses: Readonly<Record<string, Json>>
}

let world: TestApp
let document: Json & {
  readonly info: Record<string, unknown>
  readonly paths: Record<string, Record<string, Operation>>
  readonly servers: readonly { url: string }[]
  readonly components: { readonly schemas: Record<string, Json> } & Json
}
let operations: { path: string; method: string; operation: Operation }[]
beforeAll(async () => {
  world = await createTestApp()
  const answer = await world.call(null, 'GET', '/v1/openapi.json')
  document = answer.body as typeof document
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  )
})
afterAll(async () => {
  await world.close()
})

/** Follows a reference into the document. */
function resolve(node: Json): Json {
  const reference = node['$ref']
  if (typeof reference !== 'string') return node
  return reference
    .slice(2)
    .split('/')
    .reduce<Json>((at, step) => at[step] as Json, document)
}

/** Every object in the document, with the path to it. */
function* everyNode(node: unknown, path = '#'): Generator<{ path: string; node: Json }> {
  if (typeof node !== 'object' || node === null) return
  if (!Array.isArray(node)) yield { path, node: node as Json }
  for (const [key, child] of Object.entries(node)) yield* everyNode(child, `${path}/${key}`)
}

describe('the document (NLGov API Design Rules 2.2, technical rules)', () => {
  test('/core/doc-openapi: the document is OpenAPI 3.1', () => {
    expect(document['openapi']).toMatch(/^3\.1\.\d+$/)
    expect(operations.length).toBeGreaterThan(25)
  })

  test('/core/doc-openapi-contact: the document names a contact with name, email and url', () => {
    expect(document.info['contact']).toEqual({
      name: expect.stringMatching(/./),
      email: expect.stringMatching(/@/),
      url: expect.stringMatching(/^https:\/\//),
    })
  })

  test('/core/semver and /core/uri-version: the full version is in info, the major version in the address', () => {
    expect(document.info['version']).toMatch(/^\d+\.\d+\.\d+$/)
    const major = String(document.info['version']).split('.')[0]
    for (const server of document.servers) expect(server.url).toMatch(new RegExp(`/v${major}$`))
  })

  test('/core/no-trailing-slash and /core/path-segments-kebab-case: every path keeps to both', () => {
    for (const path of Object.keys(document.paths)) {
      expect(path.endsWith('/'), path).toBe(false)
      const segments = path.slice(1).split('/')
      for (const [index, segment] of segments.entries()) {
        if (path === '/openapi.json') continue
        const isLast = index === segments.length - 1
        expect(segment).toMatch(
          isLast ? /^(_?[a-z0-9]+(-[a-z0-9]+)*|\{\w+\})$/ : /^([a-z0-9]+(-[a-z0-9]+)*|\{\w+\})$/,
        )
      }
    }
  })

  test('/core/query-keys-camel-case: every query key is in camelCase, and every field of every schema too', () => {
    const camel = /^[a-z][a-z0-9]*([A-Z][a-z0-9]*)*$/
    for (const { operation } of operations) {
      for (const parameter of operation.parameters ?? []) {
        if (parameter.in !== 'header') expect(parameter.name).toMatch(camel)
      }
    }
    for (const { path, node } of everyNode(document.components.schemas)) {
      if (!path.endsWith('/properties')) continue
      for (const name of Object.keys(node)) {
        // The envelope of CloudEvents is not ours to name.
        if (!path.includes('CloudEvent')) expect(name, path).toMatch(camel)
      }
    }
  })

  test('/core/date-time/format: a moment is date-time, and nothing is a time without a zone', () => {
    for (const { path, node } of everyNode(document)) {
      if (typeof node['format'] === 'string') {
        expect(['time', 'date-time-local'], path).not.toContain(node['format'])
      }
    }
    for (const { path, node } of everyNode(document.components.schemas)) {
      const name = path.split('/').at(-1) ?? ''
      if (!/(At|From|Until)$/.test(name) || !path.includes('/properties/')) continue
      // Optional and nullable moments are unions with null.
      const members = (node['anyOf'] ?? [node]) as Json[]
      if (members.some((member) => member['type'] === 'string')) {
        expect(
          members.some((member) => member['format'] === 'date-time'),
          path,
        ).toBe(true)
      }
    }
  })

  test('/core/date-time/date-omit-time-portion: no field called a date holds a time', () => {
    for (const { path, node } of everyNode(document)) {
      if (/properties\/\w*([a-z]Date|^date)$/.test(path)) expect(node['format'], path).toBe('date')
    }
  })

  test('/core/http-methods: the methods are standard ones only, and reading takes no body', () => {
    for (const { method, operation, path } of operations) {
      expect(['get', 'post', 'put', 'patch', 'delete'], path).toContain(method)
      if (method === 'get') expect(operation.requestBody, path).toBeUndefined()
    }
  })

  test('/core/version-header: the version is declared on every answer, refusals included', () => {
    for (const { path, method, operation } of operations) {
      for (const [status, response] of Object.entries(operation.responses)) {
        const headers = resolve(response)['headers'] as Json | undefined
        expect(headers?.['API-Version'], `${method} ${path} ${status}`).toBeDefined()
      }
    }
  })

  test('/core/error-handling/problem-details: every refusal is a problem with status, title and detail', () => {
    for (const { path, method, operation } of operations) {
      const refusals = Object.entries(operation.responses).filter(([status]) => status >= '400')
      expect(refusals.length, `${method} ${path}`).toBeGreaterThan(0)
      for (const [status, response] of refusals) {
        const content = resolve(response)['content'] as Record<string, { schema: Json }>
        expect(Object.keys(content), `${method} ${path} ${status}`).toEqual([
          'application/problem+json',
        ])
        const schema = resolve(content['application/problem+json']?.schema ?? {})
        expect(Object.keys(schema['properties'] as Json)).toEqual(
          expect.arrayContaining(['status', 'title', 'detail']),
        )
      }
    }
  })

  test('/core/error-handling/invalid-input: whatever takes input can answer 400, nothing answers 422', () => {
    for (const { path, method, operation } of operations) {
      const takesInput = (operation.parameters ?? []).length > 0 || method !== 'get'
      if (takesInput) expect(operation.responses['400'], `${method} ${path}`).toBeDefined()
      expect(operation.responses['422']).toBeUndefined()
    }
  })

  test('every operation can be written from the document: id, summary, roles, one good answer, resolvable references', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, operation } of operations) {
      expect(operation.summary.length, path).toBeGreaterThan(5)
      expect(operation.description, path).toMatch(/Roles: |No token is needed|Whoever is signed in/)
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true)
      const declared = (operation.parameters ?? []).filter((one) => one.in === 'path')
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
      expect(declared.map((one) => one.name)).toEqual(inPath)
    }
    for (const { node } of everyNode(document)) {
      if (typeof node['$ref'] === 'string') expect(resolve(node), node['$ref']).toBeDefined()
    }
  })

  test('the document describes every route under /v1 that is served, and nothing else', () => {
    const served = world.app.routeList.entries
      .filter((entry) => entry.url.startsWith('/v1/') && entry.method !== 'HEAD')
      .map((entry) => `${entry.method} ${entry.url.slice(3).replaceAll(/:(\w+)/g, '{$1}')}`)
    const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    expect(described.sort()).toEqual(served.sort())
  })

  test('the document says that writes refuse unknown fields, and they do', () => {
    for (const { path, operation } of operations) {
      if (operation.requestBody === undefined) continue
      const content = operation.requestBody['content'] as Record<string, { schema: Json }>
      const schema = resolve(content['application/json']?.schema ?? {})
      // Of one that may be several things, each of them.
      const shapes = (schema['oneOf'] as Json[] | undefined)?.map(resolve) ?? [schema]
      for (const shape of shapes) expect(shape['additionalProperties'], path).toBe(false)
    }
  })
})

describe('the running server (NLGov API Design Rules 2.2, technical rules)', () => {
  test('/core/publish-openapi: the document is open to every website', async () => {
    const answer = await world.call(null, 'GET', '/v1/openapi.json', undefined, {
      origin: 'https://example.org',
    })
    expect(answer.status).toBe(200)
    expect(answer.headers['access-control-allow-origin']).toBe('*')
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
  })

  test('/core/transport/cors: nothing else is open to another website', async () => {
    for (const url of ['/v1/persons', '/v1/alerts', '/health/live', '/metrics']) {
      const answer = await world.call('supervisor', 'GET', url, undefined, {
        origin: 'https://example.org',
      })
      expect(answer.headers['access-control-allow-origin'], url).toBeUndefined()
    }
  })

  test('/core/version-header and /core/transport/security-headers: both are on every answer of every route', async () => {
    for (const entry of world.app.routeList.entries) {
      if (entry.url === '/v1/alert-events') continue
      const role = entry.access === 'public' ? null : callerFor(entry.access)
      const url = entry.url.replace(':id', '019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e21')
      for (const caller of [role, null]) {
        const answer = await world.call(caller, entry.method, url)
        for (const [name, value] of Object.entries(commonHeaders)) {
          if (name === 'content-security-policy') {
            expect(answer.headers[name], url).toContain("frame-ancestors 'none'")
          } else {
            expect(answer.headers[name], `${entry.method} ${url} ${name}`).toBe(value)
          }
        }
        expect(answer.headers['content-type'], `${entry.method} ${url}`).toMatch(/^[a-z]+\//)
      }
    }
  })

  test('/core/no-trailing-slash: a trailing slash is 404, with and without a token', async () => {
    for (const entry of world.app.routeList.entries) {
      if (entry.method !== 'GET') continue
      const url = `${entry.url.replace(':id', '019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e21')}/`
      expect((await world.call('supervisor', 'GET', url)).status, url).toBe(404)
      expect((await world.call(null, 'GET', url)).status, url).toBe(404)
    }
  })

  test('/core/date-time/timezone: any offset is taken, answers are UTC', async () => {
    const person = await world.call('supervisor', 'POST', '/v1/persons', {
      role: 'victim',
      reference: 'offset',
    })
    for (const [index, validFrom] of [
      '2026-11-23T18:30:05+05:45',
      '2027-11-23T18:30:05.5-11:00',
      '2028-11-23T18:30:05.123456Z',
    ].entries()) {
      const answer = await world.call('supervisor', 'POST', '/v1/device-assignments', {
        deviceId: world.deviceId,
        personId: person.body['id'],
        validFrom,
        validUntil: new Date(Date.parse(validFrom) + 60_000).toISOString(),
      })
      expect(answer.status, validFrom).toBe(201)
      expect(answer.body['validFrom'], String(index)).toBe(new Date(validFrom).toISOString())
    }
  })
})

describe('a moment', () => {
  test.each([
    '2026-11-23T18:30:05Z',
    '2026-11-23T18:30:05.123456789Z',
    '2024-02-29T00:00:00+14:00',
    '2026-11-23T23:59:59-12:00',
    '2026-11-23T00:00:00+00:00',
  ])('the text %s is a moment', (text) => {
    expect(parseInstant(text)).toBe(Date.parse(text))
  })

  // RFC 3339 allows both, and a replay takes what a server takes.
  test.each([
    ['2026-11-23t18:30:05z', Date.UTC(2026, 10, 23, 18, 30, 5)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2017-01-01T00:59:60.5+01:00', Date.UTC(2017, 0, 1, 0, 0, 0, 500)],
  ])('the text %s is a moment too', (text, epochMs) => {
    expect(parseInstant(text)).toBe(epochMs)
    expect(instantMs(text)).toBe(epochMs)
  })

  test.each([
    '2026-11-23T18:30:05-00:00',
    '2026-11-23T18:30:05',
    '2026-11-23 18:30:05Z',
    '2026-11-23',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-23T24:00:00Z',
    '2026-11-23T18:60:00Z',
    '2026-11-23T18:30:60Z',
    '2016-12-31T23:59:61Z',
    '2016-12-31T23:59:60+01:00',
    '2026-11-23T18:30:05+24:00',
    '0026-11-23T18:30:05Z',
    '+002026-11-23T18:30:05Z',
    '1700000000',
    ' 2026-11-23T18:30:05Z',
  ])('the text %j is no moment', (text) => {
    expect(parseInstant(text)).toBeNull()
  })
})
