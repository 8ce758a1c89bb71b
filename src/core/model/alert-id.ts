import assert from 'node:assert/strict'
import { hash } from 'node:crypto'

/**
 * The id an alert has because of its facts (RFC 9562 version 8): the first 48 bits are the start of
 * the episode, the rest a hash of what it is about. A replay after a crash arrives at the same id,
 * and ids sort by time.
 */
export function alertId(parts: readonly string[], startMs: number): string {
  assert(
    startMs >= 0 && startMs < 2 ** 48,
    'an episode starts after 1970 and before the year 10889',
  )
  const time = Math.floor(startMs).toString(16).padStart(12, '0')
  // Lengths are hashed too, so that no two lists of parts read the same.
  let content = `${startMs}`
  for (const part of parts) content += `|${part.length}:${part}`
  const digest = hash('sha256', content, 'hex')
  const variant = ((Number.parseInt(digest.charAt(3), 16) & 0x3) | 0x8).toString(16)
  const hashed = `8${digest.slice(0, 3)}-${variant}${digest.slice(4, 7)}-${digest.slice(7, 19)}`
  return `${time.slice(0, 8)}-${time.slice(8)}-${hashed}`
}

/** The start of the episode that the id was made of, in whole milliseconds. */
export function startOfAlert(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}
