import type { DeviceEvent, Fix } from '../../core/model/fix.ts'
import type { BacklogBound } from './backlog-bound.ts'
import { submitToLane, type Lane, type LaneResult } from './lane.ts'
import type { Pace } from './pace.ts'
import type { Shares } from './shares.ts'

/** Puts the new entries of one sender into the journal, each at its place or in its turn. */
export async function submit<Entry extends Fix | DeviceEvent>(
  { shares, backlog, pace }: Bounds,
  lane: Lane<Entry>,
  sender: Sender,
  entries: readonly Entry[],
): Promise<LaneResult> {
  const senderId = senderIdOf(sender)
  const turnOf = shares.place(senderId, entries)
  const inTurnCount = entries.filter((entry) => turnOf(entry) !== null).length
  if (inTurnCount > 0) backlog.note(senderId, inTurnCount)
  pace.note(senderId, inTurnCount)
  return await submitToLane(lane, entries, turnOf)
}

/** Resolves when the sender may be answered; what it sent has cost reading, taken or not. */
export async function holdAnswer(
  { pace }: Bounds,
  request: { readonly sender: Sender; readonly bodyByteCount?: number },
): Promise<void> {
  const senderId = senderIdOf(request.sender)
  pace.noteBytes(senderId, request.bodyByteCount ?? 0)
  await pace.hold(senderId)
}

export type Bounds = {
  readonly shares: Shares
  readonly backlog: BacklogBound
  readonly pace: Pace
}

/** A vendor names devices by serial number, its own only; a phone's token stands for one device. */
export type Sender =
  | { readonly type: 'vendor'; readonly vendorId: string }
  | { readonly type: 'device'; readonly deviceId: string }

/** Who waits in one queue, and has one share. */
export function senderIdOf(sender: Sender): string {
  return sender.type === 'vendor' ? sender.vendorId : sender.deviceId
}
