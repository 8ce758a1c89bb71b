import type { StoredFix } from '../../core/enforceability/reception-check.ts'

/** Positions in columns, which go to a thread without a copy of each. Not told is NaN. */
export type StoredPositions = { readonly columns: Float64Array; readonly intervalMs: number }

export function packFixes(fixes: readonly StoredFix[], intervalMs: number): StoredPositions {
  const columns = new Float64Array(fixes.length * columnCount)
  for (const [index, fix] of fixes.entries()) {
    const { recordedAtMs, receivedAtMs, longitude, latitude, accuracyMeters } = fix
    columns.set(
      [recordedAtMs, receivedAtMs, longitude, latitude, accuracyMeters ?? NaN],
      index * columnCount,
    )
  }
  return { columns, intervalMs }
}

export function readFixes({ columns }: StoredPositions): StoredFix[] {
  return Array.from({ length: columns.length / columnCount }, (_, index) => {
    const at = index * columnCount
    const accuracyMeters = columns[at + 4] ?? NaN
    return {
      recordedAtMs: columns[at] ?? NaN,
      receivedAtMs: columns[at + 1] ?? NaN,
      longitude: columns[at + 2] ?? NaN,
      latitude: columns[at + 3] ?? NaN,
      accuracyMeters: Number.isNaN(accuracyMeters) ? null : accuracyMeters,
    }
  })
}

const columnCount = 5
