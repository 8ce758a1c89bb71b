import { createHmac } from 'node:crypto'
import { StartError } from '../../errors.ts'
import { openBytes, sealBytes } from './sealed-bytes.ts'

/**
 * The first wraps, all of them open: so a new one is brought in while the former is still needed.
 * 64 hexadecimal digits each, separated by commas.
 */
export function readMasterKeys(text: string): MasterKeys {
  const parts = text.trim().split(',')
  if (!parts.every((part) => /^[0-9a-f]{64}$/i.test(part))) {
    throw new StartError(
      'invalid-configuration',
      'The master key is expected as 64 hexadecimal digits, as "openssl rand -hex 32" makes them; while it is exchanged, the new one, a comma and the former one.',
    )
  }
  const keys = parts.map((part) => masterOf(Buffer.from(part, 'hex')))
  return {
    text: text.trim(),
    first: keys[0] ?? masterOf(Buffer.alloc(0)),
    find: (id) => keys.find((key) => key.id === id) ?? null,
  }
}

export type MasterKeys = {
  /** As it was given, for a thread of ours. */
  readonly text: string
  readonly first: MasterKey
  readonly find: (id: string) => MasterKey | null
}

export type MasterKey = {
  /** Says which one it is, and nothing about it. */
  readonly id: string
  readonly wrap: (about: string, key: Buffer) => Buffer
  readonly unwrap: (about: string, wrapped: Buffer) => Buffer | null
}

function masterOf(bytes: Buffer): MasterKey {
  return {
    id: createHmac('sha256', bytes).update('which master key').digest('hex').slice(0, 16),
    wrap: (about, key) => sealBytes(bytes, about, key),
    unwrap: (about, wrapped) => openBytes(bytes, about, wrapped),
  }
}
