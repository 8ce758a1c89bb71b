import type { Effect } from '../model/alert.ts'
import { catchUp } from '../quiet/trail.ts'
import type { Dossier, Moment } from './dossier-state.ts'
import { refold } from './dossier.ts'
import { readRecordedAt } from '../fixes/fix-window.ts'

/**
 * Takes in that a device suspected jamming, whenever it says so. The fixes recorded about then are
 * judged again, so that it makes no difference which of the two we heard first.
 */
export function applyJammingToDossier(
  dossier: Dossier,
  deviceSlot: number,
  recordedAtMs: number,
  moment: Moment,
): Effect[] {
  const { jammedAtMs, limits } = dossier.context
  const known = jammedAtMs[deviceSlot] ?? []
  catchUp(dossier.trail, dossier.context)
  if (known.includes(recordedAtMs)) return []
  jammedAtMs[deviceSlot] = [...known, recordedAtMs]
    .toSorted((one, other) => one - other)
    .slice(-limits.jammedEventCountMax)
  const fromMs = recordedAtMs - limits.jammedBeforeMs
  if (fromMs <= dossier.evictedMs) {
    return [{ type: 'rejudge-needed', offenderId: dossier.offenderId, fromMs }]
  }
  const { window } = dossier
  let place = window.count
  while (place > 0 && readRecordedAt(window, place - 1) >= fromMs) place--
  return place === window.count ? [] : refold(dossier, place, moment)
}
