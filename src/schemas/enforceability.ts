import { z } from 'zod'
import { corridorObstacles } from '../core/enforceability/corridors.ts'
import { streetObstacles } from '../core/enforceability/street-outline.ts'
import { defaultLimits } from '../core/model/limits.ts'
import { legalBases } from '../core/model/registry.ts'
import { instantSchema, lineSchema } from './common.ts'
import {
  alternativeSchema,
  checkSchema,
  modes,
  partSchema,
  useSchema,
  verdictSchema,
} from './enforceability-alternative.ts'
import {
  advisorySchema,
  circleSchema,
  geometrySchema,
  latitude,
  longitude,
  metersMax,
} from './protection-order.ts'
import { supervisionSchema } from './read-order-text.ts'
import { draftScheduleSchema } from './schedule.ts'

const policeSecondsMin = defaultLimits.policeResponseSecondsMin
const known = (about: string) =>
  z.boolean().nullish().describe(`${about} Absent or null: not known.`)

export const enforceabilityBodySchema = z
  .strictObject({
    label: lineSchema(200).optional().describe('How the case is called in the advice.'),
    keep: z
      .boolean()
      .optional()
      .describe(
        'Keep the answer and its advice, to be read and shown again years later; false when absent, and then nothing is stored.',
      ),
    proposedId: z
      .uuid()
      .optional()
      .describe(
        'With `keep`: of an order that was proposed without an assessment (`_propose`). What is answered is kept as that, with the label that it has.',
      ),
    compare: z
      .boolean()
      .optional()
      .describe(
        'Also judge other bans beside the asked one (`alternatives`), which takes some times as long; false when absent.',
      ),
    measure: z
      .boolean()
      .optional()
      .describe(
        'Also play weeks of an ordinary life beside the ban, and with `compare` beside each other one, and count the calls (E15); takes seconds, and needs a map and an address of the offender. False when absent.',
      ),
    geometry: geometrySchema
      .optional()
      .describe(
        'As in an order; with a `crs` that names EPSG:28992 its coordinates are metres of RD New.',
      ),
    offenderId: z
      .uuid()
      .nullish()
      .describe(
        'Somebody who is monitored already: what that monitor stored about the ban in the last 30 days tells how good reception (E7) and delivery (E8) are there, and how often the ban would have called (E15). That these positions were counted is recorded.',
      ),
    areaCodes: z
      .array(lineSchema(20))
      .min(1)
      .max(200)
      .nullish()
      .describe(
        'Municipalities, districts or neighbourhoods by the codes of Statistics Netherlands, together one area: `GM0363`, `BU0363AA01`. The server must know them (`HOEDE_AREAS_PATH`).',
      ),
    circle: circleSchema.nullish(),
    separationMeters: z
      .number()
      .min(1)
      .max(metersMax)
      .nullish()
      .describe('A ban on coming near a person instead of a place.'),
    approachMeters: z
      .number()
      .min(0)
      .max(metersMax)
      .nullish()
      .describe(
        'As in an order: the width of the band round an area, 500 when absent; the outer distance to a person, twice the separation when absent.',
      ),
    reportIntervalSeconds: z.int().min(1).max(86_400).nullish(),
    policeResponseSeconds: z
      .int()
      .min(policeSecondsMin, {
        error: `expected ${policeSecondsMin} seconds or more: less is a figure that is missing`,
      })
      .max(86_400)
      .nullish()
      .describe(
        'Within which the local police arrive at 85 of 100 urgent calls. Absent: not known, and then nothing promises that they are there in time; what is shown of it is by a quarter of an hour.',
      ),
    policeTimeSource: z
      .strictObject({ municipalityCode: lineSchema(20), year: z.int().min(2000).max(2100) })
      .nullish()
      .describe(
        'Takes the published police time that is offered here (`policeTime` of the answer), by its municipality and year, instead of `policeResponseSeconds`. Absent: none is taken.',
      ),
    travelModes: z
      .array(z.enum(modes))
      .min(1)
      .max(modes.length)
      .nullish()
      .describe('How this offender can travel. Absent: every way.'),
    legalBasis: z.enum(legalBases).nullish(),
    validFrom: instantSchema.nullish(),
    validUntil: instantSchema.nullish(),
    supervision: supervisionSchema
      .nullish()
      .describe('What the text says of it (E14). Absent or null: not known.'),
    schedule: draftScheduleSchema
      .nullish()
      .describe(
        'As in an order, of an area; what it leaves out of a stretch or an exception is asked for (`missing`). Absent or null: not known; `{"timeZone":"Europe/Amsterdam"}`: day and night, without exceptions.',
      ),
    victimCount: z
      .int()
      .min(1, {
        error: 'expected 1 or more: a ban that protects nobody is a figure that is missing',
      })
      .max(1000)
      .nullish(),
    victimConsents: known('The victim agrees to carry a device.'),
    victimAddressSecret: known('The offender may not learn where the victim lives.'),
    distanceFromSecretAddressMeters: z
      .number()
      .min(0)
      .max(metersMax)
      .nullish()
      .describe('From the middle of the area to the secret address: only the distance is asked.'),
    victimAddresses: z
      .array(
        z.strictObject({
          label: lineSchema(200),
          longitude,
          latitude,
          secret: z.boolean().describe('The offender may not learn this address.'),
        }),
      )
      .max(20)
      .nullish()
      .describe(
        'Where the protected people live and are most. With a map the time by road to them decides. Stored only with `keep`.',
      ),
    offenderFixedAddresses: z
      .array(z.strictObject({ label: lineSchema(200), longitude, latitude }))
      .max(100)
      .nullish()
      .describe('Home, work, treatment. An empty list says that there are none.'),
    hasFixedAddress: known('The offender has a fixed address.'),
    canCharge: known('The offender can charge the monitor every day.'),
    sashCompleted: known('The risk assessment SASH has been done.'),
    hasDeskAroundTheClock: known('An alert desk is staffed day and night.'),
    isPoliceUnitNamed: known('It is known which police unit answers.'),
  })
  .meta({
    id: 'EnforceabilityQuestion',
    description:
      'A ban somebody wants to ask for: exactly one of `geometry`, `areaCodes`, `circle` and `separationMeters`, and whatever is known of the people and the place.',
  })

const byRoadSchema = z
  .strictObject({
    usualSeconds: z.number().nullable().describe('As people usually travel. Null: over an hour.'),
    fastestSeconds: z
      .number()
      .nullable()
      .describe('Never later than somebody who means it can be there. Null: over an hour.'),
    crossingCount: z.int().describe('Distinct ways into the area.'),
    enoughCount: z.int().describe('Of them, those that leave the needed time.'),
  })
  .describe(
    'From the border to a protected address by the roads of the imported map; null where there is no map, or it does not say.',
  )

export const enforceabilitySchema = z
  .strictObject({
    id: z.uuid().nullable().describe('By which it is read again; null: it was not kept.'),
    mapId: z.string().nullable().describe('The imported map that was asked; null: none.'),
    limitsVersion: z.string().describe('The thresholds it was judged by.'),
    policeTime: z
      .strictObject({
        municipalityCode: z.string(),
        municipality: z.string(),
        year: z.int(),
        seconds: z.int(),
        source: z.string(),
        tableId: z.string().describe('The table it is from.'),
        isUsed: z.boolean().describe('`policeTimeSource` chose it; false: it is only offered.'),
      })
      .nullish()
      .describe(
        'Published for the municipality of the protected addresses, or of the area where none is given, of several the slowest: police are there within it at 85 of 100 urgent calls. Null: none is known.',
      ),
    verdict: verdictSchema,
    perTravelMode: z.array(
      z.strictObject({
        mode: z.enum(modes),
        speedKilometersPerHour: z.number(),
        warningSeconds: z
          .number()
          .describe('From the edge of the ban to the person, in a straight line.'),
        approachWarningSeconds: z
          .number()
          .describe('The same from the edge of the approach band, where the desk first sees it.'),
        neededSeconds: z.number(),
        isNeededAssumed: z
          .boolean()
          .optional()
          .describe(
            'Of `neededSeconds` a part is what is usual, because nobody said what it is here.',
          ),
        byRoad: byRoadSchema.nullable(),
        decidingSeconds: z
          .number()
          .nullable()
          .describe(
            'By the roads at the fastest where `byRoad` is there, else straight on as fast as can be. Null: more than an hour.',
          ),
        canDo: useSchema,
        verdict: verdictSchema.optional().describe('For somebody who comes so.'),
      }),
    ),
    checks: z.array(checkSchema),
    missing: z
      .array(
        z.strictObject({
          pointer: z.string().describe('JSON pointer into the question.'),
          detail: z.string(),
          detailNl: z.string(),
        }),
      )
      .optional()
      .describe(
        'What the text of the measure does not say yet (E14), to be sent back to whoever writes it. Absent: kept by a version that did not ask.',
      ),
    notAssessed: z
      .array(z.string())
      .describe('Codes of checks nothing could be said of; none of them counts as in order.'),
    bans: z
      .array(partSchema)
      .optional()
      .describe(
        `Where the question is about several areas (${defaultLimits.askedPartCountMax} at most, more are refused): each by itself in their order, with the protected addresses that lie in it; no verdict, use or check above is kinder than that of any of them. Empty for one area.`,
      ),
    counterProposal: z
      .strictObject({
        radiusMeters: z.number().nullable(),
        separationMeters: z.number().nullable(),
        inscribedRadiusMeters: z
          .number()
          .nullable()
          .describe('For a drawn area: the circle that must fit into it.'),
        approachMeters: z.number(),
        reportIntervalSeconds: z.number().nullable(),
      })
      .nullable(),
    counterProposalReason: z.string().nullable(),
    counterProposalReasonNl: z.string().nullable(),
    alternatives: z
      .array(alternativeSchema)
      .optional()
      .describe('The asked ban first, and others beside it, with `compare`.'),
    corridors: z
      .array(
        z.strictObject({
          kind: z.enum(['motorway', 'rail']),
          name: z.string(),
          obstacle: z.enum(corridorObstacles).nullable(),
        }),
      )
      .optional()
      .describe(
        'With `compare`: motorways and railways through the ban, and why one cannot be excepted (`obstacle`): who is on it cannot be held to pass, a protected address would be too near to the border, or an area without it cannot be drawn; null: it can.',
      ),
    streetObstacle: z
      .enum(streetObstacles)
      .nullish()
      .describe(
        'With `compare`: why no outline along streets is among the alternatives. `no-streets-around`: streets close nothing in about it; `too-large`: their blocks are more than four times as large; `points-to-secret-address`: it would point to a secret address; `protects-less`: a protected address would lie outside it or too near to its border, or the ban could do less in some way of travelling; `no-better`: another check would be red.',
      ),
    advisories: z.array(advisorySchema).describe('What was repaired in the geometry.'),
  })
  .meta({ id: 'EnforceabilityAssessment' })
