import { z } from 'zod'
import { alertKinds, alertPriorities } from '../core/model/alert.ts'
import { protocolSetNames } from '../core/model/protocol.ts'
import { deskActs, ruleSubjects, stepOutcomes, stepParties } from '../core/model/protocol.ts'
import { noteSchema } from './alert.ts'
import { idSchema, instantSchema, lineSchema } from './common.ts'

const idAnswer = z.string().meta({ format: 'uuid' })
const instantAnswer = z.string().meta({ format: 'date-time' })

/** As dialled: digits, spaces and what stands between them. */
export const phoneSchema = z
  .string()
  .regex(/^\+?[0-9][0-9 ()-]{1,24}$/)
  .meta({ examples: ['+31 30 123 45 67'] })

const stepKey = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/)
const text = z.strictObject({ nl: lineSchema(300), en: lineSchema(300) })
const condition = z.strictObject({
  step: stepKey,
  outcomes: z.array(z.enum(stepOutcomes)).min(1).max(stepOutcomes.length),
})

export const protocolStepSchema = z
  .strictObject({
    key: stepKey.describe('What a tick names. The same step keeps it from version to version.'),
    who: z.enum(stepParties).describe('Who is called; `staff`: nobody, the desk does it.'),
    text,
    say: text.nullable().describe('The words to say.'),
    withinSeconds: z
      .int()
      .min(5)
      .max(86_400)
      .nullable()
      .describe('By when, from the moment the alert was put in front of people.'),
    outcomes: z.array(z.enum(stepOutcomes)).min(1).max(stepOutcomes.length),
    unless: condition.nullable().describe('It is not needed when that step came out so.'),
    nextIf: condition.nullable().describe('It comes next when that step came out so.'),
  })
  .meta({ id: 'ProtocolStep' })

const protocolShape = {
  name: lineSchema(80),
  contacts: z.strictObject({
    police: phoneSchema.nullable(),
    secondDesk: phoneSchema.nullable(),
    supervisor: phoneSchema.nullable(),
  }),
  rules: z
    .array(
      z.strictObject({
        kinds: z.array(z.enum(alertKinds)).max(alertKinds.length).describe('Empty: every kind.'),
        priorities: z.array(z.enum(alertPriorities)).max(alertPriorities.length),
        about: z
          .enum(ruleSubjects)
          .nullable()
          .describe('Whose device it is, of an alert about one. Null: either.'),
        steps: z.array(protocolStepSchema).min(1).max(20),
      }),
    )
    .min(1)
    .max(40)
    .describe('The first that fits an alert is its steps; the last fits everything.'),
}

/** What of it is stored, and delivered. */
export const storedProtocolSchema = z.strictObject(protocolShape)

export const protocolBodySchema = z
  .strictObject({
    basedOnVersion: z
      .int()
      .min(0)
      .describe(
        'The version that was changed: another one since then is a 409, and loses nothing.',
      ),
    reason: lineSchema(500).optional().describe('For the second person.'),
    ...protocolShape,
  })
  .meta({ id: 'NewResponseProtocol' })

export const protocolSchema = z
  .strictObject({
    version: z.int().describe('0: as delivered, nobody has chosen.'),
    changedAt: instantAnswer.nullable(),
    changedBy: idAnswer.nullable(),
    ...protocolShape,
  })
  .meta({ id: 'ResponseProtocol' })

export const protocolSetListSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({ id: z.enum(protocolSetNames), protocol: storedProtocolSchema }),
    ),
  })
  .meta({ id: 'ResponseProtocolSets' })

const key = idSchema.describe(
  'Made once by the page: the same act sent again after a lost answer is done once.',
)
const note = noteSchema.optional()
const doneAt = instantSchema
  .optional()
  .describe(
    'When it was done, where it could not be sent then. It stands beside the moment that it came; one that cannot be (later than now, or before the alert) is left out.',
  )

export const actBodySchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('step'),
      key,
      step: stepKey,
      outcome: z.enum(stepOutcomes),
      note,
      doneAt,
    }),
    z.strictObject({ kind: z.literal('note'), key, note: noteSchema.min(1), doneAt }),
    z.strictObject({
      kind: z.literal('escalated'),
      key,
      target: z.enum(['second-operator', 'supervisor']),
      note,
    }),
    z.strictObject({ kind: z.literal('offered'), key, to: idSchema, note }),
    z.strictObject({ kind: z.literal('handed-over'), key, note }),
    z.strictObject({
      kind: z.literal('shelved'),
      key,
      minutes: z.int().min(1).max(30).describe('How long it is put aside.'),
      note: noteSchema.min(1).describe('Why.'),
    }),
  ])
  .meta({ id: 'NewDeskAct' })

export const deskActSchema = z
  .strictObject({
    kind: z.enum(['acknowledged', 'closed', ...deskActs]),
    at: instantAnswer.describe('When it came here.'),
    doneAt: instantAnswer
      .nullable()
      .describe('When it was done, as the seat says that sent it later; null: at once.'),
    by: idAnswer.nullable(),
    byName: z.string().nullable(),
    note: z.string().nullable(),
    step: z.string().nullable(),
    outcome: z.string().nullable(),
    target: z.string().nullable().describe('Who was called out, or whom it was offered to.'),
  })
  .meta({ id: 'DeskAct' })

export const actAnswerSchema = z
  .strictObject({
    act: deskActSchema,
    before: deskActSchema
      .nullable()
      .describe('Somebody else had done this already; both are in the history.'),
  })
  .meta({ id: 'DeskActAnswer' })

const plannedStep = protocolStepSchema.extend({
  state: z.enum(['due', 'done', 'not-needed']),
  isNext: z.boolean(),
  dueAt: instantAnswer.nullable(),
  tryCount: z.int(),
  result: deskActSchema.nullable(),
  phones: z
    .array(z.string())
    .nullable()
    .describe('Null: not for this caller, who has not taken the alert over.'),
})

export const responseSchema = z
  .strictObject({
    protocolVersion: z.int(),
    protocolName: z.string(),
    contacts: protocolShape.contacts,
    steps: z.array(plannedStep.meta({ id: 'PlannedStep' })),
    acts: z.array(deskActSchema).describe('Everything that people did with it, oldest first.'),
    offer: z
      .strictObject({ to: idAnswer, toName: z.string().nullable(), byName: z.string().nullable() })
      .nullable()
      .describe('Offered to a colleague who has not taken it yet.'),
    colleagues: z
      .array(z.strictObject({ id: idAnswer, name: z.string(), isHere: z.boolean() }))
      .describe('Whom it can be handed to.'),
  })
  .meta({ id: 'AlertResponse', description: 'What to do about an alert, and what was done.' })

export const seatBodySchema = z
  .strictObject({ incidentId: idSchema.nullable().describe('What is open at this seat.') })
  .meta({ id: 'Seat' })

export const personPhoneBodySchema = z
  .strictObject({ phone: phoneSchema.nullable() })
  .meta({ id: 'PersonPhone' })
