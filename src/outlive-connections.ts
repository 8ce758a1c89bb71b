import type pg from 'pg'

/**
 * Keeps this process alive when a connection breaks. The pool replaces one that was idle, and says
 * so to `onIdleError`. One that is in use tells its next statement; until then it tells nobody, and
 * an error that nobody hears ends a process.
 */
export function outliveConnections(pool: pg.Pool, onIdleError: (error: Error) => void): void {
  pool.on('error', onIdleError)
  pool.on('connect', (client) => client.on('error', () => undefined))
}
