import { describe, expect, it } from 'vitest'
import { refuseForeignPages } from '../../../src/http/door/same-origin.ts'

const own = 'https://desk.example.org'

function isRefused(method: string, site?: string, origin?: string, ownOrigin: string | null = own) {
  try {
    refuseForeignPages({ method, site, origin }, ownOrigin)
    return false
  } catch {
    return true
  }
}

describe('where a request with a session comes from', () => {
  // What Chromium sends: from our page, typed, from another port of this host, from another site.
  it.each([
    ['POST', 'same-origin', false],
    ['POST', 'none', true],
    ['POST', 'same-site', true],
    ['POST', 'cross-site', true],
    ['DELETE', 'same-site', true],
    ['GET', 'same-origin', false],
    ['GET', 'none', false],
    ['GET', 'same-site', true],
    ['GET', 'cross-site', true],
    ['POST', '', true],
  ])('a %s of Sec-Fetch-Site %s is refused: %s', (method, site, refused) => {
    expect(isRefused(method, site, own)).toBe(refused)
  })

  it.each([
    ['POST', own, false],
    ['POST', undefined, true],
    ['POST', 'null', true],
    ['POST', 'https://desk.example.org:8443', true],
    ['POST', 'http://desk.example.org', true],
    ['GET', undefined, false],
    ['GET', 'https://other.example.org', true],
  ])('a %s of a browser that says only Origin %s is refused: %s', (method, origin, refused) => {
    expect(isRefused(method, undefined, origin)).toBe(refused)
  })

  it('a server that does not know where it is opened takes nothing by Origin', () => {
    expect(isRefused('POST', undefined, own, null)).toBe(true)
  })
})
