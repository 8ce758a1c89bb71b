import { describe, expect, it } from 'vitest'
import {
  faultOfPassword,
  hashPassword,
  isPasswordRight,
  passwordLengthMin,
} from '../../src/sign-in/password.ts'

describe('a password', () => {
  it('a password is known again by its hash, and no other one is', async () => {
    const hash = await hashPassword('vier woorden per nacht')
    expect(hash).toMatch(/^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/)
    expect(await isPasswordRight(hash, 'vier woorden per nacht')).toBe(true)
    expect(await isPasswordRight(hash, 'vier woorden per nachT')).toBe(false)
  })

  it('the hash of one password is another each time', async () => {
    expect(await hashPassword('vier woorden per nacht')).not.toBe(
      await hashPassword('vier woorden per nacht'),
    )
  })

  it('a hash of other costs is checked with the costs that stand in it', async () => {
    // RFC 7914, section 12: pleaseletmein, N 16384, r 8, p 1, the first 32 bytes.
    const salt = Buffer.from('SodiumChloride').toString('base64url')
    const hash = Buffer.from(
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2',
      'hex',
    ).toString('base64url')
    expect(await isPasswordRight(`scrypt$14$8$1$${salt}$${hash}`, 'pleaseletmein')).toBe(true)
  })

  it('an accent typed in two ways is one password', async () => {
    const hash = await hashPassword('één lange zin vandaag')
    expect(await isPasswordRight(hash, 'één lange zin vandaag'.normalize('NFD'))).toBe(true)
  })

  it.each([
    ['x'.repeat(passwordLengthMin - 1), /15 characters or more/],
    ['y'.repeat(400), /at most 256/],
    ['ababababababababab', /again and again/],
    ['123456789012345', /more than digits/],
    ['hoede.anna.hoede', /mostly the name/],
  ])('the password %s is refused', (password, reason) => {
    expect(faultOfPassword(password, 'anna')).toMatch(reason)
  })

  it('four words are a password', () => {
    expect(faultOfPassword('correct horse battery', 'anna')).toBeNull()
  })
})
