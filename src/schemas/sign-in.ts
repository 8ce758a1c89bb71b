import { z } from 'zod'
import { staffRoles } from '../core/model/contract-words.ts'
import { idSchema, instantSchema, lineSchema } from './common.ts'

/** What people type as their name to sign in; compared without regard to case. */
export const signInNameSchema = z
  .string()
  .min(2)
  .max(80)
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._@-]*$/, {
    error: 'expected letters, digits, dots, dashes, underscores and @, without spaces',
  })
  .meta({ examples: ['j.devries'] })

const passwordSchema = z.string().min(1).max(256)
const codeSchema = z
  .string()
  .regex(/^\d{6}$/, { error: 'expected the six digits that the app shows' })
  .meta({ examples: ['287082'] })
const linkTokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}(\.[A-Z2-7]{10})?$/, {
  error:
    'expected what stands behind #link= in the link, and after a full stop the code of another administrator where it needs one',
})
const actSchema = z
  .string()
  .regex(/^[A-Za-z]{1,64}( [A-Za-z0-9-]{1,64})?$/, {
    error: 'expected the act as the refusal named it',
  })
  .describe('What it is for, as a `step-up-required` refusal names it in `errors`.')
  .meta({ examples: ['recoverStaff 019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e21'] })

const base64url = z
  .string()
  .max(8_192)
  .regex(/^[A-Za-z0-9_-]*$/)

/** What `navigator.credentials.get` gives, as JSON. */
const assertionSchema = z.strictObject({
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().max(40).nullish(),
  clientExtensionResults: z.looseObject({}),
  response: z.strictObject({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish(),
  }),
})

/** What `navigator.credentials.create` gives, as JSON. */
const attestationSchema = z.strictObject({
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().max(40).nullish(),
  clientExtensionResults: z.looseObject({}),
  response: z.strictObject({
    clientDataJSON: base64url,
    attestationObject: base64url,
    authenticatorData: base64url.nullish(),
    publicKey: base64url.nullish(),
    publicKeyAlgorithm: z.number().int().nullish(),
    transports: z.array(z.string().max(40)).max(10).nullish(),
  }),
})

export const passwordBodySchema = z
  .strictObject({ signInName: signInNameSchema, password: passwordSchema, code: codeSchema })
  .meta({ id: 'PasswordSignIn' })

export const passkeyBodySchema = z
  .strictObject({ response: assertionSchema })
  .meta({ id: 'PasskeySignIn' })

export const linkBodySchema = z.strictObject({ token: linkTokenSchema }).meta({ id: 'OneTimeLink' })

const enrolmentFields = {
  token: linkTokenSchema,
  signInName: signInNameSchema,
  displayName: lineSchema(200)
    .optional()
    .describe('Required of the first administrator; others have been named already.'),
}
export const enrolPasswordBodySchema = z
  .strictObject({ ...enrolmentFields, password: passwordSchema, code: codeSchema })
  .meta({ id: 'PasswordEnrolment' })
export const enrolPasskeyBodySchema = z
  .strictObject({ ...enrolmentFields, response: attestationSchema })
  .meta({ id: 'PasskeyEnrolment' })

export const stepUpPasswordBodySchema = z
  .strictObject({ act: actSchema, password: passwordSchema, code: codeSchema })
  .meta({ id: 'PasswordStepUp' })
export const stepUpAskBodySchema = z.strictObject({ act: actSchema }).meta({ id: 'StepUpQuestion' })
export const stepUpPasskeyBodySchema = z
  .strictObject({ act: actSchema, response: assertionSchema })
  .meta({ id: 'PasskeyStepUp' })

/** For `PublicKeyCredential.parseRequestOptionsFromJSON` and its like; passed on as they are. */
export const passkeyOptionsSchema = z
  .looseObject({ challenge: z.string() })
  .meta({ id: 'PasskeyOptions', description: 'Options of WebAuthn, as JSON, for the browser.' })

export const openedLinkSchema = z
  .strictObject({
    purpose: z
      .enum(['first-administrator', 'enrol', 'recover', 'sign-in'])
      .describe('With `sign-in` it signs in as it is; with the others something is chosen first.'),
    displayName: z.string().nullable(),
    signInName: z.string().nullable(),
    expiresAt: instantSchema,
    totpAddress: z.string().describe('For an authenticator app: `otpauth://totp/…`.'),
    passkeyOptions: passkeyOptionsSchema,
  })
  .meta({ id: 'OpenedLink' })

export const steppedUpSchema = z
  .strictObject({ act: z.string(), until: instantSchema })
  .meta({ id: 'SteppedUp', description: 'The proof counts for one act of this name.' })

/** Where the browser goes next. */
export const issuerAddressSchema = z
  .strictObject({ address: z.url() })
  .meta({ id: 'IssuerAddress' })

const sessionFields = {
  id: idSchema,
  method: z
    .enum(['password', 'passkey', 'issuer', 'link'])
    .describe('How it was opened; `issuer`: by the sign-in of the organisation.'),
  browser: z.string().describe('What the browser calls itself.'),
  createdAt: instantSchema,
  lastUsedAt: instantSchema.describe('To half a minute.'),
  idleUntil: instantSchema.describe('When it ends unless it is used.'),
  expiresAt: instantSchema.describe('When it ends in any case.'),
  revokedAt: instantSchema.nullable(),
  revokedBy: idSchema.nullable(),
}

export const sessionSchema = z
  .strictObject({
    ...sessionFields,
    staffId: idSchema,
    isThisOne: z.boolean().describe('Whether it is the session that asks.'),
  })
  .meta({ id: 'Session' })

export const sessionsSchema = z
  .strictObject({ items: z.array(sessionSchema) })
  .meta({ id: 'Sessions' })

export const sessionsQuerySchema = z.strictObject({
  staffId: idSchema
    .optional()
    .describe('Of a colleague, for an administrator of the same organisation; left out: your own.'),
})

export const meSchema = z
  .strictObject({
    id: idSchema,
    organisationId: idSchema,
    displayName: z.string(),
    roles: z.array(z.enum(staffRoles)),
    session: z.strictObject(sessionFields),
    steppedUp: steppedUpSchema.nullable(),
  })
  .meta({ id: 'Me', description: 'Who is signed in.' })
