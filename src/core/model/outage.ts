/** A stretch in which nothing could be received, by our clock: silence in it is ours, and says nothing of any device. */
export type Outage = { readonly fromMs: number; readonly untilMs: number }
