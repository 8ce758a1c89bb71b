import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { commonHeaders, policyOf, printedPolicy } from '../../../src/http/door/headers.ts'

it('a page loads nothing that is not named, has no base and no form, and stands in no other page', () => {
  for (const policy of [commonHeaders['content-security-policy'] ?? '', printedPolicy]) {
    for (const never of ['default-src', 'object-src', 'base-uri', 'form-action'])
      expect(policy.split('; ')).toContain(`${never} 'none'`)
    expect(policy).toMatch(/frame-ancestors '(none|self)'/)
  }
  expect(commonHeaders).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  })
  expect(policyOf("script-src 'self'")).toContain("script-src 'self'; object-src 'none'")
})

it('every policy of a page is made in one place, or names all of it itself', () => {
  const written = globSync('src/http/**/*.ts').filter(
    (file) =>
      file !== 'src/http/door/headers.ts' &&
      readFileSync(file, 'utf8').includes("default-src 'none'"),
  )
  expect(written).toEqual(['src/http/desk/serve-desk.ts'])
})
