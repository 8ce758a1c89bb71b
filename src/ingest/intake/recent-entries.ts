/**
 * What a device sent of late, so that a second sending is recognised. It remembers which commit
 * group brought each entry: while that group is not committed the entry proves nothing yet.
 */
export type RecentEntries<Entry> = {
  /** Whether the device's past was loaded since the process started. */
  readonly isPrimed: (deviceId: string) => boolean
  readonly markPrimed: (deviceId: string) => void
  /**
   * The group that brought an equal entry (`committedGroupId` when read
   * back from storage), or null.
   */
  readonly find: (deviceId: string, entry: Entry) => number | null
  readonly add: (deviceId: string, entry: Entry, groupId: number) => void
  /** Takes back what a group that failed had brought for this device. */
  readonly forget: (deviceId: string, groupId: number) => void
  readonly deviceCount: () => number
  readonly entryCount: () => number
}

/** Group id of entries that are known to be committed from the start. Real groups count from 1. */
export const committedGroupId = 0
