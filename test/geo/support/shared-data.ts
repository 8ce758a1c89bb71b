import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { it } from 'vitest'

/** Recordings and vectors beside the project; tests on them say so when they are absent. */
export const sharedFolder =
  process.env['HOEDE_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../../../shared/data')

/**
 * A test on recordings: skipped with its reason in its name where they are absent, failing in CI.
 */
export function itWithSharedData(
  name: string,
  run: () => void | Promise<void>,
  timeoutMs = 30_000,
): void {
  if (existsSync(sharedFolder)) {
    it(name, run, timeoutMs)
  } else if (process.env['CI'] === undefined) {
    it.skip(`${name} (skipped: no shared data folder here)`, run)
  } else {
    it(name, () => {
      throw new Error('The shared data folder is absent and CI is set.')
    })
  }
}

export function readShared(path: string): string {
  return readFileSync(resolve(sharedFolder, path), 'utf8')
}

export function listShared(path: string): string[] {
  return readdirSync(resolve(sharedFolder, path)).sort()
}

/** Rows after the header, split at commas; none of these files has a comma within a field. */
export function readSharedCsv(path: string): string[][] {
  return readShared(path)
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
}
