import { describe, expect, it } from 'vitest'
import { hostCookie, readCookie } from '../../../src/http/door/cookies.ts'

describe('a cookie', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['a=1', '1'],
    ['b=2; a=1; c=3', '1'],
    ['xa=1', null],
    ['a=', null],
    ['a=1=2', '1=2'],
    ['a=1; a=2', null],
    ['a=1; a=1', null],
    [`${'b=2; '.repeat(10_000)}a=1`, null],
  ])('the header %.20j holds the cookie a as %j', (header, value) => {
    expect(readCookie(header, 'a')).toBe(value)
  })

  it('the cookie of a session is for this host alone, and no script reads it', () => {
    expect(hostCookie('__Host-hoede', 'x', 60)).toBe(
      '__Host-hoede=x; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Strict',
    )
  })
})
