import { expect, test } from 'vitest'
import { z } from 'zod'
import { serializerCompiler } from '../../../src/http/door/serialization.ts'

const write = serializerCompiler({
  schema: z.strictObject({ id: z.string(), count: z.int().nullable() }),
  method: 'GET',
  url: '/v1/things',
})

test('an answer is written as its schema declares it', () => {
  expect(write({ id: 'a', count: null })).toBe('{"id":"a","count":null}')
})

test.each([{ id: 'a', count: 1, secret: 52.37 }, { id: 'a' }, { id: 'a', count: 'one' }, null])(
  'an answer that was not declared does not leave: %j',
  (answer) => {
    expect(() => write(answer)).toThrow('the answer of GET /v1/things is not as declared')
  },
)
