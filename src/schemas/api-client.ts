import { z } from 'zod'
import { apiClientRoles } from '../core/model/contract-words.ts'
import { idSchema, instantSchema, lineSchema } from './common.ts'

export const apiClientBodySchema = z
  .strictObject({
    name: lineSchema(200).meta({ examples: ['Alert desk, screen 2'] }),
    role: z.enum(apiClientRoles),
    vendorId: idSchema
      .optional()
      .describe(
        'Required for role `vendor`, and for no other: the token posts for its devices only.',
      ),
    deviceId: idSchema
      .optional()
      .describe(
        'Required for role `victim-device`, and for no other: the token posts for it only.',
      ),
    expiresAt: instantSchema
      .optional()
      .describe('When the token ends by itself. Left out: it lives until it is revoked.'),
    organisationId: idSchema
      .optional()
      .describe('Whose cases it sees; left out: those of the organisation of the caller.'),
    deskId: idSchema
      .optional()
      .describe('For role `operator`: it sees the cases of all that the desk watches for.'),
    unitId: idSchema
      .optional()
      .describe('For roles `operator` and `supervisor`: it sees the cases of this unit alone.'),
  })
  .meta({ id: 'NewApiClient' })

const fields = {
  id: idSchema,
  name: z.string(),
  role: z.enum(apiClientRoles),
  vendorId: idSchema.nullable(),
  deviceId: idSchema.nullable(),
  organisationId: idSchema,
  deskId: idSchema.nullable(),
  unitId: idSchema.nullable(),
  createdAt: instantSchema,
  createdBy: idSchema
    .nullable()
    .describe(
      'The person or API client that made it; null: the server itself, by its configuration.',
    ),
  expiresAt: instantSchema.nullable().describe('Null: it does not end by itself.'),
  lastUsedAt: instantSchema.nullable().describe('To the minute or so; null: never used.'),
  revokedAt: instantSchema.nullable(),
  revokedBy: idSchema
    .nullable()
    .describe('The person or API client that revoked it; null: the server itself, or nobody yet.'),
}

export const apiClientSchema = z
  .strictObject(fields)
  .meta({ id: 'ApiClient', description: 'Whoever holds a token.' })

export const createdApiClientSchema = z
  .strictObject({
    ...fields,
    token: z
      .string()
      .describe('The bearer token. Shown this once: only a hash of it is stored.')
      .meta({ examples: ['hoede_0pWb1cYk…'] }),
  })
  .meta({ id: 'CreatedApiClient' })
