import type { z } from 'zod'
import { doneMsOf, type Offer, type PlannedStep } from '../../core/model/plan-response.ts'
import { deskActs, type Contacts } from '../../core/model/protocol.ts'
import { hourOf } from '../../core/model/units.ts'
import { formatInstant, formatInstantOrNull } from '../../schemas/common.ts'
import type { deskActSchema, responseSchema } from '../../schemas/response.ts'
import type { ActRow } from '../../store/desk/desk-acts.ts'
import type { PersonPhone } from '../../store/registry/person-phones.ts'

type ActBody = z.infer<typeof deskActSchema>
type StepBody = z.infer<typeof responseSchema>['steps'][number]

/** Null: no act of a person. What detection and the clock did is with the alert. */
export function actBodyOf(event: ActRow, isExact = true): ActBody | null {
  const kind = kinds.find((one) => one === event.kind)
  if (kind === undefined || event.by === null) return null
  const doneMs = doneMsOf(event)
  const timeOf = (ms: number): string => formatInstant(isExact ? ms : hourOf(ms))
  return {
    kind,
    at: timeOf(event.atMs),
    doneAt: doneMs === event.atMs ? null : timeOf(doneMs),
    by: event.by,
    byName: event.byName,
    note: event.note,
    step: textOf(event, 'step'),
    outcome: textOf(event, 'outcome'),
    target: textOf(event, 'target'),
  }
}

/** One step with the numbers to call for it; null: not for this caller. */
export function stepBodyOf(
  planned: PlannedStep,
  acts: readonly ActRow[],
  { phones, contacts, isExact }: StepContext,
): StepBody {
  const { step, result, state, isNext, tryCount, dueAtMs } = planned
  const row = result === null ? undefined : acts.find((one) => isOf(one, result))
  return {
    ...step,
    outcomes: [...step.outcomes],
    unless: conditionOf(step.unless),
    nextIf: conditionOf(step.nextIf),
    state,
    isNext,
    tryCount,
    dueAt: formatInstantOrNull(dueAtMs === null || isExact ? dueAtMs : hourOf(dueAtMs)),
    result: row === undefined ? null : actBodyOf(row, isExact),
    phones: phonesOf(step.who, phones, contacts),
  }
}

export type StepContext = {
  /** Null: this caller has not taken the alert over. */
  readonly phones: readonly PersonPhone[] | null
  readonly contacts: Contacts
  /** False of a closed alert that is shown coarsely. */
  readonly isExact: boolean
}

export function offerBodyOf(
  offer: Offer | null,
  nameOf: (id: string | null) => string | null,
): z.infer<typeof responseSchema>['offer'] {
  if (offer === null) return null
  return { to: offer.to, toName: nameOf(offer.to), byName: nameOf(offer.by) }
}

const kinds = ['acknowledged', 'closed', ...deskActs] as const

function isOf(row: ActRow, result: NonNullable<PlannedStep['result']>): boolean {
  return (
    doneMsOf(row) === result.atMs && row.by === result.by && row.detail?.['step'] === result.step
  )
}

function conditionOf(condition: PlannedStep['step']['unless']): StepBody['unless'] {
  return condition === null ? null : { ...condition, outcomes: [...condition.outcomes] }
}

function phonesOf(
  who: PlannedStep['step']['who'],
  phones: readonly PersonPhone[] | null,
  contacts: Contacts,
): string[] | null {
  const known = (number: string | null): string[] => (number === null ? [] : [number])
  switch (who) {
    case 'staff':
      return []
    case 'police':
      return known(contacts.police)
    case 'second-desk':
      return known(contacts.secondDesk)
    case 'supervisor':
      return known(contacts.supervisor)
    case 'victim':
    case 'wearer':
      return phones?.filter((one) => one.who === who).map(({ phone }) => phone) ?? null
  }
}

function textOf({ detail }: ActRow, name: string): string | null {
  const value = detail?.[name]
  return typeof value === 'string' ? value : null
}
