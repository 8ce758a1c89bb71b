import { createPrivateKey, createPublicKey, randomBytes, type KeyObject } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { StartError } from './errors.ts'

/**
 * The key that heads of the record are signed with: the one configured, or one made at the first
 * start beside the data. Never in the database, whose owner could then sign what was rewritten.
 * The public half lies beside it, for whoever checks.
 */
export async function openRecordKey(given: string | null, dataDir: string): Promise<RecordKey> {
  if (given !== null) return keyOf(given)
  const file = path.join(dataDir, 'record-key')
  const found = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (found !== null) return keyOf(found.trim())
  const seed = randomBytes(seedBytes).toString('hex')
  const key = keyOf(seed)
  await writeFile(file, `${seed}\n`, { mode: 0o600, flag: 'wx' })
  await writeFile(`${file}.pub.pem`, publicPem(key))
  return key
}

export function publicPem({ publicKey }: Pick<RecordKey, 'publicKey'>): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

export type RecordKey = { readonly privateKey: KeyObject; readonly publicKey: KeyObject }

const seedBytes = 32
/** What comes before the seed of an Ed25519 key in PKCS 8 (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

function keyOf(seed: string): RecordKey {
  if (!/^[0-9a-f]{64}$/i.test(seed)) {
    throw new StartError(
      'invalid-configuration',
      'The key of the record is expected as 64 hexadecimal digits, as "openssl rand -hex 32" makes them.',
    )
  }
  const der = Buffer.concat([pkcs8Prefix, Buffer.from(seed, 'hex')])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return { privateKey, publicKey: createPublicKey(privateKey) }
}
