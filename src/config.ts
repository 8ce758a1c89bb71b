import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { dayMs } from './core/model/units.ts'
import { defaultLimits } from './core/model/limits.ts'
import type { QuietMode } from './core/quiet/trail.ts'
import { quietModes } from './core/quiet/trail.ts'
import { isLoopback, isOrigin, isServiceUrl, isTileTemplate, isUrlOf } from './addresses.ts'
import { readDatabaseUrls, type DatabaseUrls } from './database-urls.ts'
import { StartError } from './errors.ts'
import { readSecretFiles } from './secret-files.ts'

/**
 * Reads the environment once. Throws one `StartError` that lists every
 * fault: variable, expected, got. A command asks for the one login it needs when it opens the
 * database; a server needs those of its roles.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  reader: 'server' | 'command' = 'server',
): AppConfig {
  const { given, faults } = readSecretFiles(withoutEmpty(environment))
  const parsed = environmentSchema.safeParse(given)
  for (const issue of parsed.error?.issues ?? []) faults.push(sentenceOf(issue, given))
  const roles = reader === 'server' ? (parsed.data?.HOEDE_ROLES ?? []) : []
  const databaseUrls = readDatabaseUrls(given, roles, faults)
  if (!parsed.success || faults.length > 0) throw refusal(faults)
  const values = parsed.data
  const adminToken = values.HOEDE_ADMIN_TOKEN ?? null
  const tokenFault = faultOfShortToken(adminToken, values.HOEDE_HOST)
  if (tokenFault !== null) throw refusal([tokenFault])
  if (values.HOEDE_DEMO_PERSON && !isLoopback(values.HOEDE_HOST))
    throw refusal(['HOEDE_DEMO_PERSON: expected no, because others reach this server, got yes'])
  return {
    adminToken,
    host: values.HOEDE_HOST,
    port: values.HOEDE_PORT,
    dataDir: path.resolve(values.HOEDE_DATA_DIR),
    databaseUrl: values.DATABASE_URL ?? null,
    databaseUrls,
    redisUrl: values.REDIS_URL ?? null,
    roles: values.HOEDE_ROLES,
    webhookHosts: values.HOEDE_WEBHOOK_HOSTS,
    corsOrigins: values.HOEDE_CORS_ORIGINS,
    publicOrigin: values.HOEDE_PUBLIC_URL ?? originHere(values.HOEDE_HOST, values.HOEDE_PORT),
    oidcFile: values.HOEDE_OIDC_FILE ?? null,
    ...readPlaceSources(values),
    isDemo: values.HOEDE_DEMO_PERSON,
    trustedProxies: values.HOEDE_TRUSTED_PROXIES,
    oin: values.HOEDE_OIN ?? null,
    retentionDays: values.HOEDE_RETENTION_DAYS,
    watchdogMs: values.HOEDE_WATCHDOG_SECONDS * 1_000,
    isEvaluatorApart: values.HOEDE_EVALUATOR_THREAD,
    quietMode: values.HOEDE_QUIET_FIXES,
    twoPeople: values.HOEDE_TWO_PEOPLE,
    masterKey: values.HOEDE_MASTER_KEY ?? null,
    masterKeyCommand: values.HOEDE_MASTER_KEY_COMMAND ?? null,
    recordKey: values.HOEDE_RECORD_KEY ?? null,
    recordWitnessPath: values.HOEDE_RECORD_WITNESS_PATH ?? null,
    recordWitnessUrl: values.HOEDE_RECORD_WITNESS_URL ?? null,
  }
}

type Values = z.infer<typeof environmentSchema>

/** Where maps and addresses come from: files of this machine, and services that were named. */
function readPlaceSources(values: Values) {
  return {
    groundPath: values.HOEDE_GROUND_PATH ?? null,
    brtTilesUrl: values.HOEDE_BRT_TILES_URL ?? null,
    placeFiles: {
      map: values.HOEDE_MAP_PATH ?? null,
      areas: values.HOEDE_AREAS_PATH ?? null,
      policeTimes: values.HOEDE_POLICE_TIMES_PATH ?? null,
    },
    locatieserverUrl: values.HOEDE_LOCATIESERVER_URL ?? null,
  }
}

function sentenceOf(
  { path: [variable = ''], message }: z.core.$ZodIssue,
  given: Readonly<Record<string, string>>,
): string {
  const name = String(variable)
  return `${name}: expected ${message}, got ${describeValue(name, given[name])}`
}

/** Compose files and shells pass unset variables as empty strings. */
function withoutEmpty(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1].trim() !== '',
    ),
  )
}

export type AppConfig = {
  /** The first administrator's token; null: one is made at first start and printed once. */
  readonly adminToken: string | null
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Absolute. */
  readonly dataDir: string
  /** Null: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | null
  /** Null: one login does everything, or the database is the embedded one. */
  readonly databaseUrls: DatabaseUrls | null
  /** Null: BullMQ runs on PostgreSQL. */
  readonly redisUrl: string | null
  readonly roles: readonly AppRole[]
  /** Lower case host names that webhooks may be sent to. Empty: none. */
  readonly webhookHosts: readonly string[]
  /** Origins whose pages may call the API from a browser. Empty: only pages of the same origin. */
  readonly corsOrigins: readonly string[]
  /** Where people open pages of this server; null: nowhere, so nobody signs in. */
  readonly publicOrigin: string | null
  /** What is known of the issuer of the organisation; null: people sign in here. */
  readonly oidcFile: string | null
  /** The ground under the maps of the alert desk; null: a plain one. */
  readonly groundPath: string | null
  /** Where squares of the map of the Kadaster are had; null: nobody is asked for any. */
  readonly brtTilesUrl: string | null
  /** An imported map, areas by code and police times, for what a ban means there; null: none. */
  readonly placeFiles: {
    readonly map: string | null
    readonly areas: string | null
    readonly policeTimes: string | null
  }
  /** A Locatieserver of PDOK that knows every address of the country; null: nobody is asked. */
  readonly locatieserverUrl: string | null
  /** Somebody who is everything signs in by a printed link; on this machine alone. */
  readonly isDemo: boolean
  /** Addresses of proxies in front, whose word is taken for where a request comes from. */
  readonly trustedProxies: readonly string[]
  /** The organisation's identification number, twenty digits, for the source of CloudEvents. */
  readonly oin: string | null
  /** How long the movements of people are kept; alerts carry their own evidence. */
  readonly retentionDays: number
  /** A process whose loop has not turned for so long is ended. */
  readonly watchdogMs: number
  /** Judging has a thread of its own where the process does something else as well. */
  readonly isEvaluatorApart: boolean
  /** Whether fixes from which nothing can follow are known by their numbers. */
  readonly quietMode: QuietMode
  /** Whose weakening of protection waits for a second person. */
  readonly twoPeople: 'staff' | 'everybody'
  /** Wraps the keys of the data; null: by the command, or made beside the data. */
  readonly masterKey: string | null
  /** A program and what it is given, which writes the master key; null: none. */
  readonly masterKeyCommand: readonly string[] | null
  /** Signs heads of the record; null: the one beside the embedded database. */
  readonly recordKey: string | null
  /** A file that heads of the record are added to, best on another machine; null: none. */
  readonly recordWitnessPath: string | null
  /** Who is sent the heads of the record; null: nobody. */
  readonly recordWitnessUrl: string | null
}

const appRoles = ['api', 'evaluator', 'worker'] as const
export type AppRole = (typeof appRoles)[number]

/** A slip, or a first try on one's own machine, is longer than this. */
const adminTokenLengthMin = 8
/**
 * Whoever reaches the port may guess thousands of tokens a second, and whoever reads a copy of the
 * database many more, because only plain hashes are stored: 32 random characters, even of
 * hexadecimal digits, are 128 bits. A shorter one is taken only where nobody else reaches the port.
 */
export const adminTokenLengthAdvised = 32

/** How to make a token that nobody guesses. */
export const makeTokenCommand = `node -e "console.log(crypto.randomBytes(32).toString('base64url'))"`

/**
 * A day more than the oldest fix that is still taken, so that no day is dropped
 * that can still be written to.
 */
const retentionDaysMin = Math.ceil(defaultLimits.fixAgeMsMax / dayMs) + 1
/**
 * A behaviour order lasts at most 90 days before it is extended: what was measured
 * under it outlives its term.
 */
const retentionDaysDefault = 90
/** Ten years; a larger number is a slip. */
const retentionDaysMax = 3_650

/**
 * No work of ours holds the loop for more than some seconds, on a busy machine either;
 * whoever waits for an alert waits this long and a start.
 */
const watchdogSecondsDefault = 30
const watchdogSecondsMin = 5
const watchdogSecondsMax = 600

const secretVariables = new Set([
  'HOEDE_ADMIN_TOKEN',
  'HOEDE_MASTER_KEY',
  'HOEDE_RECORD_KEY',
  'DATABASE_URL',
  'REDIS_URL',
])

function filePath() {
  return z
    .string()
    .refine((text) => !text.includes('\0'), 'a path of a file')
    .optional()
}

const environmentSchema = z.object({
  HOEDE_ADMIN_TOKEN: z
    .string()
    .regex(
      new RegExp(`^[!-~]{${adminTokenLengthMin},512}$`),
      `${adminTokenLengthMin} (better ${adminTokenLengthAdvised}) to 512 random visible ASCII characters without spaces, made with ` +
        `${makeTokenCommand} or left out to have one made and printed`,
    )
    .optional(),
  HOEDE_ADMIN_TOKEN_FILE: filePath(),
  HOEDE_HOST: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'a host name or an IP address to listen on')
    .default('127.0.0.1'),
  HOEDE_PORT: z
    .string()
    .trim()
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, 'a port from 0 to 65535')
    .transform(Number)
    .default(8080),
  HOEDE_DATA_DIR: z
    .string()
    .refine((text) => !text.includes('\0'), 'a path of a folder')
    .default('./data'),
  DATABASE_URL: z
    .string()
    .trim()
    .refine(
      (text) => isUrlOf(text, ['postgres:', 'postgresql:']),
      'an address such as postgres://user:password@host:5432/database',
    )
    .optional(),
  DATABASE_URL_FILE: filePath(),
  PGPASSWORD_FILE: filePath(),
  REDIS_URL: z
    .string()
    .trim()
    .refine((text) => isUrlOf(text, ['redis:', 'rediss:']), 'an address such as redis://host:6379')
    .optional(),
  REDIS_URL_FILE: filePath(),
  REDIS_PASSWORD_FILE: filePath(),
  HOEDE_ROLES: z
    .string()
    .default(appRoles.join(','))
    .transform(splitList)
    .refine(
      (roles): roles is AppRole[] =>
        roles.length > 0 && roles.every((role) => (appRoles as readonly string[]).includes(role)),
      `one or more of ${appRoles.join(', ')}, separated by commas`,
    )
    .transform((roles) => [...new Set(roles as AppRole[])]),
  HOEDE_WEBHOOK_HOSTS: z
    .string()
    .default('')
    .transform((text) => splitList(text.toLowerCase()))
    .refine(
      (hosts) =>
        hosts.every((host) => /^[a-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:]+\](:\d{1,5})?$/.test(host)),
      'host names separated by commas, without scheme or path',
    ),
  HOEDE_CORS_ORIGINS: z
    .string()
    .default('')
    .transform(splitList)
    .refine(
      (origins) => origins.every(isOrigin),
      'origins as a browser sends them, separated by commas: scheme, host and a port that is not the usual one, such as https://desk.example.org; no path, no * and not null',
    ),
  HOEDE_PUBLIC_URL: z
    .string()
    .trim()
    .refine(
      (text) => isOrigin(text) && (text.startsWith('https:') || isLoopback(new URL(text).hostname)),
      'where people open this server, such as https://desk.example.org: https, a host and perhaps a port, no path',
    )
    .optional(),
  HOEDE_OIDC_FILE: filePath(),
  HOEDE_GROUND_PATH: filePath(),
  HOEDE_BRT_TILES_URL: z
    .string()
    .trim()
    .refine(
      isTileTemplate,
      'where squares of the BRT are had, such as https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/standaard/EPSG:3857/{z}/{x}/{y}.png: https, without a name, with {z}, {x} and {y} each once',
    )
    .optional(),
  HOEDE_MAP_PATH: filePath(),
  HOEDE_AREAS_PATH: filePath(),
  HOEDE_POLICE_TIMES_PATH: filePath(),
  HOEDE_LOCATIESERVER_URL: z
    .string()
    .trim()
    .refine(
      isServiceUrl,
      'where a Locatieserver answers, such as https://api.pdok.nl/bzk/locatieserver/search/v3_1: https, without a name, a question or a fragment',
    )
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  HOEDE_DEMO_PERSON: z
    .enum(['yes', 'no'], { error: 'yes or no' })
    .default('no')
    .transform((text) => text === 'yes'),
  HOEDE_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform(splitList)
    .refine(
      (addresses) => addresses.every((text) => isIP(text.replace(/\/\d{1,3}$/, '')) !== 0),
      'IP addresses of proxies in front of this server, or blocks such as 10.1.0.0/16, separated by commas',
    ),
  HOEDE_OIN: z
    .string()
    .trim()
    .regex(/^\d{20}$/, 'an organisation identification number of twenty digits')
    .optional(),
  HOEDE_RETENTION_DAYS: z
    .string()
    .trim()
    .refine(
      (text) =>
        /^\d{1,4}$/.test(text) &&
        Number(text) >= retentionDaysMin &&
        Number(text) <= retentionDaysMax,
      `a whole number of days from ${retentionDaysMin} (fixes are taken up to ${retentionDaysMin - 1} days late) to ${retentionDaysMax}`,
    )
    .transform(Number)
    .default(retentionDaysDefault),
  HOEDE_QUIET_FIXES: z.enum(quietModes, { error: 'on, off or checked' }).default('on'),
  HOEDE_TWO_PEOPLE: z
    .enum(['staff', 'everybody'], { error: 'staff or everybody' })
    .default('staff'),
  HOEDE_MASTER_KEY: z
    .string()
    .trim()
    .regex(
      /^[0-9a-f]{64}(,[0-9a-f]{64})*$/i,
      '64 hexadecimal digits, made with openssl rand -hex 32; while it is exchanged, the new one, a comma and the former one',
    )
    .optional(),
  HOEDE_MASTER_KEY_FILE: filePath(),
  HOEDE_MASTER_KEY_COMMAND: z
    .string()
    .trim()
    .transform(readProgram)
    .refine(
      (program) => program.length > 0,
      'a list in JSON of a program with its path and what it is given, such as ["/usr/bin/kms", "decrypt"]',
    )
    .optional(),
  HOEDE_RECORD_KEY: z
    .string()
    .trim()
    .regex(/^[0-9a-f]{64}$/i, '64 hexadecimal digits, made with openssl rand -hex 32')
    .optional(),
  HOEDE_RECORD_KEY_FILE: filePath(),
  HOEDE_RECORD_WITNESS_PATH: filePath(),
  HOEDE_RECORD_WITNESS_URL: z
    .string()
    .trim()
    .refine((text) => isUrlOf(text, ['http:', 'https:']), 'an address of http or https')
    .optional(),
  HOEDE_WATCHDOG_SECONDS: z
    .string()
    .trim()
    .refine(
      (text) =>
        /^\d{1,3}$/.test(text) &&
        Number(text) >= watchdogSecondsMin &&
        Number(text) <= watchdogSecondsMax,
      `a whole number of seconds from ${watchdogSecondsMin} to ${watchdogSecondsMax}`,
    )
    .transform(Number)
    .default(watchdogSecondsDefault),
  HOEDE_EVALUATOR_THREAD: z
    .string()
    .trim()
    .refine((text) => text === 'yes' || text === 'no', 'yes or no')
    .transform((text) => text === 'yes')
    // On a single core two threads only take turns.
    .default(availableParallelism() > 1),
})

function refusal(faults: readonly string[]): StartError {
  const lines = faults.map((fault) => `  ${fault}`)
  return new StartError(
    'invalid-configuration',
    `The configuration cannot be used:\n${lines.join('\n')}`,
  )
}

function faultOfShortToken(adminToken: string | null, host: string): string | null {
  if (adminToken === null || adminToken.length >= adminTokenLengthAdvised) return null
  if (isLoopback(host)) return null
  return (
    `HOEDE_ADMIN_TOKEN: expected ${adminTokenLengthAdvised} characters or more, because HOEDE_HOST is ` +
    `${JSON.stringify(host)} and whoever reaches the port may guess, got ${adminToken.length} (not shown). ` +
    `Make one with ${makeTokenCommand}, or leave it out to have one made and printed`
  )
}

/**
 * On one machine. Passkeys belong to a name, and `127.0.0.1` is none: pages are opened at
 * `localhost`. Elsewhere only the configuration knows; without TLS a browser keeps no session.
 */
function originHere(host: string, port: number): string | null {
  return isLoopback(host) && port !== 0 ? `http://localhost:${port}` : null
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** Empty: it is none. No shell reads it, so that nothing in it is more than a word. */
function readProgram(text: string): readonly string[] {
  try {
    const words = JSON.parse(text) as unknown
    if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words
  } catch {
    // Told as what was expected.
  }
  return []
}

function describeValue(variable: string, value: string | undefined): string {
  if (value === undefined) return 'nothing'
  if (secretVariables.has(variable)) return `a value of ${value.length} characters (not shown)`
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)
}
