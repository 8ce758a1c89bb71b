import * as client from 'openid-client'
import { OperatingError } from '../errors.ts'
import type { Log } from '../log.ts'
import { readClaims, type IssuedPerson } from './issuer-claims.ts'
import { isThisMachine, type IssuerSettings } from './issuer-settings.ts'
import { sessionMsMax } from './session-rules.ts'

/**
 * The issuer of the organisation: authorisation code with PKCE, state and nonce, and a client that
 * proves itself by a signature and has no secret (NL GOV profile of OpenID Connect).
 */
export function createIssuer(
  settings: IssuerSettings,
  deps: { readonly origin: string; readonly log: Pick<Log, 'warn'>; readonly nowMs: () => number },
): Issuer {
  const redirectUri = `${deps.origin}/sign-in/oidc/callback`
  let found: Promise<client.Configuration> | null = null
  const discover = (): Promise<client.Configuration> => {
    found ??= discoverIssuer(settings).catch((error: unknown) => {
      // The next person asks again.
      found = null
      deps.log.warn({ err: error }, 'the issuer could not be asked')
      throw new OperatingError('unavailable', 'The sign-in of the organisation does not answer.')
    })
    return found
  }
  return {
    async begin(step) {
      const flow: IssuerFlow = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        beganAtMs: deps.nowMs(),
        stepUp: step,
      }
      const address = client.buildAuthorizationUrl(await discover(), {
        redirect_uri: redirectUri,
        scope: settings.scope,
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
        code_challenge_method: 'S256',
        acr_values: settings.acrAccepted.join(' '),
        max_age: String(maxAgeSeconds(flow)),
        ...(step === null ? {} : { prompt: 'login' }),
      })
      return { address: address.href, flow }
    },
    async finish(flow, query) {
      const claims = await exchange(await discover(), flow, `${redirectUri}?${query}`)
      if (typeof claims === 'string') return { fault: claims }
      const person = readClaims(settings, claims)
      if ('fault' in person) return person
      // The library looks at the age; that it is of this proof is ours to see.
      const isOfNow = person.authTimeMs >= flow.beganAtMs - clocksApartMs
      return flow.stepUp !== null && !isOfNow ? { fault: 'auth_time' } : person
    },
  }
}

export type Issuer = {
  /** Where the browser goes, and what it keeps meanwhile. */
  readonly begin: (
    stepUp: IssuerFlow['stepUp'],
  ) => Promise<{ readonly address: string; readonly flow: IssuerFlow }>
  /** Who came back; or what was wrong, for the record. */
  readonly finish: (
    flow: IssuerFlow,
    query: string,
  ) => Promise<IssuedPerson | { readonly fault: string }>
}

export type IssuerFlow = {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly beganAtMs: number
  /** Somebody who is signed in proves who they are for this act; null: somebody signs in. */
  readonly stepUp: { readonly sessionId: string; readonly act: string } | null
}

/** The public halves, where the issuer reads them itself. */
export function publicKeysOf(settings: IssuerSettings) {
  return {
    keys: settings.privateKeys.map((key) =>
      key.kty === 'RSA'
        ? { kty: key.kty, kid: key.kid, n: key.n, e: key.e, use: 'sig', alg: 'PS256' }
        : {
            kty: key.kty,
            kid: key.kid,
            crv: key.crv,
            x: key.x,
            y: key.y,
            use: 'sig',
            alg: 'ES256',
          },
    ),
  }
}

/** Clocks of two machines, and whole seconds. */
const clocksApartMs = 30_000
const issuerSecondsMax = 10

/** Whoever signed in at the issuer within a shift need not do it again; a fresh proof is of now. */
function maxAgeSeconds({ stepUp }: IssuerFlow): number {
  return stepUp === null ? sessionMsMax / 1_000 : 0
}

async function discoverIssuer(settings: IssuerSettings): Promise<client.Configuration> {
  const [signing] = settings.privateKeys
  if (signing === undefined) throw new Error('settings without a key were taken')
  const algorithm =
    signing.kty === 'RSA'
      ? { name: 'RSA-PSS', hash: 'SHA-256' }
      : { name: 'ECDSA', namedCurve: 'P-256' }
  const { d, kty, ...rest } = signing
  const key = await crypto.subtle.importKey('jwk', { kty, d, ...rest }, algorithm, false, ['sign'])
  const configuration = await client.discovery(
    new URL(settings.issuer),
    settings.clientId,
    { id_token_signed_response_alg: settings.idTokenAlgorithm },
    client.PrivateKeyJwt({ key, kid: signing.kid }),
    {
      timeout: issuerSecondsMax,
      execute: isThisMachine(settings.issuer) ? [client.allowInsecureRequests] : [],
    },
  )
  return configuration
}

async function exchange(
  configuration: client.Configuration,
  flow: IssuerFlow,
  address: string,
): Promise<Readonly<Record<string, unknown>> | string> {
  try {
    const tokens = await client.authorizationCodeGrant(configuration, new URL(address), {
      pkceCodeVerifier: flow.verifier,
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      idTokenExpected: true,
      // The library compares with now, when some seconds have passed since the proof.
      maxAge: flow.stepUp === null ? maxAgeSeconds(flow) : freshSecondsMax,
    })
    return tokens.claims() ?? 'no id token'
  } catch (error) {
    if (!(error instanceof Error)) throw error
    // The answer of an issuer that refuses, or of one that is not the issuer.
    return `refused: ${error.name}`
  }
}

/** From the proof at the issuer to its answer here: a person has clicked on. */
const freshSecondsMax = 300
