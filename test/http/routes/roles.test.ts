import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClientRoles } from '../../../src/core/model/contract-words.ts'
import { defaultRateLimits } from '../../../src/http/door/rate-limit.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
beforeAll(async () => {
  // Each knocks at each route at once, which are more than some are let to.
  const roles = [...apiClientRoles, 'unauthenticated']
  const many = Object.fromEntries(roles.map((role) => [role, { burst: 10_000, perSecond: 100 }]))
  world = await createTestApp({ rateLimits: { ...defaultRateLimits, ...many } })
})
afterAll(async () => {
  await world.close()
})

/** What the contract says. A route that is missing here, or here and not served, fails. */
const contract: Readonly<Record<string, readonly string[] | 'public' | 'person'>> = {
  'POST /v1/sign-in/_by-password': 'public',
  'POST /v1/sign-in/_ask-passkey': 'public',
  'POST /v1/sign-in/_by-passkey': 'public',
  'POST /v1/sign-in/_look-at-link': 'public',
  'POST /v1/sign-in/_by-link': 'public',
  'POST /v1/sign-in/_enrol-password': 'public',
  'POST /v1/sign-in/_enrol-passkey': 'public',
  'POST /v1/sign-in/_by-issuer': 'public',
  'POST /v1/me/_step-up-by-issuer': 'person',
  'GET /sign-in/oidc/callback': 'public',
  'GET /sign-in/jwks.json': 'public',
  'GET /v1/me': 'person',
  'POST /v1/me/_sign-out': 'person',
  'POST /v1/me/_step-up-by-password': 'person',
  'POST /v1/me/_ask-passkey': 'person',
  'POST /v1/me/_step-up-by-passkey': 'person',
  'GET /v1/sessions': 'person',
  'POST /v1/sessions/:id/_revoke': 'person',
  'POST /v1/staff': ['administrator'],
  'GET /v1/staff': ['administrator'],
  'GET /v1/staff/:id': ['administrator'],
  'PUT /v1/staff/:id/roles': ['administrator'],
  'POST /v1/staff/:id/_recover': ['administrator'],
  'POST /v1/staff/:id/_confirm-link': ['administrator'],
  'POST /v1/staff/:id/_disable': ['administrator'],
  'POST /v1/staff/:id/_enable': ['administrator'],
  'GET /sign-in': 'public',
  'GET /sign-in/page.js': 'public',
  'POST /v1/api-clients': ['administrator'],
  'GET /v1/api-clients': ['administrator'],
  'GET /v1/api-clients/:id': ['administrator'],
  'POST /v1/api-clients/:id/_revoke': ['administrator'],
  'POST /v1/organisations': ['administrator'],
  'GET /v1/organisations': ['administrator', 'supervisor'],
  'POST /v1/units': ['administrator'],
  'GET /v1/units': ['administrator', 'supervisor'],
  'POST /v1/desks': ['administrator'],
  'GET /v1/desks': ['administrator', 'supervisor'],
  'POST /v1/desks/:id/_watch': ['administrator'],
  'POST /v1/desks/:id/_unwatch': ['administrator'],
  'POST /v1/caseloads': ['supervisor'],
  'GET /v1/caseloads': ['supervisor'],
  'POST /v1/caseloads/:id/_end': ['supervisor'],
  'POST /v1/case-moves': ['supervisor'],
  'GET /v1/case-moves': ['supervisor'],
  'POST /v1/case-moves/:id/_accept': ['supervisor'],
  'POST /v1/case-moves/:id/_decline': ['supervisor'],
  'GET /v1/access-log': ['auditor'],
  'POST /v1/vendors': ['administrator'],
  'GET /v1/vendors': ['administrator', 'supervisor', 'operator'],
  'GET /v1/vendors/:id': ['administrator', 'supervisor', 'operator'],
  'POST /v1/persons': ['supervisor'],
  'GET /v1/persons': ['supervisor', 'operator'],
  'GET /v1/persons/:id': ['supervisor', 'operator'],
  'POST /v1/devices': ['supervisor'],
  'GET /v1/devices': ['supervisor', 'operator'],
  'GET /v1/devices/:id': ['supervisor', 'operator'],
  'GET /v1/devices/:id/quality': ['supervisor'],
  'POST /v1/device-assignments': ['supervisor'],
  'GET /v1/device-assignments': ['supervisor', 'operator'],
  'GET /v1/device-assignments/:id': ['supervisor', 'operator'],
  'POST /v1/device-assignments/:id/_end': ['supervisor'],
  'POST /v1/protection-orders': ['supervisor'],
  'GET /v1/protection-orders': ['supervisor', 'operator'],
  'GET /v1/protection-orders/:id': ['supervisor', 'operator'],
  'PUT /v1/protection-orders/:id': ['supervisor'],
  'POST /v1/protection-orders/:id/_erase': ['supervisor'],
  'GET /v1/protection-orders/:id/protection-state': ['supervisor', 'operator'],
  'GET /v1/protection-states': ['supervisor', 'operator'],
  'POST /v1/protection-orders/:id/_suspend': ['supervisor'],
  'POST /v1/protection-orders/:id/_resume': ['supervisor'],
  'POST /v1/protection-orders/:id/_extend': ['supervisor'],
  'POST /v1/protection-orders/:id/_end': ['supervisor'],
  'POST /v1/persons/:id/_break-glass': ['operator', 'supervisor'],
  'POST /v1/break-glasses/:id/_confirm': ['supervisor'],
  'POST /v1/break-glasses/:id/_read-position': ['operator', 'supervisor'],
  'GET /v1/break-glasses': ['auditor', 'supervisor'],
  'GET /v1/readings-outside': ['auditor'],
  'POST /v1/decisions': ['supervisor'],
  'GET /v1/decisions': ['supervisor'],
  'POST /v1/decisions/:id/_set-aside': ['supervisor'],
  'GET /v1/order-types': ['supervisor', 'operator'],
  'GET /v1/protection-orders/:id/life': ['supervisor', 'operator'],
  'POST /v1/protection-orders/:id/_close': ['supervisor'],
  'GET /v1/order-reminders': ['supervisor', 'operator'],
  'POST /v1/order-reminders/:id/_answer': ['supervisor'],
  'GET /v1/proposals': ['supervisor', 'operator', 'administrator'],
  'GET /v1/proposals/:id': ['supervisor', 'operator', 'administrator'],
  'POST /v1/proposals/:id/_confirm': ['supervisor', 'operator', 'administrator'],
  'POST /v1/proposals/:id/_refuse': ['supervisor', 'operator', 'administrator'],
  'POST /v1/proposals/:id/_enact-in-emergency': ['supervisor', 'operator', 'administrator'],
  'POST /adapters/traccar/:token': ['victim-device'],
  'POST /v1/location-bans/_search': ['supervisor', 'operator'],
  'POST /v1/sightings/_search': ['supervisor', 'operator'],
  'POST /v1/addresses/_search': ['supervisor'],
  'POST /v1/named-areas/_search': ['supervisor'],
  'POST /v1/enforceability-assessments': ['supervisor'],
  'POST /v1/enforceability-assessments/_follow': ['supervisor'],
  'POST /v1/enforceability-assessments/:id/_decline': ['supervisor'],
  'POST /v1/enforceability-assessments/_propose': ['supervisor'],
  'GET /v1/enforceability-assessments': ['supervisor'],
  'GET /v1/enforceability-assessments/:id': ['supervisor'],
  'GET /v1/enforceability-assessments/:id/advice': ['supervisor'],
  'POST /v1/positions': ['vendor'],
  'POST /v1/device-events': ['vendor'],
  'GET /v1/refused-reports': ['administrator', 'supervisor'],
  'POST /adapters/owntracks': ['victim-device'],
  'POST /adapters/overland': ['victim-device'],
  'POST /adapters/traccar': ['victim-device'],
  'GET /v1/alert-events': ['operator', 'supervisor'],
  'GET /v1/alerts': ['operator', 'supervisor'],
  'GET /v1/alerts/:id': ['operator', 'supervisor'],
  'GET /v1/alerts/:id/track': ['operator', 'supervisor'],
  'POST /v1/alerts/:id/_acknowledge': ['operator', 'supervisor'],
  'POST /v1/alerts/:id/_close': ['operator', 'supervisor'],
  'GET /v1/alerts/:id/response': ['operator', 'supervisor'],
  'POST /v1/alerts/:id/acts': ['operator', 'supervisor'],
  'GET /v1/hand-over': ['operator', 'supervisor'],
  'PUT /v1/hand-over/owners': ['operator', 'supervisor'],
  'GET /v1/hand-overs': ['operator', 'supervisor'],
  'POST /v1/hand-overs': ['operator', 'supervisor'],
  'GET /v1/desk-figures': ['operator', 'supervisor'],
  'GET /v1/yearly-reports/:year': ['supervisor'],
  'GET /v1/yearly-reports/:year/page': ['supervisor'],
  'GET /v1/response-protocol': ['operator', 'supervisor'],
  'GET /v1/response-protocol-sets': ['operator', 'supervisor'],
  'PUT /v1/response-protocol': ['supervisor'],
  'PUT /v1/me/looks': ['operator', 'supervisor'],
  'PUT /v1/me/seat': ['operator', 'supervisor'],
  'PUT /v1/persons/:id/phone': ['supervisor'],
  'GET /v1/escalation-ladder': ['administrator', 'supervisor'],
  'PUT /v1/escalation-ladder': ['administrator'],
  'GET /v1/protection-orders/:id/case': ['operator', 'supervisor'],
  'POST /v1/protection-orders/:id/_join-case': ['supervisor'],
  'POST /v1/protection-orders/:id/_leave-case': ['supervisor'],
  'GET /v1/protection-orders/:id/household': ['supervisor'],
  'POST /v1/protection-orders/:id/household-links': ['supervisor'],
  'POST /v1/household-links/:id/_end': ['supervisor'],
  'POST /v1/persons/:id/relocations': ['supervisor'],
  'GET /v1/relocation-questions': ['operator', 'supervisor'],
  'GET /v1/relocation-questions/:id': ['operator', 'supervisor'],
  'POST /v1/relocation-questions/:id/_answer': ['supervisor', 'operator'],
  'GET /v1/risk-profiles': ['operator', 'supervisor'],
  'PUT /v1/order-types/:legalBasis': ['supervisor'],
  'PUT /v1/risk-profiles/:key': ['supervisor'],
  'POST /v1/protection-orders/:id/_choose-risk-profile': ['supervisor'],
  'GET /v1/protection-orders/:id/case-people': ['operator', 'supervisor'],
  'POST /v1/protection-orders/:id/_give-role': ['supervisor'],
  'POST /v1/protection-orders/:id/screenings': ['operator', 'supervisor'],
  'GET /v1/protection-orders/:id/case-page': ['supervisor'],
  'GET /v1/protection-orders/:id/retention': ['supervisor'],
  'POST /v1/protection-orders/:id/_hold': ['supervisor'],
  'POST /v1/retention-holds/:id/_release': ['supervisor'],
  'GET /v1/case-gaps': ['operator', 'supervisor'],
  'POST /v1/staff/:id/trainings': ['administrator'],
  'GET /v1/staff/:id/trainings': ['administrator'],
  'GET /v1/persons/:id/victim-file': ['operator', 'supervisor'],
  'POST /v1/persons/:id/consents': ['operator', 'supervisor'],
  'PUT /v1/persons/:id/wishes': ['operator', 'supervisor'],
  'POST /v1/persons/:id/tellings': ['operator', 'supervisor'],
  'POST /v1/persons/:id/sightings': ['operator', 'supervisor'],
  'POST /v1/sightings': ['victim-device'],
  'POST /v1/partners': ['administrator'],
  'GET /v1/partners': ['administrator', 'supervisor'],
  'POST /v1/partners/:id/_confirm': ['supervisor'],
  'POST /v1/partners/:id/_end': ['administrator'],
  'GET /v1/partner-notices': ['partner'],
  'GET /v1/partner-notices/:id': ['partner'],
  'POST /v1/partner-notices/:id/_receive': ['partner'],
  'GET /v1/protection-orders/:id/partner-notices': ['operator', 'supervisor'],
  'POST /v1/webhook-subscriptions': ['administrator'],
  'GET /v1/webhook-subscriptions': ['administrator'],
  'GET /v1/webhook-subscriptions/:id': ['administrator'],
  'POST /v1/webhook-subscriptions/:id/_change-secret': ['administrator'],
  'DELETE /v1/webhook-subscriptions/:id': ['administrator'],
  'GET /v1/audit-entries': ['auditor'],
  'GET /v1/audit-heads': ['auditor'],
  'GET /v1/audit-export': ['auditor'],
  'GET /v1/openapi.json': 'public',
  'GET /v1/incidents': ['operator', 'supervisor'],
  'GET /desk': 'public',
  'GET /desk/assets/:file': 'public',
  'GET /desk/ground': ['operator', 'supervisor'],
  'GET /desk/pictures/:z/:x/:y': ['operator', 'supervisor'],
  'GET /desk/tiles/:z/:x/:y': ['operator', 'supervisor'],
  'GET /': 'public',
  'GET /docs': 'public',
  'GET /health/live': 'public',
  'GET /health/ready': 'public',
  'GET /metrics': 'public',
}

const someId = '019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e21'

describe('every route for every role', () => {
  test('the routes served are those of the contract, with its roles', () => {
    const served = world.app.routeList.entries.filter((entry) => entry.method !== 'HEAD')
    const declared = Object.fromEntries(
      served.map((entry) => [`${entry.method} ${entry.url}`, entry.access]),
    )
    expect(declared).toEqual(contract)
  })

  test.each(Object.entries(contract))('the route %s lets in exactly %j', async (route, access) => {
    const [method = '', url = ''] = route.split(' ')
    const pathFor = (token: string | null): string =>
      url.replace(':id', someId).replace(':token', token ?? 'none')
    for (const role of apiClientRoles) {
      const answer = await statusOf(method, pathFor(world.tokens[role]), world.tokens[role])
      // Strangers sign in from a page of this server, which these callers are not.
      const isPage = access === 'public' && method === 'POST'
      const isAllowed = !isPage && (access === 'public' || access.includes(role))
      // An allowed call may still be refused for its empty body or unknown
      // id, but never for its role.
      if (isAllowed) expect([401, 403], `${role} ${route}`).not.toContain(answer)
      else expect(answer, `${role} ${route}`).toBe(403)
    }
    if (access !== 'public') {
      expect(await statusOf(method, pathFor(null), null), `nobody ${route}`).toBe(401)
      expect(
        await statusOf(method, pathFor('hoede_wrong'), 'hoede_wrong'),
        `stranger ${route}`,
      ).toBe(401)
    }
  })

  test('HEAD needs the same role as GET', async () => {
    const path = `/v1/persons/${someId}`
    expect(await statusOf('HEAD', path, world.tokens.vendor)).toBe(403)
    expect(await statusOf('HEAD', path, world.tokens.supervisor)).toBe(404)
  })
})

async function statusOf(method: string, path: string, token: string | null): Promise<number> {
  // The stream of alerts never ends by itself: hang up once its headers are there.
  const controller = new AbortController()
  const address = world.app.server.address()
  if (address === null) await world.app.listen({ host: '127.0.0.1', port: 0 })
  const bound = world.app.server.address()
  if (bound === null || typeof bound === 'string') throw new Error('expected a port')
  const response = await fetch(`http://127.0.0.1:${bound.port}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(method === 'GET' || method === 'HEAD' ? {} : { 'content-type': 'application/json' }),
    },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: '{}' }),
    signal: controller.signal,
  })
  controller.abort()
  return response.status
}
