import { pino } from 'pino'
import type { Log } from '../../src/log.ts'

export function createSilentLog(): Log {
  return pino({ level: 'silent' })
}
