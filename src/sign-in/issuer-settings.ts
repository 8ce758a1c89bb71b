import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { staffRoles } from '../core/model/contract-words.ts'
import { StartError } from '../errors.ts'

/** What the file of `HOEDE_OIDC_FILE` says of the issuer; throws a sentence of all faults. */
export function readIssuerSettings(file: string | null): IssuerSettings | null {
  if (file === null) return null
  const faultOf = (what: string): StartError =>
    new StartError('invalid-configuration', `HOEDE_OIDC_FILE: ${what}`)
  let text: unknown
  try {
    text = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    // Neither quotes the file: it holds a private key.
    if (error instanceof SyntaxError) throw faultOf('expected JSON, got text that is none')
    throw faultOf(`expected a file that this user may read, got ${JSON.stringify(file)}`)
  }
  const parsed = settingsSchema.safeParse(text)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw faultOf(faults.join('; '))
}

/** The name of a claim, or the way to it where it stands within another. */
const claimSchema = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((name) => (typeof name === 'string' ? [name] : name))

const rsaSchema = z.looseObject({
  kty: z.literal('RSA'),
  kid: z.string().min(1),
  n: z.string(),
  e: z.string(),
  d: z.string(),
})
const ecSchema = z.looseObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  kid: z.string().min(1),
  x: z.string(),
  y: z.string(),
  d: z.string(),
})

const settingsSchema = z.strictObject({
  issuer: z
    .url()
    .refine((text) => new URL(text).protocol === 'https:' || isThisMachine(text), 'expected https'),
  clientId: z.string().min(1),
  /** The first signs; a second is known to the issuer for when the first is replaced. */
  privateKeys: z.array(z.discriminatedUnion('kty', [rsaSchema, ecSchema])).min(1),
  idTokenAlgorithm: z.enum(['PS256', 'ES256', 'RS256']).default('PS256'),
  scope: z.string().default('openid'),
  /** How sure the issuer must be of who it is; any of these will do. */
  acrAccepted: z.array(z.string().min(1)).min(1),
  claims: z.strictObject({ organisation: claimSchema, roles: claimSchema, name: claimSchema }),
  /** What the issuer calls an organisation, and its id here. */
  organisations: z.record(z.string(), z.uuid()),
  /** What the issuer calls a role, and the role here. */
  roles: z.record(z.string(), z.enum(staffRoles)),
})

export type IssuerSettings = z.output<typeof settingsSchema>

/** Without TLS an issuer can be anybody, but for one on this machine. */
export function isThisMachine(address: string): boolean {
  const { hostname } = new URL(address)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
