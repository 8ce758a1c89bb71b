import { describe, expect, it } from 'vitest'
import { findForbidden } from '../../../src/http/door/forbidden.ts'

const faultsIn = (text: string) =>
  findForbidden(JSON.parse(text)).map(({ pointer, code }) => [pointer, code])

describe('what is never allowed in a body', () => {
  it.each([
    [String.raw`{"a":[{"b":"zero \u0000"}]}`, '/a/0/b', 'invalid-text'],
    [String.raw`"half \ud800"`, '', 'invalid-text'],
    ['{"a":[1,{"constructor":2}]}', '/a/1/constructor', 'forbidden-property'],
    ['{"__proto__":{}}', '/__proto__', 'forbidden-property'],
    [String.raw`{"a":{"b\u0000":1}}`, '/a', 'invalid-text'],
    [`${'['.repeat(33)}${']'.repeat(33)}`, '', 'too-deep'],
  ])('the forbidden in %s is named with its place', (text, pointer, code) => {
    expect(faultsIn(text)).toEqual([[pointer, code]])
  })

  it.each([
    '7',
    'null',
    '"text"',
    '{"a":[{"b":"whole 🚲"}],"constructors":1}',
    `${'['.repeat(32)}${']'.repeat(32)}`,
  ])('nothing in %s is forbidden', (text) => {
    expect(faultsIn(text)).toEqual([])
  })

  it('the forbidden in a body is named for a hundred places, and the rest is not looked at', () => {
    let readCount = 0
    const watched = (name: string) =>
      Object.defineProperty({ prototype: 1 }, name, {
        enumerable: true,
        get: () => void (readCount += 1),
      })
    const faults = findForbidden(Array.from({ length: 1_000 }, () => watched('a')))
    expect(faults).toHaveLength(100)
    expect(readCount).toBe(100)
  })
})
