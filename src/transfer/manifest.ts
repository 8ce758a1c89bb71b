import { sign, verify, type KeyObject } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { StartError } from '../errors.ts'
import type { RecordKey } from '../record-key.ts'

/** What is in an export: written last, so that a folder without it is none. */
export type ExportManifest = {
  readonly format: 'hoede-export-1'
  /** Of this one export, so that what it brings elsewhere can be told from what is of there. */
  readonly exportId: string
  readonly madeAt: string
  readonly isEverything: boolean
  /** The last migration of the database that it is from. */
  readonly migration: number
  readonly cases: readonly CaseManifest[]
  /** Rows that no case has, so that nobody takes it for more than it is; null: one case. */
  readonly inNoCase: Readonly<Record<string, number>> | null
}

export type CaseManifest = {
  readonly orderId: string
  readonly organisationId: string
  readonly files: readonly FileManifest[]
}

export type FileManifest = {
  /** Of a table, or `record`. */
  readonly name: string
  readonly rowCount: number
  /** Of the lines, not of the compressed file. */
  readonly sha256: string
}

export const manifestName = 'export.json'
const signatureName = 'export.sig'

export function fileOfCase(folder: string, orderId: string, name: string): string {
  return path.join(folder, 'cases', orderId, `${name}.ndjson.gz`)
}

export async function writeManifest(
  folder: string,
  manifest: ExportManifest,
  key: RecordKey | null,
): Promise<void> {
  const text = `${JSON.stringify(manifest, null, 1)}\n`
  if (key !== null) {
    const signature = sign(null, Buffer.from(text), key.privateKey).toString('base64')
    await writeWhole(path.join(folder, signatureName), `${signature}\n`)
  }
  await writeWhole(path.join(folder, manifestName), text)
}

/** Refuses what is not signed by `key`; null: whoever asked takes it unsigned. */
export async function readManifest(folder: string, key: KeyObject | null): Promise<ExportManifest> {
  const text = await read(path.join(folder, manifestName))
  if (key !== null) {
    const signature = Buffer.from(await read(path.join(folder, signatureName)), 'base64')
    if (!verify(null, Buffer.from(text), key, signature))
      throw refused(`${manifestName} is not signed by that key`)
  }
  const manifest = parse(text)
  for (const { orderId, organisationId, files } of manifest.cases) {
    // They become parts of paths and statements.
    if (![orderId, organisationId].every((id) => uuidPattern.test(id)))
      throw refused('a case has no id')
    if (!files.every(({ name }) => /^[a-z_]{1,40}$/.test(name)))
      throw refused(`case ${orderId} names a file that no export has`)
  }
  if (!uuidPattern.test(manifest.exportId)) throw refused('it has no id')
  return manifest
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function parse(text: string): ExportManifest {
  try {
    const manifest = JSON.parse(text) as ExportManifest
    if (manifest.format === 'hoede-export-1' && Array.isArray(manifest.cases)) return manifest
  } catch (error) {
    throw refused(`${manifestName} cannot be read`, error)
  }
  throw refused('it was made by a newer version')
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw refused(`there is no readable ${path.basename(file)}`, error)
  }
}

export function refused(what: string, cause?: unknown): StartError {
  return new StartError('data-folder-unusable', `The export cannot be used: ${what}.`, cause)
}

async function writeWhole(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
