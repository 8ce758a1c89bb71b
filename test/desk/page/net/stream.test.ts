import { expect, it } from 'vitest'
import { parseFrame } from '../../../../src/desk/page/net/stream.ts'

it('a frame of the stream has its id, its kind and its data, and a comment is none', () => {
  expect(parseFrame('id: 12\ndata: {"a":1}')).toEqual({
    id: '12',
    event: 'message',
    data: '{"a":1}',
  })
  expect(parseFrame('event: desk.beat\ndata: {}')).toEqual({
    id: null,
    event: 'desk.beat',
    data: '{}',
  })
  expect(parseFrame(': still here')).toBe(null)
  expect(parseFrame('retry: 1000')).toBe(null)
})
