import { describe, expect, it } from 'vitest'
import { readClaims } from '../../src/sign-in/issuer-claims.ts'

const settings = {
  acrAccepted: ['substantial', 'high'],
  claims: { organisation: ['hoede', 'organisation'], roles: ['roles'], name: ['name'] },
  organisations: { recl: '00000000-0000-7000-8000-000000000001' },
  roles: { meldkamer: 'operator', baas: 'supervisor' },
} as const
const plain = {
  claims: {
    organisation: [...settings.claims.organisation],
    roles: [...settings.claims.roles],
    name: [...settings.claims.name],
  },
  acrAccepted: [...settings.acrAccepted],
  organisations: settings.organisations,
  roles: settings.roles,
}
const good = {
  sub: 's-1',
  acr: 'high',
  auth_time: 1_800_000_000,
  hoede: { organisation: 'recl' },
  roles: ['meldkamer', 'kantine', 'meldkamer'],
  name: 'A. \u0000Naam',
}

describe('what an issuer says of somebody', () => {
  it('the claims are read in our words, and a role that is not named here is none', () => {
    expect(readClaims(plain, good)).toEqual({
      subject: 's-1',
      organisationId: '00000000-0000-7000-8000-000000000001',
      roles: ['operator'],
      displayName: 'A.  Naam',
      authTimeMs: 1_800_000_000_000,
    })
  })

  it.each([
    ['acr', { acr: 'low' }],
    ['acr', { acr: undefined }],
    ['acr', { acr: ['high'] }],
    ['auth_time', { auth_time: '1800000000' }],
    ['unknown organisation', { hoede: { organisation: 'other' } }],
    ['unknown organisation', { hoede: { organisation: '__proto__' } }],
    ['unknown organisation', { hoede: null }],
    ['no known role', { roles: ['kantine'] }],
    ['no known role', { roles: 'constructor' }],
    ['no known role', { roles: undefined }],
    ['no subject', { sub: '' }],
  ])('somebody is refused for %s: %j', (fault, change) => {
    expect(readClaims(plain, { ...good, ...change })).toEqual({ fault })
  })
})
