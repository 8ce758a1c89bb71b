import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { seal, unseal } from '../../src/sign-in/sealed.ts'

const key = randomBytes(32)

it('a sealed value comes back until its time, for its purpose, and unchanged', () => {
  const sealed = seal(key, 'a', { n: 1 }, 1_000)
  expect(unseal(key, 'a', sealed, 999)).toEqual({ n: 1 })
  expect(unseal(key, 'a', sealed, 1_000)).toBeNull()
  expect(unseal(key, 'b', sealed, 0)).toBeNull()
  expect(unseal(randomBytes(32), 'a', sealed, 0)).toBeNull()
  const bytes = Buffer.from(sealed, 'base64url')
  for (let place = 0; place < bytes.length; place += 1) {
    const changed = Buffer.from(bytes)
    changed[place] = (changed[place] ?? 0) ^ 1
    expect(unseal(key, 'a', changed.toString('base64url'), 0), String(place)).toBeNull()
  }
  expect(unseal(key, 'a', '', 0)).toBeNull()
})
