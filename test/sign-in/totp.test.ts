import { describe, expect, it } from 'vitest'
import { base32, findTotpStep, totpAddress, totpCode } from '../../src/sign-in/totp.ts'

const secret = Buffer.from('12345678901234567890')

describe('a code of an authenticator app', () => {
  // RFC 6238, appendix B.
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('the code at %i seconds is %s', (seconds, code) => {
    expect(totpCode(secret, Math.floor(seconds / 30), 8)).toBe(code)
  })

  const nowMs = 1_234_567_890_000
  const now = Math.floor(nowMs / 30_000)

  it.each([
    [-2, null],
    [-1, now - 1],
    [0, now],
    [1, now + 1],
    [2, null],
  ])('a code of %i steps aside is found at step %s', (aside, step) => {
    expect(findTotpStep(secret, totpCode(secret, now + aside), { nowMs, lastStep: null })).toBe(
      step,
    )
  })

  it.each([
    [now, null],
    [now + 1, null],
    [now - 1, now],
  ])('the code of now after step %s was used is found at %s', (lastStep, step) => {
    expect(findTotpStep(secret, totpCode(secret, now), { nowMs, lastStep })).toBe(step)
  })

  it.each(['', '12345', '1234567', 'abcdef', '۱۲۳۴۵۶'])('the text %j is no code', (code) => {
    expect(findTotpStep(secret, code, { nowMs, lastStep: null })).toBeNull()
  })

  it('the secret is written as apps read it', () => {
    // RFC 4648, section 10.
    expect(base32(Buffer.from('foobar'))).toBe('MZXW6YTBOI')
    expect(totpAddress(secret, 'j.devries')).toBe(
      'otpauth://totp/Hoede%3Aj.devries?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Hoede',
    )
  })
})
