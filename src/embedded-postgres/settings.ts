/**
 * What any server that holds our record runs with, the one of docker-compose.yml too: commits that
 * are on disk, and a log without statements and their parameters, which hold positions.
 */
export const recordSettings = {
  synchronous_commit: 'on',
  fsync: 'on',
  full_page_writes: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  // Terse leaves out DETAIL, which quotes the values of a row that was refused.
  log_error_verbosity: 'terse',
  log_connections: '',
  log_disconnections: 'off',
  password_encryption: 'scram-sha-256',
} as const

/**
 * What holds on to a line that nobody is at any more is given back within half a minute; by
 * themselves servers look after two hours. The last ends a statement whose asker is gone.
 */
export const lineSettings = {
  tcp_keepalives_idle: '5',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '20s',
  client_connection_check_interval: '5s',
} as const

/**
 * Given on the command line of every start, where no older file in the folder can override them.
 */
export const baseSettings = {
  ...recordSettings,
  // Windows cannot do the last of them, and its server would not start.
  ...(process.platform === 'win32' ? {} : lineSettings),
  logging_collector: 'on',
  log_directory: 'log',
  // One file per weekday, overwritten after a week, bounds the log.
  log_filename: 'postgresql-%a.log',
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
  log_rotation_size: '0',
} as const
