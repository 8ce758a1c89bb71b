import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * A challenge that the server knows as its own without having kept it: strangers may ask for as
 * many as they like and fill no table. It is for one purpose and two minutes; whoever takes an
 * answer to it notes its hash, so that it is answered once.
 */
export function makeChallenge(key: Buffer, purpose: string, nowMs: number): Buffer {
  const head = Buffer.alloc(timeBytes + chanceBytes)
  head.writeDoubleBE(nowMs + challengeMsMax)
  randomBytes(chanceBytes).copy(head, timeBytes)
  return Buffer.concat([head, seal(key, purpose, head)])
}

/** Null when it is not ours, is for something else, or its time is over. */
export function readChallenge(
  key: Buffer,
  purpose: string,
  challenge: Buffer,
  nowMs: number,
): { readonly hash: Buffer; readonly untilMs: number } | null {
  if (challenge.length !== timeBytes + chanceBytes + macBytes) return null
  const head = challenge.subarray(0, timeBytes + chanceBytes)
  if (!timingSafeEqual(seal(key, purpose, head), challenge.subarray(head.length))) return null
  const untilMs = head.readDoubleBE()
  // Another process may be ahead by a little; what says much more is from before
  // a clock was set back.
  if (untilMs <= nowMs || untilMs > nowMs + 2 * challengeMsMax) return null
  return { hash: createHash('sha256').update(challenge).digest(), untilMs }
}

const challengeMsMax = 2 * 60_000
const timeBytes = 8
const chanceBytes = 16
const macBytes = 32

function seal(key: Buffer, purpose: string, head: Buffer): Buffer {
  return createHmac('sha256', key).update(`${purpose}\0`).update(head).digest()
}
