import assert from 'node:assert/strict'
import type { FastifyRequest, FastifySchemaCompiler } from 'fastify'
import type { z } from 'zod'
import type { Clock } from '../clock.ts'
import { RefusedInput, type Fault } from '../errors.ts'
import type { Intake, IntakeRequest, IntakeResult, ReportElement } from '../ingest/intake/intake.ts'
import {
  describeRefusal,
  type RefusalReason,
  type RefusedElement,
} from '../ingest/intake/refusals.ts'
import type { FixReport } from '../core/model/fix.ts'
import type { RefusalCode } from '../core/model/contract-words.ts'
import type { intakeResultSchema } from '../schemas/intake-result.ts'
import { faultsOf } from '../schemas/faults.ts'
import { PlainPositions } from '../schemas/plain-positions.ts'
import { fixReportOf, positionReader } from '../schemas/position.ts'
import { validatorCompiler } from './door/validation.ts'

/**
 * Checks each element by itself, so that one wrong element does not keep the
 * others of its request out.
 */
export function readElements<Wire extends { readonly serialNumber: string }, Report>(
  reader: ElementReader<Wire>,
  elements: readonly unknown[],
  reportOf: (wire: Wire) => Report,
  unfit: FastifyRequest['unfitElements'] = null,
): { readonly reports: ReportElement<Report>[]; readonly refused: RefusedElement[] } {
  const reports: ReportElement<Report>[] = []
  const refused: RefusedElement[] = []
  for (const [index, body] of elements.entries()) {
    const unfitFaults = unfit?.get(index)
    const kept = unfitFaults === undefined ? body : keepable(body, unfitFaults)
    const result = unfitFaults === undefined ? reader.safeParse(body) : null
    const wire = result?.success === true ? result.data : (reader.rescue?.(body) ?? null)
    if (wire !== null) {
      const { serialNumber } = wire
      reports.push({ index, serialNumber, report: reportOf(wire), body: kept })
      continue
    }
    const faults = unfitFaults ?? faultsOf(result?.error?.issues ?? [], body)
    refused.push({ index, reasons: reasonsOf(faults), body: kept })
  }
  return { reports, refused }
}

export type ElementReader<Wire> = {
  readonly safeParse: (
    body: unknown,
  ) =>
    | { readonly success: true; readonly data: Wire; readonly error?: undefined }
    | z.ZodSafeParseError<unknown>
  /** What can be understood of an element that is wrong and may not be lost; null: nothing. */
  readonly rescue?: (body: unknown) => Wire | null
}

/**
 * The answer of the contract: what was taken, or a 400 naming every fault when nothing was. A
 * device that is not registered (yet) is no fault of the sender's: its reports are kept and named,
 * and the answer stays 202.
 */
export function answerIntake(
  result: IntakeResult,
  listName: string,
): z.input<typeof intakeResultSchema> {
  const isFaulty = result.refused.every((element) => element.reasons[0].code !== 'unknown-device')
  if (result.acceptedCount + result.duplicateCount === 0 && isFaulty) {
    throw new RefusedInput(
      'nothing-accepted',
      null,
      result.refused.flatMap((element) =>
        element.reasons
          .slice(0, result.refused.length > elementsToldInFullMax ? 1 : undefined)
          .map((reason) => ({
            pointer: `/${listName}/${element.index}${reason.field === null ? '' : `/${reason.field}`}`,
            code: reason.code,
            detail: reason.detail,
          })),
      ),
    )
  }
  return {
    accepted: result.acceptedCount,
    duplicates: result.duplicateCount,
    rejected: result.refused.map((element) => ({
      index: element.index,
      code: element.reasons[0].code,
      detail: describeRefusal(element),
    })),
  }
}

/**
 * Before the body is read: a full intake must not first take the next request into memory, and by a
 * clock that was just set nothing is received.
 */
export function refuseOverload({
  clock,
  intake,
}: {
  readonly clock: Clock
  readonly intake: Intake
}) {
  return async (): Promise<void> => {
    intake.refuseWhenOverloaded()
    await clock.settle?.()
  }
}

/**
 * The document shows whole elements; the check of the request stops at the list that holds them,
 * and has nothing to say of a body that was read whole.
 */
export function envelopeValidator(envelope: z.ZodType): FastifySchemaCompiler<unknown> {
  return (route) => {
    assert(route.httpPart === 'body', 'only the body of an intake route has a schema')
    const check = validatorCompiler({ ...route, schema: envelope })
    return (sent: unknown) => (sent instanceof PlainPositions ? { value: sent } : check(sent))
  }
}

/** The positions that a vendor sent, as the intake takes them. */
export function positionsRequestOf(
  request: FastifyRequest<{ Body: { readonly positions: readonly unknown[] } }>,
  receivedAtMs: number,
): IntakeRequest<FixReport> {
  const body: unknown = request.body
  if (!(body instanceof PlainPositions)) {
    const { positions } = request.body
    return vendorRequestOf(request, receivedAtMs, positions, positionReader, fixReportOf)
  }
  const { bodyByteCount } = request
  return { ...senderOf(request), receivedAtMs, bodyByteCount, reports: body.elements, refused: [] }
}

/** What a vendor sent, element by element, as the intake takes it. */
export function vendorRequestOf<Wire extends { readonly serialNumber: string }, Report>(
  request: FastifyRequest,
  receivedAtMs: number,
  elements: readonly unknown[],
  reader: ElementReader<Wire>,
  reportOf: (wire: Wire) => Report,
): IntakeRequest<Report> {
  const read = readElements(reader, elements, reportOf, request.unfitElements)
  return { ...senderOf(request), receivedAtMs, bodyByteCount: request.bodyByteCount, ...read }
}

export function senderOf(
  request: FastifyRequest,
): Pick<IntakeRequest<never>, 'apiClientId' | 'sender'> {
  const { id, vendorId, deviceId } = request.apiClient
  if (vendorId !== null) return { apiClientId: id, sender: { type: 'vendor', vendorId } }
  if (deviceId !== null) return { apiClientId: id, sender: { type: 'device', deviceId } }
  throw new RefusedInput('forbidden', 'This token stands for neither a vendor nor a device.')
}

/**
 * Every refused element is named; everything that is wrong with each only while
 * the answer stays readable.
 */
const elementsToldInFullMax = 100
/** A sentence of a thousand unknown fields helps nobody. */
const reasonsPerElementMax = 10

function reasonsOf(faults: readonly Fault[]): [RefusalReason, ...RefusalReason[]] {
  const [first, ...rest] = faults.slice(0, reasonsPerElementMax).map((fault) => reasonOf(fault))
  if (first === undefined) {
    return [{ field: null, code: 'invalid-type', detail: 'expected another shape' }]
  }
  return [first, ...rest]
}

/** Neither a stack nor the database holds what is nested without end. */
function keepable(body: unknown, faults: readonly Fault[]): unknown {
  return faults.some(({ code }) => code === 'too-deep') ? { omitted: 'nested too deep' } : body
}

function reasonOf(fault: Fault): RefusalReason {
  const field = fault.pointer === null || fault.pointer === '' ? null : fault.pointer.slice(1)
  return { field, code: codeOf(fault, field), detail: fault.detail }
}

function codeOf(fault: Fault, field: string | null): RefusalCode {
  switch (fault.code) {
    case 'unknown-field':
    case 'forbidden-property':
      return 'unknown-field'
    case 'invalid-type':
      return fault.detail.endsWith('got nothing') ? 'missing-field' : 'invalid-type'
    case 'invalid-json':
      return 'unreadable'
    case 'too-small':
    case 'too-big':
      return 'out-of-range'
    default:
      return field === 'recordedAt' ? 'invalid-time' : 'invalid-value'
  }
}
