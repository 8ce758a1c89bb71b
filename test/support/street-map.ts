import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StreetMap } from '../../src/core/roads/street-map.ts'
import { importExtract } from '../../src/map/import/import-extract.ts'
import { indexMap } from '../../src/map/index-map.ts'
import { writeExtract, type DrawnExtract } from './write-extract.ts'

/** The map of a drawn extract, by way of its file. */
export async function mapOf(drawn: DrawnExtract): Promise<StreetMap> {
  return await withFile(writeExtract(drawn), async (path) => {
    const { map } = await importExtract(path, {})
    return indexMap('drawn', map)
  })
}

/** Gives the bytes as a file that is gone afterwards. */
export async function withFile<T>(
  bytes: Uint8Array,
  use: (path: string, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'hoede-map-'))
  try {
    const path = join(folder, 'extract.osm.pbf')
    await writeFile(path, bytes)
    return await use(path, folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
