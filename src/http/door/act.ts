import type { PersonDb } from '../../store/pg/as-person.ts'
import type { Act, Actor } from '../../record/act.ts'
import type { Caller } from './auth.ts'

/** A call as the record names it: by whom, by which operation, through which door. */
export function actOf(
  request: Calling,
  nowMs: number,
  more: Partial<Act> & Pick<Act, 'kind'>,
): Act {
  return {
    organisationId: request.apiClient.organisationId,
    name: operationOf(request),
    outcome: 'allowed',
    atMs: nowMs,
    by: actorOf(request),
    door: doorOf(request),
    personIds: [],
    alertId: null,
    protectionOrderId: null,
    subjectId: null,
    reason: null,
    secondPersonId: null,
    detail: {},
    ...more,
  }
}

export function actorOf({ apiClient }: Pick<Calling, 'apiClient'>): Actor {
  const kind = apiClient.person === null ? 'api-client' : 'staff'
  return { kind, id: apiClient.id, role: apiClient.role }
}

/** The pattern of the route and not the address, which names people. */
export function doorOf({ method, routeOptions }: Omit<Calling, 'apiClient' | 'db'>): string {
  return `${method} ${routeOptions.url ?? ''}`
}

/** What the record needs of a request. */
export type Calling = {
  readonly apiClient: Caller
  readonly db: PersonDb
  readonly method: string
  readonly routeOptions: { readonly url?: string | undefined; readonly schema?: unknown }
}

function operationOf({ routeOptions: { schema } }: Calling): string {
  const hasName = typeof schema === 'object' && schema !== null && 'operationId' in schema
  return hasName ? String(schema.operationId) : 'unnamed'
}
