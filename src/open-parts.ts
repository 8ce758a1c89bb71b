import type pg from 'pg'
import type { AppConfig, AppRole } from './config.ts'
import type { DatabaseUrls } from './database-urls.ts'
import { startEmbeddedPostgres } from './embedded-postgres/embedded.ts'
import type { Log } from './log.ts'
import { openMasterKeys } from './master-key.ts'
import type { MasterKeys } from './store/keys/master-keys.ts'
import { openDataKeys } from './store/keys/open-keys.ts'
import { storeRetentionTerms } from './store/cases/stored-terms.ts'
import { grantRoles, openPolicies } from './store/pg/grants.ts'
import { migrate } from './store/pg/migrate.ts'
import { refuseStrongLogin } from './store/pg/people-login.ts'
import { connect } from './store/pg/pool.ts'

/**
 * The database of a server, with a pool for each part that this process is: each with the rights
 * its work needs. Brought up to date by its owner where this process knows that login; else it has
 * been, or the server does not start. With one login for all the parts differ only by what their
 * connections say of themselves, which is told.
 */
export async function openParts(options: OpenPartsOptions): Promise<DatabaseParts> {
  const { config, log, onProgress, onStop } = options
  const urls = await findUrls(options)
  const masters = await openMasterKeys(config)
  const isOwnerKnown = urls.owner !== ''
  if (isOwnerKnown) await bringUpToDate(options, urls)
  const { keys, close } = await openDataKeys(firstUrl(urls, config.roles), { masters, log })
  onStop(close)
  const open = async (url: string, isForPeople = false): Promise<pg.Pool> => {
    const pool = await connect(url, { log, isForPeople, keys })
    onStop(() => pool.end())
    return pool
  }
  const has = (role: AppRole): boolean => config.roles.includes(role)
  const hasLogins = urls.api !== urls.owner
  const first = await open(firstUrl(urls, config.roles))
  const poolOf = async (role: AppRole, url: string): Promise<pg.Pool> =>
    hasLogins && has('api') && has(role) ? await open(url) : first
  const parts = {
    urls,
    masters,
    machineryUrl: firstUrl(urls, config.roles),
    machinery: first,
    evaluator: await poolOf('evaluator', urls.evaluator),
    worker: await poolOf('worker', urls.worker),
  }
  // A process that shows nothing to people has no use for a pool of theirs.
  if (!has('api')) return { ...parts, people: first }
  const people = await open(urls.api, true)
  await refuseStrongLogin(people, hasLogins)
  if (!hasLogins) {
    onProgress(oneLoginSentence)
    log.warn('one database login does everything')
  }
  return { ...parts, people }
}

export type DatabaseParts = {
  readonly urls: Required<DatabaseUrls>
  readonly masters: MasterKeys
  readonly machineryUrl: string
  /** Of what this process is first: taking in, else judging, else calling. */
  readonly machinery: pg.Pool
  readonly people: pg.Pool
  readonly evaluator: pg.Pool
  readonly worker: pg.Pool
}

type OpenPartsOptions = {
  readonly config: AppConfig
  readonly log: Log
  readonly onProgress: (sentence: string) => void
  readonly onStop: (close: () => Promise<unknown>) => void
}

const oneLoginSentence =
  "One database login does everything. Organisations are kept apart from each other's mistakes and from ours, " +
  'not from whoever can run statements as that login; docs/deployment.md says how to give each part its own.'

function firstUrl(urls: Required<DatabaseUrls>, roles: readonly AppRole[]): string {
  if (roles.includes('api')) return urls.intake
  return roles.includes('evaluator') ? urls.evaluator : urls.worker
}

async function bringUpToDate(
  { log, onProgress }: OpenPartsOptions,
  urls: Required<DatabaseUrls>,
): Promise<void> {
  const owner = await connect(urls.owner, { log, connectionCountMax: 1 })
  try {
    const { applied } = await migrate(owner)
    if (applied.length > 0) onProgress(`Brought the database up to date (${applied.length} steps).`)
    await storeRetentionTerms(owner)
    await (urls.api === urls.owner ? openPolicies(owner) : grantRoles(owner))
  } finally {
    await owner.end()
  }
}

async function findUrls(options: OpenPartsOptions): Promise<Required<DatabaseUrls>> {
  const { config, log, onProgress, onStop } = options
  if (config.databaseUrls !== null) return everyUrl(config.databaseUrls, '')
  if (config.databaseUrl !== null) return everyUrl({}, config.databaseUrl)
  onProgress(`Starting PostgreSQL in ${config.dataDir} …`)
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, log })
  onStop(() => postgres.stop())
  if (postgres.adopted)
    onProgress('Took over the PostgreSQL that a killed process had left running.')
  return {
    owner: postgres.urlOf('owner'),
    api: postgres.urlOf('api'),
    intake: postgres.urlOf('intake'),
    evaluator: postgres.urlOf('evaluator'),
    worker: postgres.urlOf('worker'),
    queue: postgres.urlOf('queue'),
    audit: postgres.urlOf('audit'),
    backup: postgres.urlOf('backup'),
  }
}

/** Configuration has seen to it that what this process needs is there. */
function everyUrl(urls: DatabaseUrls, otherwise: string): Required<DatabaseUrls> {
  return {
    owner: urls.owner ?? otherwise,
    api: urls.api ?? otherwise,
    intake: urls.intake ?? otherwise,
    evaluator: urls.evaluator ?? otherwise,
    worker: urls.worker ?? otherwise,
    queue: urls.queue ?? otherwise,
    audit: urls.audit ?? otherwise,
    backup: urls.backup ?? otherwise,
  }
}
