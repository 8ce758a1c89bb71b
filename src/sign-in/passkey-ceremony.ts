import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server'
import type { Passkey } from '../store/people/passkeys.ts'
import { makeChallenge, readChallenge } from './challenge.ts'

/** What a browser is asked for, and whether what came back is an answer to it. */
export type Ceremony = {
  readonly key: Buffer
  /** Where the page is: `https://desk.example.org`. */
  readonly origin: string
  /** What the answer is for: one for anything else is none. */
  readonly purpose: string
  readonly nowMs: number
}

/** The passkey is to be kept by the authenticator with the name, so that nobody has to type one. */
export async function registrationOptions(
  ceremony: Ceremony,
  person: { readonly id: string; readonly name: string },
) {
  return await generateRegistrationOptions({
    rpName: 'Hoede',
    rpID: domainOf(ceremony.origin),
    userName: person.name,
    userDisplayName: person.name,
    userID: Uint8Array.from(Buffer.from(person.id, 'utf8')),
    challenge: bytesOf(makeChallenge(ceremony.key, ceremony.purpose, ceremony.nowMs)),
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: algorithms,
  })
}

/** A passkey of this person, or null. */
export async function readRegistration(
  ceremony: Ceremony,
  response: RegistrationResponseJSON,
  staffId: string,
): Promise<(Passkey & UsedChallenge) | null> {
  const challenge = challengeOf(ceremony, response.response.clientDataJSON)
  if (challenge === null) return null
  const verified = await orNull(
    verifyRegistrationResponse({
      response,
      expectedChallenge: challenge.text,
      expectedOrigin: ceremony.origin,
      expectedRPID: domainOf(ceremony.origin),
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    }),
  )
  if (verified?.verified !== true) return null
  const { credential, credentialDeviceType, credentialBackedUp } = verified.registrationInfo
  return {
    credentialId: Buffer.from(credential.id, 'base64url'),
    staffId,
    publicKey: Buffer.from(credential.publicKey),
    counter: credential.counter,
    transports: credential.transports ?? [],
    deviceType: credentialDeviceType,
    isBackedUp: credentialBackedUp,
    challenge,
  }
}

/** Any passkey of this server, or one of those named. */
export async function authenticationOptions(ceremony: Ceremony, among: readonly Passkey[]) {
  return await generateAuthenticationOptions({
    rpID: domainOf(ceremony.origin),
    challenge: bytesOf(makeChallenge(ceremony.key, ceremony.purpose, ceremony.nowMs)),
    userVerification: 'required',
    allowCredentials: among.map(({ credentialId, transports }) => ({
      id: credentialId.toString('base64url'),
      transports: [...transports],
    })),
  })
}

/** What the passkey counts now, or null when the answer is not one of its own to this question. */
export async function readAuthentication(
  ceremony: Ceremony,
  response: AuthenticationResponseJSON,
  passkey: Passkey,
): Promise<({ readonly counter: number } & UsedChallenge) | null> {
  const challenge = challengeOf(ceremony, response.response.clientDataJSON)
  if (challenge === null) return null
  const verified = await orNull(
    verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge.text,
      expectedOrigin: ceremony.origin,
      expectedRPID: domainOf(ceremony.origin),
      requireUserVerification: true,
      credential: {
        id: passkey.credentialId.toString('base64url'),
        publicKey: Uint8Array.from(passkey.publicKey),
        counter: passkey.counter,
      },
    }),
  )
  if (verified?.verified !== true) return null
  return { counter: verified.authenticationInfo.newCounter, challenge }
}

/** To be noted as used in the transaction that follows from the answer. */
type UsedChallenge = { readonly challenge: { readonly hash: Buffer; readonly untilMs: number } }

/**
 * EdDSA, ES256 and RS256: what every authenticator has. The library would offer keys for after
 * quantum computers first, which Node still calls an experiment.
 */
const algorithms = [-8, -7, -257]

function domainOf(origin: string): string {
  return new URL(origin).hostname
}

function bytesOf(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(buffer)
}

/** The challenge that the browser says it answered, when it is one of ours for this purpose. */
function challengeOf(
  { key, purpose, nowMs }: Ceremony,
  clientDataJson: string,
): { readonly text: string; readonly hash: Buffer; readonly untilMs: number } | null {
  const text = challengeTextOf(clientDataJson)
  if (text === null) return null
  const known = readChallenge(key, purpose, Buffer.from(text, 'base64url'), nowMs)
  return known === null ? null : { text, ...known }
}

function challengeTextOf(clientDataJson: string): string | null {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString('utf8'))
    if (typeof data !== 'object' || data === null || !('challenge' in data)) return null
    return typeof data.challenge === 'string' ? data.challenge : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** The library throws for whatever does not fit; which part it was would help a forger only. */
async function orNull<T>(verifying: Promise<T>): Promise<T | null> {
  return await verifying.catch(() => null)
}
