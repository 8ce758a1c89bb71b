/** Committed events in order of sequence, already in the words of the stream. */
export type AlertEventSource = {
  readonly read: (afterSequence: number, limit: number) => Promise<readonly StreamEvent[]>
  readonly last: () => Promise<number>
}

export type StreamEvent = {
  readonly sequence: number
  readonly data: string
  readonly concerns: Concerned
}

/**
 * Whom an event concerns. One reader reads for all streams, so each asks whether it may pass it on.
 */
type Concerned = {
  /** Null: of no case, as that a vendor is silent. */
  readonly organisationId: string | null
  readonly vendorId: string | null
  readonly protectionOrderId: string | null
}

/** Asked for each event anew: what somebody may hear changes while they listen. */
export type MayHear = (concerned: Concerned) => boolean
