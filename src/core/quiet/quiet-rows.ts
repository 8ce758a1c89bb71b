/*
 * What stands where in the numbers of an engine (`number-slab.ts`): four tables, one a thing.
 */

/** Places in the numbers of a dossier; what waits follows, packed as in the window. */
export const dossierRow = {
  /** The newest fix was recorded then. */
  lastMs: 0,
  /** So many fixes after the window the state has not read yet. */
  waitingCount: 1,
  /** So many may wait without a checkpoint due, and without forgetting. */
  waitingMax: 2,
  /** What is recorded from here on is judged by the newest version of every rule. */
  versionsFromMs: 3,
  /** Where the row of the offender is; those of the victims follow it. */
  offenderAt: 4,
  /** Where its rules of pairs are, in numbers, and how many. */
  pairsAt: 5,
  pairCount: 6,
  /** 1: it differs from its snapshot already. */
  isTouched: 7,
  /** What was under way for longer is judged in full. */
  ageMsMax: 8,
  /** Bits of those that wait: 1 where something goes on, and the fold judges it in full. */
  judgedBits: 9,
  /** What goes on is unchanged by fixes recorded before this (`going-on.ts`). */
  unchangedUntilMs: 10,
  /** When the first and the newest came of reports that were held up (`held-up.ts`); 0: none. */
  heldUpFirstMs: 11,
  heldUpNewestMs: 12,
  length: 13,
} as const

/** Places in the row of each person. */
export const personRow = {
  /** The device slot of the last sighting and one; 0: nothing of this person is quiet now. */
  device: 0,
  /** 1: the numbers of the sighting are those of now, and nothing doubtful stands beside it. */
  isSeen: 1,
  recordedAtMs: 2,
  longitude: 3,
  latitude: 4,
  accuracyMeters: 5,
  speedMetersPerSecond: 6,
  movedMeters: 7,
  /** Between these, borders left out, no ban is near. */
  west: 8,
  south: 9,
  east: 10,
  north: 11,
  /** No jamming and no contradiction bears on what is recorded after this. */
  clearAfterMs: 12,
  /** Of the sighting before, from which `movedMeters` is; -Infinity: there is none. */
  previousAtMs: 13,
  /** 1: nothing is wrong with the positions, and none too coarse to judge lie about a ban. */
  isClear: 14,
  /** Of the sighting before; NaN: there is none. */
  previousAccuracyMeters: 15,
  /** So far from the anchor nothing that goes on about areas changes; Infinity: none goes on. */
  reachMeters: 16,
  anchorLongitude: 17,
  anchorLatitude: 18,
  anchorAtMs: 19,
  /** By fixes that are no coarser than this. */
  sigmaMetersMax: 20,
  /** Slots, as bits, of the bans that the box leaves out of account. */
  openBits: 21,
  /** `findPace`; NaN: not known. */
  paceMetersPerSecond: 22,
  length: 23,
} as const

/** Places in the numbers of each rule of a pair. */
export const pairRow = {
  /** Where the row of the victim is. */
  victimAt: 0,
  approachMeters: 1,
  separationMeters: 2,
  /** 0: nothing goes on; 1: an approach does, and stays as it is; NaN: judged in full. */
  isApproached: 3,
  /** As near as this it would be told again; -1: never. */
  markMeters: 4,
  /** 1: that little time is left has been told. */
  isHurryTold: 5,
  /** No place that is kept of either is less sure than this. */
  sigmaMeters: 6,
  length: 7,
} as const

/** Places in the numbers of one dossier of a wearer. */
export const memberRow = {
  dossierAt: 0,
  personAt: 1,
  /** The device slot in that dossier and one. */
  device: 2,
  /** The first number of a packed fix, without its satellites (`packWho`). */
  who: 3,
  /** By which the dossier itself is found. */
  number: 4,
  length: 5,
} as const
