import type { z } from 'zod'
import type { alertDetailSchema, alertSchema } from '../../../schemas/alert.ts'
import type { protectionOrderSchema } from '../../../schemas/protection-order-answer.ts'
import type { meSchema } from '../../../schemas/sign-in.ts'
import type { protectionStateSchema } from '../../../schemas/protection-state.ts'
import type { incidentListSchema, incidentSchema } from '../../../schemas/incident.ts'

/*
 * Every call of the page, typed by the schemas that the server answers with: the same from which
 * the API document is made. A test holds each path against that document.
 */
export type Alert = z.output<typeof alertSchema>
export type AlertDetail = z.output<typeof alertDetailSchema>
export type Order = z.output<typeof protectionOrderSchema>
export type LocationBan = Order['locationBans'][number]
export type Me = z.output<typeof meSchema>
export type ProtectionState = z.output<typeof protectionStateSchema>
export type Incident = z.output<typeof incidentSchema>
export type IncidentList = z.output<typeof incidentListSchema>

export const readIncidents = () => call<IncidentList>('GET', '/v1/incidents')
export const readAlert = (id: string) => call<AlertDetail>('GET', `/v1/alerts/${id}`)
export const readMe = () => call<Me>('GET', '/v1/me')
export const signOut = () => call<unknown>('POST', '/v1/me/_sign-out')
export const readOrder = (id: string) => call<Order>('GET', `/v1/protection-orders/${id}`)
export const readProtectionState = (id: string) =>
  call<ProtectionState>('GET', `/v1/protection-orders/${id}/protection-state`)
export const acknowledgeAlert = (id: string, body: object) =>
  call<Alert>('POST', `/v1/alerts/${id}/_acknowledge`, body)
export const closeAlert = (id: string, body: object) =>
  call<Alert>('POST', `/v1/alerts/${id}/_close`, body)

/** The answer, or why there is none, in a form that the page can show. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly body: T }
  | { readonly kind: 'refused'; readonly status: number; readonly detail: string }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'unsent' }

/** Longer than any answer takes: a request that hangs may not look like one that goes well. */
const answerMsMax = 10_000

export async function call<T>(method: string, path: string, body?: object): Promise<Outcome<T>> {
  let answer: Response
  try {
    answer = await fetch(path, {
      method,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(answerMsMax),
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    if (answer.ok) return { kind: 'done', body: (await answer.json()) as T }
  } catch {
    return { kind: 'unsent' }
  }
  if (answer.status === 401) return { kind: 'signed-out' }
  return { kind: 'refused', status: answer.status, detail: await readDetail(answer) }
}

async function readDetail(answer: Response): Promise<string> {
  try {
    const problem = (await answer.json()) as {
      detail?: string
      title?: string
      errors?: readonly { detail: string }[]
    }
    const parts = [
      problem.detail ?? problem.title ?? '',
      ...(problem.errors ?? []).map((e) => e.detail),
    ]
    return parts.filter((part) => part !== '').join(' ')
  } catch {
    return `HTTP ${answer.status}`
  }
}
