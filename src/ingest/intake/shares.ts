import type { DeviceEvent, Fix } from '../../core/model/fix.ts'
import { isUrgent } from '../../core/model/urgent-event.ts'
import { createBuckets, type BucketSize } from './buckets.ts'
import type { Turn } from '../../store/journal/turns.ts'

/**
 * Says of each report of a request whether it is judged at its place, among what all others send
 * now, or in its sender's turn. In turn goes what was recorded long before, and all that a sender
 * sends beyond its share for as long as it does; never a cry for help, unless there are thousands.
 */
export function createShares(elapsedMs: () => number): Shares {
  const reports = createBuckets(reportShare, elapsedMs)
  const cries = createBuckets(cryShare, elapsedMs)
  return {
    place(senderId, entries) {
      const now: Turn = { senderId, lane: 'now' }
      const history: Turn = { senderId, lane: 'history' }
      const isCry = (entry: Fix | DeviceEvent): boolean => 'kind' in entry && isUrgent(entry.kind)
      const urgent = entries.filter(isCry)
      const current = entries.filter((entry) => !isCry(entry) && !isHistory(entry))
      const turnOfCries = cries.takeAll(senderId, urgent.length) ? null : now
      const turnOfCurrent = reports.takeAll(senderId, current.length) ? null : now
      return (entry) => {
        if (isCry(entry)) return turnOfCries
        return isHistory(entry) ? history : turnOfCurrent
      }
    },
  }
}

export type Shares = {
  /** Counts the reports of one request and gives the turn of each; null: at its place. */
  readonly place: (
    senderId: string,
    entries: readonly (Fix | DeviceEvent)[],
  ) => (entry: Fix | DeviceEvent) => Turn | null
}

/** Says nothing of where anybody is: what a device or a vendor kept while it could not send. */
const historyMs = 600_000

function isHistory({ recordedAtMs, receivedAtMs }: Fix | DeviceEvent): boolean {
  return receivedAtMs - recordedAtMs > historyMs
}

/**
 * Of each process that takes reports. Thirty thousand devices with a report every fifteen seconds,
 * and a tenth of what is judged in a second: ten senders may go to their limits together. Whoever
 * has more loses nothing but the place before everybody else's backlog.
 */
const reportShare: BucketSize = { perSecond: 2_000, burst: 4_000 }
const cryShare: BucketSize = { perSecond: 50, burst: 1_000 }
