/**
 * Every code this program answers or fails with: what it is called, which HTTP status carries it,
 * and the sentence. `status` is null for codes that name one element of a batch or an internal
 * failure and never the status of a whole answer.
 */
export const errorCodes = {
  // The request as a whole.
  'invalid-request': { status: 400, sentence: 'The request does not have the expected shape.' },
  'invalid-json': { status: 400, sentence: 'The body is not well-formed JSON.' },
  'invalid-url': { status: 400, sentence: 'The address of the request cannot be read.' },
  'invalid-header': { status: 400, sentence: 'A header of the request cannot be used.' },
  'malformed-http': { status: 400, sentence: 'The request is not well-formed HTTP.' },
  'invalid-cursor': { status: 400, sentence: 'The cursor was not made by this collection.' },
  'forbidden-property': {
    status: 400,
    sentence: 'The body holds a property name that is never allowed.',
  },
  'nothing-accepted': { status: 400, sentence: 'None of the elements could be taken.' },
  unauthenticated: { status: 401, sentence: 'A valid bearer token or session is required.' },
  'sign-in-refused': {
    status: 401,
    sentence: 'Signing in was refused: something of what was given is not right.',
  },
  forbidden: { status: 403, sentence: 'The role of this caller may not do this.' },
  'step-up-required': {
    status: 403,
    sentence: 'This act needs a fresh proof of who you are, given for it.',
  },
  'not-found': { status: 404, sentence: 'There is nothing here.' },
  'method-not-allowed': { status: 405, sentence: 'This address does not answer to this method.' },
  'request-timeout': { status: 408, sentence: 'The request did not arrive in time.' },
  conflict: { status: 409, sentence: 'The request contradicts what is already there.' },
  'already-exists': { status: 409, sentence: 'Something with this name already exists.' },
  'alert-already-closed': { status: 409, sentence: 'The alert has been closed before.' },
  'link-needs-code': {
    status: 403,
    sentence: 'This link opens with the code of a second administrator.',
  },
  'link-unusable': {
    status: 410,
    sentence: 'This link is used up, over, or was never made: ask an administrator for another.',
  },
  'version-mismatch': { status: 412, sentence: 'The resource has been changed in the meantime.' },
  'body-too-large': { status: 413, sentence: 'The body is larger than is accepted.' },
  'inflated-body-too-large': {
    status: 413,
    sentence: 'The body is larger than is accepted once it is decompressed.',
  },
  'uri-too-long': { status: 414, sentence: 'The address of the request is too long.' },
  'unsupported-media-type': {
    status: 415,
    sentence: 'The body is not of a media type accepted here.',
  },
  'unsupported-encoding': {
    status: 415,
    sentence: 'The body is compressed in a way that is not accepted here.',
  },
  'unknown-reference': {
    status: 400,
    sentence: 'The request names something that is not registered.',
  },
  'expectation-failed': { status: 417, sentence: 'The expectation cannot be met.' },
  'rate-limited': { status: 429, sentence: 'This client sends more than it may.' },
  'headers-too-large': { status: 431, sentence: 'The headers are larger than is accepted.' },
  'internal-error': { status: 500, sentence: 'Something broke here; it has been recorded.' },
  overloaded: { status: 503, sentence: 'More arrives than can be stored; send it again later.' },
  unavailable: {
    status: 503,
    sentence: 'A part that is needed is not available; try again later.',
  },
  'shutting-down': { status: 503, sentence: 'This process is stopping; send it again.' },

  // What can be wrong with one element of a batch is listed in src/ingest/intake/refusals.ts.

  // Failures of the machinery.
  'invalid-configuration': { status: null, sentence: 'The configuration cannot be used.' },
  'database-unavailable': { status: 503, sentence: 'The database does not answer.' },
  'database-lossy': {
    status: null,
    sentence:
      'The database may lose what it has acknowledged (synchronous_commit, fsync or full_page_writes is off).',
  },
  'schema-newer-than-code': {
    status: null,
    sentence: 'The database has been migrated by a newer version of this program.',
  },
  'migration-changed': {
    status: null,
    sentence: 'A migration that was already applied has been changed afterwards.',
  },
  'migration-failed': { status: null, sentence: 'A migration could not be applied.' },
  'schema-behind-code': { status: null, sentence: 'The database has not been migrated yet.' },
  'journal-corrupt': { status: null, sentence: 'A row of the journal cannot be read.' },
  'embedded-missing': {
    status: null,
    sentence: 'The embedded PostgreSQL is not installed.',
  },
  'database-login-too-strong': {
    status: null,
    sentence: 'The database login for what people ask is held by no policy.',
  },
  'embedded-failed': { status: null, sentence: 'The embedded PostgreSQL could not be started.' },
  'data-folder-in-use': { status: null, sentence: 'Another process uses the data folder.' },
  'data-folder-newer': {
    status: null,
    sentence: 'The data folder was made by a newer version of PostgreSQL.',
  },
  'data-folder-older': {
    status: null,
    sentence: 'The data folder was made by an older version of PostgreSQL.',
  },
  'data-folder-unusable': { status: null, sentence: 'The data folder cannot be used.' },
  'disk-full': { status: 503, sentence: 'The disk is full.' },
  'port-in-use': { status: null, sentence: 'The port is used by another program.' },
} as const satisfies Record<string, { readonly status: number | null; readonly sentence: string }>

export type ErrorCode = keyof typeof errorCodes

/**
 * One thing wrong with a request. `pointer` is a JSON pointer into the body, or null when
 * it is not about the body.
 */
export type Fault = {
  readonly pointer: string | null
  readonly code: string
  readonly detail: string
}

/** What came in is refused: answered with a 4xx, all faults listed, never stored as if valid. */
export class RefusedInput extends Error {
  override readonly name = 'RefusedInput'
  readonly code: ErrorCode
  readonly status: number
  readonly faults: readonly Fault[]
  /** After which the same may be sent again; null: nothing is known of that. */
  readonly retryAfterSeconds: number | null

  constructor(
    code: ErrorCode,
    detail: string | null = null,
    faults: readonly Fault[] = [],
    retryAfterSeconds: number | null = null,
  ) {
    super(detail ?? errorCodes[code].sentence)
    this.code = code
    this.status = errorCodes[code].status ?? 400
    this.faults = faults
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** A part of the machinery failed. Retried by whoever owns the work, and counted. */
export class OperatingError extends Error {
  override readonly name: string = 'OperatingError'
  readonly code: ErrorCode
  readonly status: number

  constructor(code: ErrorCode, detail: string | null = null, cause?: unknown) {
    super(detail ?? errorCodes[code].sentence, cause === undefined ? undefined : { cause })
    this.code = code
    this.status = errorCodes[code].status ?? 500
  }
}

/**
 * The program cannot start as it is configured. The message is for the person who configures it.
 */
export class StartError extends OperatingError {
  override readonly name = 'StartError'
}

/**
 * A stored row that does not read back. The work stops there: skipping it would lose fixes unseen.
 */
export class CorruptJournal extends OperatingError {
  override readonly name = 'CorruptJournal'

  constructor(detail: string, cause?: unknown) {
    super('journal-corrupt', detail, cause)
  }
}
