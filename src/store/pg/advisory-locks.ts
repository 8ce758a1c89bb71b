/**
 * The numbers of our advisory locks, in one place so that no two are the same. PostgreSQL
 * takes a bigint; the functions of the schema write `journal`, `alertEvents` and `holds`
 * themselves, and a test compares them.
 */
export const advisoryLocks = {
  migration: '7205759403792793600',
  /** Held from drawing a journal id to its commit. */
  journal: '7205759403792793601',
  alertEvents: '7205759403792793602',
  /** Held from looking at the ladder to the commit of another. */
  escalationLadder: '7205759403792793603',
  partitions: '7205759403792793610',
  storageLow: '7205759403792793620',
  /** Held from counting what a partner was told to the commit of more. */
  partnerNotices: '7205759403792793630',
  /** Held from looking at the last tally to the commit of another. */
  journalTally: '7205759403792793633',
  journalAltered: '7205759403792793636',
  unreadableOrders: '7205759403792793640',
  unusableKeys: '7205759403792793650',
  /** Held while a piece of a case is erased; shared by whoever puts a hold. */
  holds: '7205759403792793660',
  /** Held while a move is kept; shared by whoever makes a version of an order. */
  moves: '7205759403792793670',
  /** Plus the shard. */
  evaluator: '7205759403792793700',
  /** Plus the shard. */
  detectionBehind: '7205759403792793800',
  /** Plus the shard: shared by what its leader writes beside judging. */
  evaluatorBeside: '7205759403792793900',
} as const
