import type { z } from 'zod'
import { language } from '../words/words.ts'
import { refusalInDutch } from './refusal-words.ts'
import type { alertDetailSchema, alertSchema } from '../../../schemas/alert.ts'
import type { alertTrackSchema } from '../../../schemas/alert-track.ts'
import type { protectionOrderSchema } from '../../../schemas/protection-order-answer.ts'
import type { meSchema } from '../../../schemas/sign-in.ts'
import type { proposalSchema } from '../../../schemas/proposal.ts'
import type { protectionStateSchema } from '../../../schemas/protection-state.ts'
import type {
  incidentListSchema,
  incidentSchema,
  lookBodySchema,
} from '../../../schemas/incident.ts'
import type {
  closedHandOverListSchema,
  deskFiguresSchema,
  handOverBodySchema,
  handOverItemSchema,
  handOverSchema,
  ownerBodySchema,
} from '../../../schemas/desk.ts'
import type {
  actAnswerSchema,
  actBodySchema,
  protocolBodySchema,
  protocolSchema,
  protocolSetListSchema,
  responseSchema,
} from '../../../schemas/response.ts'

/*
 * Every call of the page, typed by the schemas that the server answers with: the same from which
 * the API document is made. A test holds each path against that document.
 */
export type Alert = z.output<typeof alertSchema>
export type AlertDetail = z.output<typeof alertDetailSchema>
export type AlertTrack = z.output<typeof alertTrackSchema>
export type Order = z.output<typeof protectionOrderSchema>
export type LocationBan = Order['locationBans'][number]
export type Me = z.output<typeof meSchema>
export type ProtectionState = z.output<typeof protectionStateSchema>
export type Incident = z.output<typeof incidentSchema>
export type AlertResponse = z.output<typeof responseSchema>
export type PlannedStep = AlertResponse['steps'][number]
export type NewAct = z.input<typeof actBodySchema>
export type ActAnswer = z.output<typeof actAnswerSchema>
export type HandOver = z.output<typeof handOverSchema>
export type HandOverItem = z.output<typeof handOverItemSchema>
export type DeskFigures = z.output<typeof deskFiguresSchema>
export type Protocol = z.output<typeof protocolSchema>
type ProposedProtocol = z.output<typeof proposalSchema>
export type IncidentList = z.output<typeof incidentListSchema>

export const readIncidents = () => call<IncidentList>('GET', '/v1/incidents')
export const readAlert = (id: string) => call<AlertDetail>('GET', `/v1/alerts/${id}`)
export const readAlertTrack = (id: string) => call<AlertTrack>('GET', `/v1/alerts/${id}/track`)
export const readMe = () => call<Me>('GET', '/v1/me')
export const signOut = () => call<unknown>('POST', '/v1/me/_sign-out')
export const readOrder = (id: string) => call<Order>('GET', `/v1/protection-orders/${id}`)
export const readProtectionState = (id: string) =>
  call<ProtectionState>('GET', `/v1/protection-orders/${id}/protection-state`)
export const acknowledgeAlert = (id: string, body: object) =>
  call<Alert>('POST', `/v1/alerts/${id}/_acknowledge`, body)
export const closeAlert = (id: string, body: object) =>
  call<Alert>('POST', `/v1/alerts/${id}/_close`, body)

export const readResponse = (id: string) => call<AlertResponse>('GET', `/v1/alerts/${id}/response`)
export const sendAct = (id: string, body: NewAct) =>
  call<ActAnswer>('POST', `/v1/alerts/${id}/acts`, body)
export const saySeat = (incidentId: string | null) =>
  call<unknown>('PUT', '/v1/me/seat', { incidentId })
export const sayLook = (body: z.input<typeof lookBodySchema>) =>
  call<unknown>('PUT', '/v1/me/looks', body)
export const readProtocol = () => call<Protocol>('GET', '/v1/response-protocol')
export const readProtocolSets = () =>
  call<z.output<typeof protocolSetListSchema>>('GET', '/v1/response-protocol-sets')
export const setProtocol = (body: z.input<typeof protocolBodySchema>) =>
  call<Protocol | ProposedProtocol>('PUT', '/v1/response-protocol', body)
export const readHandOver = () => call<HandOver>('GET', '/v1/hand-over')
export const readHandOvers = () =>
  call<z.output<typeof closedHandOverListSchema>>('GET', '/v1/hand-overs')
export const giveOwner = (body: z.input<typeof ownerBodySchema>) =>
  call<unknown>('PUT', '/v1/hand-over/owners', body)
export const closeShift = (body: z.input<typeof handOverBodySchema>) =>
  call<unknown>('POST', '/v1/hand-overs', body)
export const readFigures = (fromMs: number, untilMs: number) => {
  const query = new URLSearchParams({
    from: new Date(fromMs).toISOString(),
    until: new Date(untilMs).toISOString(),
  })
  return call<DeskFigures>('GET', `/v1/desk-figures?${query}`)
}

/** The answer, or why there is none, in a form that the page can show. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly status: number; readonly body: T }
  | {
      readonly kind: 'refused'
      readonly status: number
      /** Of `errorCodes`, as the problem names it. */
      readonly code: string
      readonly detail: string
      readonly faults: readonly FieldFault[]
    }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'unsent' }

/** One thing wrong with what was sent; `pointer` is a JSON pointer into it. */
export type FieldFault = {
  readonly pointer?: string
  readonly code: string
  readonly detail: string
  readonly detailNl?: string
}

/** Longer than any answer takes: a request that hangs may not look like one that goes well. */
const answerMsMax = 10_000

export async function call<T>(
  method: string,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
  cancelled?: AbortSignal,
): Promise<Outcome<T>> {
  let answer: Response
  const tooLong = AbortSignal.timeout(answerMsMax)
  try {
    answer = await fetch(path, {
      method,
      credentials: 'same-origin',
      signal: cancelled === undefined ? tooLong : AbortSignal.any([tooLong, cancelled]),
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (answer.ok) return { kind: 'done', status: answer.status, body: await readBody<T>(answer) }
  } catch {
    return { kind: 'unsent' }
  }
  return await outcomeOf<T>(answer)
}

/** Of an answer that says no. */
export async function outcomeOf<T>(answer: Response): Promise<Outcome<T>> {
  if (answer.status === 401) return { kind: 'signed-out' }
  return { kind: 'refused', status: answer.status, ...(await readProblem(answer)) }
}

async function readBody<T>(answer: Response): Promise<T> {
  return (answer.status === 204 ? null : await answer.json()) as T
}

async function readProblem(answer: Response) {
  try {
    const problem = (await answer.json()) as {
      type?: string
      detail?: string
      title?: string
      errors?: readonly FieldFault[]
    }
    const faults = problem.errors ?? []
    const parts = [problem.detail ?? problem.title ?? '', ...faults.map((e) => e.detail)]
    const code = problem.type?.split('#problem-')[1] ?? ''
    const detail = parts.filter((part) => part !== '').join(' ')
    return { code, detail: language.value === 'nl' ? refusalInDutch(code, detail) : detail, faults }
  } catch {
    return { code: '', detail: `HTTP ${answer.status}`, faults: [] }
  }
}
