import type { Effect } from '../model/alert.ts'
import type { Case } from './dossier-state.ts'
import { refold } from './dossier.ts'
import { readRecordedAt } from '../fixes/fix-window.ts'

/**
 * Takes in that a device suspected jamming, whenever it says so. The fixes recorded about then are judged again, so
 * that it makes no difference which of the two we heard first.
 */
export function applyJammingToCase(
  item: Case,
  deviceSlot: number,
  recordedAtMs: number,
  learnedAtMs: number,
  nowMs: number,
): Effect[] {
  const { jammedAtMs, limits } = item.context
  const known = jammedAtMs[deviceSlot]!
  if (known.includes(recordedAtMs)) return []
  jammedAtMs[deviceSlot] = [...known, recordedAtMs]
    .toSorted((one, other) => one - other)
    .slice(-limits.jammedEventCountMax)
  const fromMs = recordedAtMs - limits.jammedBeforeMs
  if (fromMs <= item.evictedMs) {
    return [{ type: 'rejudge-needed', offenderId: item.offenderId, fromMs }]
  }
  const { window } = item
  let place = window.count
  while (place > 0 && readRecordedAt(window, place - 1) >= fromMs) place--
  return place === window.count ? [] : refold(item, place, learnedAtMs, nowMs)
}
