import type pg from 'pg'
import type { Assessor } from '../assess/answering/assessor.ts'
import type { Clock } from '../clock.ts'
import type { AppConfig } from '../config.ts'
import type { Limits } from '../core/model/limits.ts'
import type { KnownPlaces } from '../core/enforceability/ground.ts'
import type { Intake } from '../ingest/intake/intake.ts'
import type { AlertHub } from '../live/alert-hub.ts'
import type { Doorbell } from '../live/doorbell.ts'
import type { Log } from '../log.ts'
import type { IssuerSettings } from '../sign-in/issuer-settings.ts'
import type { SignInDeps } from '../sign-in/open-session.ts'
import type { Authenticator } from './door/auth.ts'
import type { BodyLimits } from './door/body-budget.ts'
import type { BodyReader } from './door/body-bytes.ts'
import type { CaseWalks } from './door/case-walks.ts'
import type { PartStats } from './metrics/part-metrics.ts'
import type { RateLimits } from './door/rate-limit.ts'

export type AppDeps = {
  readonly config: AppConfig
  readonly log: Log
  readonly clock: Clock
  /** Never goes back, unlike the clock on the wall. */
  readonly elapsedMs: () => number
  /** For what a person asks, by `request.db`: sees no row of anybody by itself. */
  readonly people: pg.Pool
  /** For what is nobody's own: who calls, what comes in, how we are. Sees every row. */
  readonly machinery: pg.Pool
  readonly limits: Limits
  readonly intake: Intake
  /** Whether what comes in to this process is stored; true where nothing can come in. */
  readonly isReceiving: () => boolean
  /** By how much the clock of what comes in is ahead of the database's; below 0: behind. */
  readonly clockAheadMs: () => number
  /**
   * Called after a registry change has committed, so that the evaluator reads the journal at once.
   */
  readonly onRegistryChanged: () => void
  readonly alertHub: AlertHub
  readonly doorbell: Pick<Doorbell, 'ring' | 'on'>
  /** Refused reports that the workers of this process no longer keep, by why. */
  readonly quarantineDropped: () => { readonly age: number; readonly count: number }
  /** `health` serves only health and metrics: what a process without the role `api` shows. */
  readonly surface: 'everything' | 'health'
  /** What the other parts of this process count, for the metrics. */
  readonly parts: PartStats
  readonly rateLimits: RateLimits
  /** The sign-in of the organisation; null: people sign in here. */
  readonly issuerSettings: IssuerSettings | null
  readonly bodyLimits: BodyLimits
  /** What is known of roads, buildings and municipalities. */
  readonly places: KnownPlaces
  /** Answers about bans, in no loop that somebody waits for. */
  readonly assessor: Assessor
  /** Answers to reports leave after a multiple of it; 0, in tests alone: at once. */
  readonly answerStepMs: number
}

/** What route files receive. */
export type RouteDeps = AppDeps & {
  readonly authenticator: Authenticator
  /** Slows whoever walks the register. */
  readonly caseWalks: CaseWalks
  /** What signing in needs; throws a 503 where nobody can sign in. */
  readonly signIn: () => Promise<SignInDeps>
  /** For routes that take something else than JSON. */
  readonly readBody: BodyReader
}
