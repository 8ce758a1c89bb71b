import { z } from 'zod'
import { staffRoles } from '../core/model/contract-words.ts'
import { idSchema, instantSchema, lineSchema } from './common.ts'

const rolesSchema = z
  .array(z.enum(staffRoles))
  .max(staffRoles.length)
  .refine((roles) => new Set(roles).size === roles.length, {
    error: 'expected each role once, got one twice',
  })

export const staffBodySchema = z
  .strictObject({
    displayName: lineSchema(200).meta({ examples: ['J. de Vries'] }),
    roles: rolesSchema,
    organisationId: idSchema
      .optional()
      .describe('Left out: your own; for a token the one that this server began with.'),
  })
  .meta({ id: 'NewStaff' })

export const staffRolesBodySchema = z
  .strictObject({ roles: rolesSchema })
  .meta({ id: 'StaffRoles' })

const fields = {
  id: idSchema,
  organisationId: idSchema,
  displayName: z.string(),
  issuer: z.string().describe('Who says who they are; `local`: this server itself.'),
  signInName: z.string().nullable(),
  roles: z.array(z.enum(staffRoles)),
  hasPassword: z.boolean(),
  passkeyCount: z.number().int(),
  createdAt: instantSchema,
  disabledAt: instantSchema.nullable(),
  signInLinkWaits: z
    .boolean()
    .describe('A link was made for them that another administrator has not confirmed.'),
}

export const staffSchema = z
  .strictObject(fields)
  .meta({ id: 'Staff', description: 'Somebody who may sign in.' })

export const staffWithLinkSchema = z
  .strictObject({
    ...fields,
    signInLink: z
      .string()
      .describe(
        'Good for one use: whoever opens it chooses a passkey or a password. Shown this once; hand it over in person.',
      )
      .meta({ examples: ['https://desk.example.org/sign-in#link=…'] }),
    signInLinkUntil: instantSchema,
    signInLinkNeedsCode: z
      .boolean()
      .describe('It opens with the code that another administrator is shown who confirms it.'),
  })
  .meta({ id: 'StaffWithLink' })

export const linkCodeSchema = z
  .strictObject({
    code: z
      .string()
      .describe(
        'Asked for where the link is opened. Shown this once; hand it over in person, and not to whoever made the link.',
      )
      .meta({ examples: ['K7Q2M-XW4TD'] }),
  })
  .meta({ id: 'LinkCode' })
