import type { AlertDraft, AlertPriority } from '../model/alert.ts'
import { alertId } from '../model/alert-id.ts'
import { draftAlert } from '../model/draft-alert.ts'
import type { Limits } from '../model/limits.ts'

/** The alert that something runs out in which we keep what was acknowledged, or work. */
export function draftStorageLow(limits: Limits, low: StorageLow, atMs: number): AlertDraft {
  const { store, priority, hoursLeft, freeBytes } = low
  return draftAlert(limits, {
    id: alertId(['storage-low', store, priority], atMs),
    kind: 'storage-low',
    priority,
    occurredAtMs: atMs,
    learnedAtMs: atMs,
    facts: { store, hoursLeft, freeBytes },
  })
}

export type StorageLow = {
  readonly store: WatchedStore
  readonly priority: AlertPriority
  /** By how fast it went; null: by what is left alone. */
  readonly hoursLeft: number | null
  /** Of the disk; null for the others. */
  readonly freeBytes: number | null
}

export const watchedStores = ['disk', 'connections', 'sequences', 'partitions'] as const
export type WatchedStore = (typeof watchedStores)[number]
