/** What a row of the journal holds, by its number in the table. */
export const journalKinds = {
  fixes: 1,
  deviceEvents: 2,
  registryChange: 3,
  outage: 4,
  turn: 5,
} as const
export type JournalKind = (typeof journalKinds)[keyof typeof journalKinds]
