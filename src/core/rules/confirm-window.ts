import assert from 'node:assert/strict'

/**
 * How close together two fixes must be to confirm each other, when the second was recorded then.
 * Nearly always the last.
 */
export function findConfirmWindowMs(
  windows: ConfirmWindows,
  deviceSlot: number,
  atMs: number,
): number {
  const versions = windows[deviceSlot] ?? []
  for (let index = versions.length - 1; index > 0; index--) {
    const version = versions[index]
    if (version !== undefined && !(version.fromMs > atMs)) return version.windowMs
  }
  const [first] = versions
  assert(first !== undefined, 'a device of a case has a confirmation window')
  return first.windowMs
}

/**
 * The window that follows from the device's plan as it is from `fromMs` on. What was recorded
 * before stays judged by the plan of its time: a breach that was confirmed does not come undone by
 * a plan that changes later.
 */
export function addConfirmWindow(
  versions: readonly ConfirmWindow[],
  windowMs: number,
  fromMs: number,
): readonly ConfirmWindow[] {
  const last = versions.at(-1)
  if (last === undefined) return [{ fromMs: -Infinity, windowMs }]
  if (last.windowMs === windowMs) return versions
  // Two changes within one clock tick, or a clock that went back: the newest wins for that moment.
  const kept = fromMs <= last.fromMs ? versions.slice(0, -1) : versions
  const since = kept.length === 0 ? -Infinity : fromMs
  const newest = [...kept, { fromMs: since, windowMs }].slice(-versionsKeptMax)
  return newest.map((version, index) => (index === 0 ? { ...version, fromMs: -Infinity } : version))
}

/** By device slot, the oldest first; the first counts for everything before it too. */
export type ConfirmWindows = readonly (readonly ConfirmWindow[])[]

export type ConfirmWindow = { readonly fromMs: number; readonly windowMs: number }

/** A device's plan changes with its kind of supervision, not by the day. */
const versionsKeptMax = 16
