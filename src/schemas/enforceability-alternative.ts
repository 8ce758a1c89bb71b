import { z } from 'zod'
import { alternativeKinds } from '../core/enforceability/alternatives.ts'
import { enforceabilityVerdicts } from '../core/enforceability/judge-proposal.ts'
import { banUses } from '../core/enforceability/warning-time.ts'
import { geometrySchema } from './protection-order.ts'

export const modes = ['walk', 'bicycle', 'car'] as const

/** `NOT_KNOWN`: a check that is not answered may turn out red. */
export const verdictSchema = z.enum(enforceabilityVerdicts)
export const useSchema = z.enum(banUses).describe('`not-known`: by what is known it may be either.')

/** Another ban beside the asked one. */
export const alternativeSchema = z
  .strictObject({
    kind: z
      .enum(alternativeKinds)
      .describe(
        '`resized`: the least circle that does better; `streets`: the street blocks that this circle, or else the asked ban, touches, with the streets along its outline as `areaNames`, without blocks that hold an address of the offender; `corridor`: the asked ban without a strip along the motorways and railways of `areaNames`, which a warning band still surrounds; `neighbourhoods`, `municipality`: those the asked ban touches; `moving`: a distance to the victim, who carries a device.',
      ),
    radiusMeters: z.number().nullable(),
    separationMeters: z.number().nullable(),
    approachMeters: z.number(),
    reportIntervalSeconds: z.number().nullable(),
    areaCodes: z.array(z.string()),
    areaNames: z.array(z.string()),
    geometry: geometrySchema.nullable(),
    areaSquareKilometers: z
      .number()
      .nullable()
      .describe('What the offender may not enter. Null: it moves.'),
    verdict: verdictSchema,
    red: z.array(z.string()).describe('Codes of the checks that are red.'),
    perTravelMode: z.array(
      z.strictObject({
        mode: z.enum(modes),
        canDo: useSchema,
      }),
    ),
    offenderAddressCount: z.int().describe('Known addresses of the offender that lie inside.'),
    reachMeters: z
      .number()
      .optional()
      .describe('From its border to the protected person: what a smaller ban takes from them.'),
    callsPerDay: z
      .number()
      .nullish()
      .describe('Calls that an ordinary life beside it would make; null: not measured.'),
  })
  .meta({ id: 'EnforceabilityAlternative' })

const scalar = z.union([z.number(), z.string(), z.boolean()]).nullable()

export const checkSchema = z.strictObject({
  code: z.string(),
  result: z.enum(['green', 'amber', 'red', 'not-assessed']),
  value: scalar,
  threshold: scalar,
  unit: z.string().nullable(),
  basis: z
    .enum(['source', 'judgement'])
    .describe('Where the threshold comes from: a public source, or our own judgement.'),
  sentence: z.string(),
  sentenceNl: z.string().describe('The same in Dutch, as the court reads it.'),
})

/** One area of a question about several. */
export const partSchema = z
  .strictObject({
    areaSquareKilometers: z.number(),
    verdict: verdictSchema,
    checks: z.array(checkSchema),
    perTravelMode: z.array(z.strictObject({ mode: z.enum(modes), canDo: useSchema })),
    protectedAddressCount: z.int().describe('Protected addresses that lie in it.'),
    offenderAddressCount: z.int(),
    reachMeters: z
      .number()
      .describe('From its border to the nearest of them, or to its best spot.'),
  })
  .meta({ id: 'EnforceabilityOfOneBan' })
