import type { StaffRole } from '../core/model/contract-words.ts'
import type { IssuerSettings } from './issuer-settings.ts'

/**
 * Who the issuer says somebody is, in our words; or what is missing. There is no default: an
 * organisation that is not named here is nobody's, and a role that is not named here is none.
 */
export function readClaims(
  settings: Pick<IssuerSettings, 'claims' | 'organisations' | 'roles' | 'acrAccepted'>,
  claims: Readonly<Record<string, unknown>>,
): IssuedPerson | { readonly fault: string } {
  const { acr, sub: subject, auth_time: authTime } = claims
  if (typeof subject !== 'string' || subject === '') return { fault: 'no subject' }
  if (typeof acr !== 'string' || !settings.acrAccepted.includes(acr)) return { fault: 'acr' }
  if (typeof authTime !== 'number' || !Number.isFinite(authTime)) return { fault: 'auth_time' }
  const organisation = claimAt(claims, settings.claims.organisation)
  const organisationId =
    typeof organisation === 'string' && Object.hasOwn(settings.organisations, organisation)
      ? settings.organisations[organisation]
      : undefined
  if (organisationId === undefined) return { fault: 'unknown organisation' }
  const given = claimAt(claims, settings.claims.roles)
  const names: readonly unknown[] = Array.isArray(given) ? given : [given]
  const roles = names.flatMap((name) =>
    typeof name === 'string' && Object.hasOwn(settings.roles, name)
      ? (settings.roles[name] ?? [])
      : [],
  )
  if (roles.length === 0) return { fault: 'no known role' }
  const name = claimAt(claims, settings.claims.name)
  return {
    subject,
    organisationId,
    roles: [...new Set(roles)],
    displayName: typeof name === 'string' ? plainName(name, subject) : subject.slice(0, 200),
    authTimeMs: authTime * 1_000,
  }
}

export type IssuedPerson = {
  /** By this, with the issuer, a person is known; never by an address or a name. */
  readonly subject: string
  readonly organisationId: string
  readonly roles: readonly StaffRole[]
  readonly displayName: string
  readonly authTimeMs: number
}

function plainName(name: string, subject: string): string {
  const plain = name.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ').trim()
  return (plain === '' ? subject : plain).slice(0, 200)
}

function claimAt(claims: Readonly<Record<string, unknown>>, path: readonly string[]): unknown {
  let value: unknown = claims
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[name]
  }
  return value
}
