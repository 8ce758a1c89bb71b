import { apiClientRoles, type ApiClientRole } from '../../src/core/model/contract-words.ts'
import type { RouteAccess } from '../../src/http/door/auth.ts'

export type TestCaller = ApiClientRole | 'person'

/** Somebody who may call such a route: the first role that a token can have, or a person. */
export function callerFor(access: RouteAccess): TestCaller {
  if (access === 'public' || access === 'person') return 'person'
  return apiClientRoles.find((role) => access.includes(role)) ?? 'person'
}
