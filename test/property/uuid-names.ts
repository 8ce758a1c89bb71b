import { hash } from 'node:crypto'

/**
 * Devices as they are named in service: by uuids, most of them; some by the same bits as another
 * one, and not in the same letters, which is another name.
 */
export function nameByUuid(name: string): string {
  const digits = hash('sha256', name, 'hex')
  const isAsOther = name.endsWith('-2') && digits.charAt(63) < '4'
  const bits = isAsOther ? hash('sha256', name.slice(0, -2), 'hex') : digits
  const uuid = bits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
  if (isAsOther) return `{${uuid}}`
  return digits.charAt(62) < '2' ? uuid.toUpperCase() : uuid
}
