import type { CommitTicket, GroupCommit, OpenGroup } from './group-commit.ts'
import type { Turn, TurnLane } from '../../store/journal/turns.ts'
import { committedGroupId, type RecentEntries } from './recent-entries.ts'
import { pushAll } from '../../core/model/lists.ts'

/**
 * Takes the entries of one request, of one sender, that are new and resolves once all of them, and
 * everything they were found to double, is committed. A double of an entry that is still on its way
 * is not acknowledged on trust: when that commit fails it was no double, and is taken after all.
 */
export async function submitToLane<Entry extends { readonly deviceId: string }>(
  lane: Lane<Entry>,
  entries: readonly Entry[],
  turnOf: (entry: Entry) => Turn | null = () => null,
): Promise<LaneResult> {
  let rest = entries
  let acceptedCount = 0
  for (;;) {
    do {
      // What an append brought that was not answered may be in the journal, and is known then.
      while (lane.isToRecall()) await lane.recall()
      if (lane.admit !== null) rest = await lane.admit(rest)
    } while (lane.isToRecall())
    const round = enqueue(lane, rest, turnOf)
    // All of them, so that nothing of a request is on its way any more once it has failed.
    const settled = await Promise.allSettled(round.own.map(({ done }) => done))
    const failed = settled.find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
    acceptedCount += round.pushedCount
    const orphans: Entry[] = []
    for (const [ticket, doubles] of round.doublesOfOthers) {
      if (!(await isCommitted(ticket))) pushAll(orphans, doubles)
    }
    if (orphans.length === 0)
      return { acceptedCount, duplicateCount: entries.length - acceptedCount }
    rest = orphans
  }
}

export type Lane<Entry> = {
  readonly groups: GroupCommit<Entry>
  readonly recent: RecentEntries<Entry>
  /** Nobody knows what became of an append. */
  readonly isToRecall: () => boolean
  /** Remembers what became of it. */
  readonly recall: () => Promise<void>
  /** The entries as they are looked for among what is remembered by now; null: as they came. */
  readonly admit: ((entries: readonly Entry[]) => Promise<readonly Entry[]>) | null
}

export type LaneResult = { readonly acceptedCount: number; readonly duplicateCount: number }

type Round<Entry> = {
  /** The groups that took the new entries, one for each turn. */
  readonly own: readonly CommitTicket[]
  readonly pushedCount: number
  readonly doublesOfOthers: ReadonlyMap<CommitTicket, Entry[]>
}

/**
 * Synchronous from end to end, so that no other request can come between the look and the memory.
 */
function enqueue<Entry extends { readonly deviceId: string }>(
  lane: Lane<Entry>,
  entries: readonly Entry[],
  turnOf: (entry: Entry) => Turn | null,
): Round<Entry> {
  const own = new Map<TurnLane | null, OpenGroup<Entry>>()
  const ownIds = new Set<number>()
  const doublesOfOthers = new Map<CommitTicket, Entry[]>()
  let pushedCount = 0
  for (const entry of entries) {
    const knownIn = lane.recent.find(entry.deviceId, entry)
    if (knownIn === null) {
      const turn = turnOf(entry)
      let group = own.get(turn?.lane ?? null)
      if (group === undefined) {
        group = lane.groups.open(entries.length, turn)
        own.set(turn?.lane ?? null, group)
        ownIds.add(group.id)
      }
      lane.recent.add(entry.deviceId, entry, group.id)
      group.push(entry)
      pushedCount += 1
      continue
    }
    // A double of its own group shares that group's fate, which the request awaits anyhow.
    const ticket =
      knownIn === committedGroupId || ownIds.has(knownIn)
        ? null
        : lane.groups.findUncommitted(knownIn)
    if (ticket === null) continue
    const doubles = doublesOfOthers.get(ticket)
    if (doubles === undefined) doublesOfOthers.set(ticket, [entry])
    else doubles.push(entry)
  }
  return { own: [...own.values()], pushedCount, doublesOfOthers }
}

async function isCommitted(ticket: CommitTicket): Promise<boolean> {
  // The failure itself belongs to the request that brought the entry; here it is only an answer.
  return await ticket.done.then(
    () => true,
    () => false,
  )
}
