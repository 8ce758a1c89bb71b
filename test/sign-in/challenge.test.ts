import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { makeChallenge, readChallenge } from '../../src/sign-in/challenge.ts'

const key = randomBytes(32)
const nowMs = 1_800_000_000_000

describe('a challenge', () => {
  it('a challenge is known as our own for two minutes', () => {
    const challenge = makeChallenge(key, 'sign-in', nowMs)
    expect(readChallenge(key, 'sign-in', challenge, nowMs)?.untilMs).toBe(nowMs + 120_000)
    expect(readChallenge(key, 'sign-in', challenge, nowMs + 119_999)).not.toBeNull()
    expect(readChallenge(key, 'sign-in', challenge, nowMs + 120_000)).toBeNull()
  })

  it('a challenge of another purpose or another key is none', () => {
    const challenge = makeChallenge(key, 'step-up 1 a', nowMs)
    expect(readChallenge(key, 'step-up 1 b', challenge, nowMs)).toBeNull()
    expect(readChallenge(randomBytes(32), 'step-up 1 a', challenge, nowMs)).toBeNull()
  })

  it('a challenge with any bit changed is none', () => {
    const challenge = makeChallenge(key, 'sign-in', nowMs)
    for (let bit = 0; bit < challenge.length * 8; bit += 1) {
      const changed = Buffer.from(challenge)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(readChallenge(key, 'sign-in', changed, nowMs), String(bit)).toBeNull()
    }
    expect(readChallenge(key, 'sign-in', challenge.subarray(1), nowMs)).toBeNull()
  })
})
