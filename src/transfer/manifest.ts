import { sign, verify, type KeyObject } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { StartError } from '../errors.ts'
import type { RecordKey } from '../record-key.ts'

const fileSchema = z.object({
  /** Of a table, or `record`; it becomes part of a path. */
  name: z.string().regex(/^[a-z_]{1,40}$/),
  rowCount: z.int().min(0),
  /** Of the lines, not of the compressed file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
const idSchema = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const caseSchema = z.object({
  orderId: idSchema,
  organisationId: idSchema,
  files: z.array(fileSchema).readonly(),
})

/** What is in an export: written last, so that a folder without it is none. */
const manifestSchema = z.object({
  format: z.literal('hoede-export-1'),
  /** Of this one export, so that what it brings elsewhere can be told from what is of there. */
  exportId: idSchema,
  madeAt: z.string(),
  isEverything: z.boolean(),
  /** The last migration of the database that it is from. */
  migration: z.int(),
  cases: z.array(caseSchema).readonly(),
  /** Rows that no case has, so that nobody takes it for more than it is; null: one case. */
  inNoCase: z.record(z.string(), z.number()).readonly().nullable(),
})

export type ExportManifest = Readonly<z.infer<typeof manifestSchema>>
export type CaseManifest = Readonly<z.infer<typeof caseSchema>>
export type FileManifest = Readonly<z.infer<typeof fileSchema>>

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
  return parse(text)
}

/** A list that nobody signed may hold anything: its ids and names become paths and statements. */
function parse(text: string): ExportManifest {
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch (error) {
    throw refused(`${manifestName} cannot be read`, error)
  }
  const { success, data } = manifestSchema.safeParse(found)
  if (success) return data
  throw refused(`${manifestName} is not a list of this version`)
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
