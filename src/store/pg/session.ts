import type pg from 'pg'
import { attachKeys } from '../keys/keys-of.ts'
import type { DataKeys } from '../keys/data-keys.ts'

/** What every connection is given before it is handed out. */
export async function prepareSession(
  client: pg.ClientBase,
  { keys, isForPeople = false }: { readonly keys?: DataKeys; readonly isForPeople?: boolean },
): Promise<void> {
  attachKeys(client, keys)
  await holdDurability(client, isForPeople ? '' : 'machinery')
  // A server on a system that cannot do one of these says so; then lines are watched as before.
  for (const statement of watchLine) await client.query(statement).catch(() => undefined)
}

/**
 * The server's side of the line, which by default looks after two hours: what a vanished machine
 * held is given back within half a minute, and a statement whose asker is gone ends.
 */
const watchLine = [
  `select set_config(name, setting, false) from (values ('tcp_keepalives_idle', '5'),
     ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3')) as line(name, setting)`,
  `set tcp_user_timeout = '20s'`,
  `set client_connection_check_interval = '5s'`,
]

/**
 * For a connection whose transactions lock what others wait for: one in which nothing is asked for
 * so long is undone, as its holder does not live.
 */
export async function boundIdleTransactions(client: pg.ClientBase): Promise<void> {
  await client.query(`set idle_in_transaction_session_timeout = '60s'`)
}

/**
 * Set for the session, which neither a change of the role or database nor a reload of the
 * server overrides. A stricter choice than `on` stays; the pool waits for this before it
 * hands the connection out.
 */
async function holdDurability(client: pg.ClientBase, part: string): Promise<void> {
  await client.query(
    `select set_config('synchronous_commit',
              case current_setting('synchronous_commit') when 'off' then 'on'
                   else current_setting('synchronous_commit') end, false),
            set_config('hoede.part', $1, false)`,
    [part],
  )
}
