import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { RefusedInput } from '../../../src/errors.ts'
import { faultsOf, pointerOf } from '../../../src/schemas/faults.ts'
import { validatorCompiler } from '../../../src/http/door/validation.ts'

const schema = z.strictObject({
  name: z.string().max(3),
  count: z.int().min(1).max(5),
  tags: z.array(z.string()).min(1).optional(),
  area: z
    .union([z.strictObject({ circle: z.number() }), z.strictObject({ square: z.string() })])
    .optional(),
})

function detailsOf(data: unknown): Record<string, string> {
  const result = schema.safeParse(data)
  const faults = result.success ? [] : faultsOf(result.error.issues, data)
  return Object.fromEntries(faults.map((fault) => [fault.pointer ?? '', fault.detail]))
}

describe('a fault', () => {
  test.each([
    [{ name: 1, count: 1 }, '/name', 'expected a string, got a number'],
    [{ count: 1 }, '/name', 'expected a string, got nothing'],
    [{ name: null, count: 1 }, '/name', 'expected a string, got null'],
    [{ name: [], count: 1 }, '/name', 'expected a string, got an array'],
    [
      { name: 'secret', count: 1 },
      '/name',
      'expected at most 3 characters, got a string with more',
    ],
    [{ name: 'a', count: 9 }, '/count', 'expected a number of at most 5, got more'],
    [{ name: 'a', count: 0 }, '/count', 'expected a number of at least 1, got less'],
    [
      { name: 'a', count: 1, tags: [] },
      '/tags',
      'expected at least 1 elements, got an array with less',
    ],
    [{ name: 'a', count: 1, tags: [{}] }, '/tags/0', 'expected a string, got an object'],
    [
      { name: 'a', count: 1, area: { square: 7 } },
      '/area/square',
      'expected a string, got a number',
    ],
    [{ name: 'a', count: Infinity }, '/count', 'expected a number, got a number too large to hold'],
    ['text', '', 'expected an object, got a string'],
  ])('the fault of %j is at %s: %s', (data, pointer, detail) => {
    expect(detailsOf(data)[pointer]).toBe(detail)
  })

  test.each([
    [{ limit: '', status: '' }, {}],
    [{ limit: '', status: 'open' }, { status: 'open' }],
  ])('no fault is made of query parameters left empty: %j', (sent, value) => {
    const validate = validatorCompiler({
      schema: z.strictObject({
        limit: z.coerce.number().int().min(1).optional(),
        status: z.enum(['open', 'closed']).optional(),
      }),
      method: 'GET',
      url: '/',
      httpPart: 'querystring',
    })
    expect(validate(sent)).toEqual({ value })
  })

  test('a fault in the query names its parameter, because only a body has pointers', () => {
    const validate = validatorCompiler({
      schema: z.strictObject({ limit: z.coerce.number() }),
      method: 'GET',
      url: '/',
      httpPart: 'querystring',
    })
    const result = validate({ limit: 'ten' }) as { error: RefusedInput }
    expect(result.error).toBeInstanceOf(RefusedInput)
    expect(result.error.faults).toEqual([
      {
        pointer: null,
        code: 'invalid-type',
        detail: 'query parameter limit: expected a number, got a string',
      },
    ])
  })

  test('a body of a thousand wrong elements is answered with the faults of the first hundred', () => {
    const validate = validatorCompiler({
      schema: z.array(z.string()),
      method: 'POST',
      url: '/',
      httpPart: 'body',
    })
    const result = validate(Array.from({ length: 1000 }, () => 1)) as { error: RefusedInput }
    expect(result.error.message).toBe('The body has 1000 faults; see errors.')
    expect(result.error.faults).toHaveLength(100)
  })
})

test('all headers are checked and stay on the request', () => {
  const validate = validatorCompiler({
    schema: z.object({ 'if-match': z.string().optional() }),
    method: 'PUT',
    url: '/',
    httpPart: 'headers',
  })
  const headers = { authorization: 'Bearer x', 'if-match': '"1"' }
  expect(validate(headers)).toEqual({ value: headers })
})

describe('a pointer', () => {
  test.each([
    [['positions', 0, 'longitude'], '/positions/0/longitude'],
    [['last-event-id'], '/last-event-id'],
    [['__proto__', '_type'], '/__proto__/_type'],
    [[], ''],
  ])('a pointer names what looks like a name: %j', (path, pointer) => {
    expect(pointerOf(path)).toBe(pointer)
  })

  test.each([
    '52.3702,4.8952',
    '523702',
    'lat 52.3702',
    'a/b~c',
    'a\0b',
    '\ud800',
    '',
    'a'.repeat(65),
    'hoede\n',
  ])('a pointer does not repeat %j, which may say where somebody is', (name) => {
    expect(pointerOf(['positions', 0, name])).toBe('/positions/0/(unnamed field)')
  })
})
