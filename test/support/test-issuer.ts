import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import type { IssuerSettings } from '../../src/sign-in/issuer-settings.ts'

/** Somebody whom the issuer knows, and how sure it is of them. */
export type TestAccount = {
  readonly organisation: string
  readonly roles: readonly string[]
  readonly name: string
  readonly acr: string
}

function makeKey(kid: string, alg: string) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...(privateKey.export({ format: 'jwk' }) as Jwk), kid, alg, use: 'sig' }
}

type Jwk = { kty: 'RSA'; n: string; e: string; d: string }

/**
 * A real issuer on a port of its own, as the NL GOV profile wants it: PKCE, a client that signs,
 * and PS256. Its page has a button for each account.
 */
export async function startTestIssuer(
  origin: string,
  accounts: Readonly<Record<string, TestAccount>>,
): Promise<{ settings: (organisationId: string) => IssuerSettings; close: () => void }> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clientKey = makeKey('client-1', 'PS256')
  const { kty, n, e, kid } = clientKey
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'hoede',
        redirect_uris: [`${origin}/sign-in/oidc/callback`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'PS256',
        id_token_signed_response_alg: 'PS256',
        jwks: { keys: [{ kty, n, e, kid, use: 'sig', alg: 'PS256' }] },
      },
    ],
    jwks: { keys: [makeKey('issuer-1', 'PS256')] },
    enabledJWA: { idTokenSigningAlgValues: ['PS256'], clientAuthSigningAlgValues: ['PS256'] },
    clientAuthMethods: ['private_key_jwt'],
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    scopes: ['openid', 'hoede'],
    claims: {
      acr: null,
      auth_time: null,
      iss: null,
      sid: null,
      openid: ['sub'],
      hoede: ['organisation', 'roles', 'name'],
    },
    acrValues: ['low', 'substantial'],
    cookies: { keys: ['only for a test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/choose/${uid}` },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, ...accounts[id] }),
    }),
    loadExistingGrant: grantAll,
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer)
    if (!pathname.startsWith('/choose/')) return answer(request, response)
    const id = searchParams.get('as')
    if (id === null) {
      const links = Object.keys(accounts).map((name) => `<a href="?as=${name}">${name}</a>`)
      response.setHeader('content-type', 'text/html')
      response.end(`<!doctype html><title>Issuer</title>${links.join(' ')}`)
      return
    }
    const login = { accountId: id, acr: accounts[id]?.acr, amr: ['pwd'] }
    const options = { mergeWithLastSubmission: false }
    void provider.interactionFinished(request, response, { login }, options)
  })
  return {
    settings: (organisationId) => ({
      issuer,
      clientId: 'hoede',
      privateKeys: [clientKey],
      idTokenAlgorithm: 'PS256',
      scope: 'openid hoede',
      acrAccepted: ['substantial'],
      claims: { organisation: ['organisation'], roles: ['roles'], name: ['name'] },
      organisations: { reclassering: organisationId },
      roles: { meldkamer: 'operator', beheer: 'administrator' },
    }),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Nobody is asked whether the server may know who they are. */
async function grantAll(context: {
  readonly oidc: {
    readonly provider: {
      readonly Grant: new (of: object) => {
        addOIDCScope: (scope: string) => void
        save: () => Promise<unknown>
      }
    }
    readonly client: { readonly clientId: string }
    readonly session: { readonly accountId: string }
  }
}): Promise<unknown> {
  const { provider, client, session } = context.oidc
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  grant.addOIDCScope('openid hoede')
  await grant.save()
  return grant
}
