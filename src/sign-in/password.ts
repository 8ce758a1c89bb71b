import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'

/**
 * The hash of a password with everything that is needed to check it: `scrypt$15$8$3$salt$hash`.
 * What it cost is in it, so that the cost can be raised without losing anybody.
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  const hash = await derive(password, salt, presentCost)
  const { logN, r, p } = presentCost
  return ['scrypt', logN, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/**
 * Whether the password is the one that was hashed. Without a hash to compare it takes as long and
 * says no, so that the time of an answer does not tell which names exist.
 */
export async function isPasswordRight(stored: string | null, password: string): Promise<boolean> {
  const known = stored === null ? null : readHash(stored)
  if (known === null) {
    await derive(password, noSalt, presentCost)
    return false
  }
  const hash = await derive(password, known.salt, known.cost)
  return timingSafeEqual(hash, known.hash)
}

/**
 * Why a password cannot be taken, or null. Length is what counts; beyond it only what everybody
 * would try first is refused.
 */
export function faultOfPassword(password: string, signInName: string): string | null {
  const text = password.normalize('NFC')
  const length = text.length
  if (length < passwordLengthMin) {
    return `expected ${passwordLengthMin} characters or more, such as four words, got ${length}`
  }
  if (length > passwordLengthMax)
    return `expected at most ${passwordLengthMax} characters, got ${length}`
  const plain = text.toLowerCase()
  if (/^\d+$/.test(plain)) return 'expected more than digits'
  if (new Set(plain).size < differentCharactersMin || isRun(plain)) {
    return 'expected something nobody would try first, got few characters again and again'
  }
  const name = signInName.toLowerCase()
  const rest = plain.replaceAll(name === '' ? 'hoede' : name, '').replaceAll('hoede', '')
  if (rest.length < passwordLengthMin / 2) {
    return 'expected something nobody would try first, got mostly the name'
  }
  return null
}

export const passwordLengthMin = 15
/** Longer is no password; a bound, because hashing reads all of it. */
export const passwordLengthMax = 256
const differentCharactersMin = 5

/** 12345… and its like, up or down. */
function isRun(text: string): boolean {
  const steps = new Set<number>()
  for (let place = 1; place < text.length; place += 1)
    steps.add(Math.abs(text.charCodeAt(place) - text.charCodeAt(place - 1)))
  return steps.size === 1
}

type Cost = { readonly logN: number; readonly r: number; readonly p: number }

/** 169 ms and 32 MiB where this was chosen; as hard to try by the million as 2^17, 8, 1. */
const presentCost: Cost = { logN: 15, r: 8, p: 3 }
const saltBytes = 16
const hashBytes = 32
const noSalt = Buffer.alloc(saltBytes)

const scryptAsync = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

function derive(password: string, salt: Buffer, { logN, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** logN
  // What scrypt needs is 128 N r; the rest is its own bookkeeping.
  return scryptAsync(password.normalize('NFC'), salt, hashBytes, {
    N,
    r,
    p,
    maxmem: 2 * 128 * N * r,
  })
}

function readHash(
  stored: string,
): { readonly cost: Cost; readonly salt: Buffer; readonly hash: Buffer } | null {
  const [kind, logN, r, p, salt, hash] = stored.split('$')
  if (kind !== 'scrypt' || salt === undefined || hash === undefined) return null
  const bytes = Buffer.from(hash, 'base64url')
  if (bytes.length !== hashBytes) return null
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) }
  return { cost, salt: Buffer.from(salt, 'base64url'), hash: bytes }
}
