import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import type { ConfirmWindows } from '../rules/confirm-window.ts'
import { findConfirmWindowMs } from '../rules/confirm-window.ts'

/** How often the devices of the people report. */
export type Plans = { readonly limits: Limits; readonly confirmWindows: ConfirmWindows }

/**
 * How long a doubted position of this device is a witness: for some minutes, and for some reports
 * of a plan that is slower, or true and false positions in turn would be strangers to each other.
 */
export function findWitnessMs(fix: CaseFix, { limits, confirmWindows }: Plans): number {
  const windowMs = findConfirmWindowMs(confirmWindows, fix.deviceSlot, fix.recordedAtMs)
  return Math.max(limits.witnessMsMax, limits.witnessWindowsFactor * windowMs)
}

/** The plan of the device, as it was when the fix was recorded. */
export function findIntervalMs(fix: CaseFix, { limits, confirmWindows }: Plans): number {
  const windowMs = findConfirmWindowMs(confirmWindows, fix.deviceSlot, fix.recordedAtMs)
  return windowMs / limits.confirmIntervalFactor
}

/** For so long the plan of its device lets two fixes be apart that a path joins. */
export function findPathMsMax(to: CaseFix, plans: Plans): number {
  const { limits } = plans
  return Math.max(limits.passageGapMsMax, limits.passageIntervalsMax * findIntervalMs(to, plans))
}
