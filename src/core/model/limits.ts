import type { EscalationStep } from './registry.ts'

/**
 * Every threshold of detection, with its unit in its name and its reason beside it.
 * Versioned: an alert stores `version`, so an old decision can be explained by the numbers it was made with.
 */
export const defaultLimits = {
  version: '2026-11-3',

  /** Radius assumed when the device sends none: GNSS with a good geometry, and anything else (NIJ 1004.00 bands). */
  accuracyMetersGnssGood: 10,
  accuracyMetersUnknown: 30,
  /** A network position that names no radius: cells reach from hundreds of metres to kilometres. Too poor by itself. */
  accuracyMetersNetworkUnknown: 1000,
  /** HDOP at or below which a GNSS fix counts as good geometry. */
  hdopGoodMax: 2,
  /** Phones claim 3 m indoors and lie; below this nothing is gained and corners become knife edges. */
  accuracyMetersFloor: 5,
  /** Positions of this radius and more, mostly of networks, may open a question, never open or clear a breach alone. */
  accuracyMetersTooPoorMin: 500,

  /** A single fix this sure opens a breach. */
  breachProbabilitySingle: 0.95,
  /** Two fixes this sure within the confirmation window open one too. */
  breachProbabilityRepeated: 0.5,
  /** The same of somebody at rest this long: a receiver drifts for minutes, so two of its fixes err together. */
  breachProbabilityAtRest: 0.8,
  breachRestMsMin: 900_000,
  confirmWindowMs: 60_000,
  /** Approach is raised early: one fix that is more likely than not inside the band. */
  approachProbability: 0.5,

  /** Leaving needs this margin outside, or twice the accuracy, whichever is more. */
  clearMarginMeters: 50,
  clearMarginAccuracyFactor: 2,
  clearFixCountMin: 2,
  clearDwellMs: 60_000,

  /** Fastest plausible mover on land (300 km/h train, rounded up). Above it a jump is a teleport. */
  plausibleSpeedMetersPerSecondMax: 90,
  /** An airliner with the wind behind it. So fast is believed only of three fixes that move on evenly. */
  flightSpeedMetersPerSecondMax: 350,
  /** Nothing older than this takes part in belief. Well within what is read again when an old fix comes in. */
  beliefMemoryMsMax: 3_600_000,
  /** A position given again counts as a jump back from this far on; nearer, people do turn round. */
  staleJumpMetersMin: 200,
  /** A position given again and held this long is where the person is: a device at rest measures once. */
  staleDoubtMsMax: 60_000,
  /** Identical positions are frozen once the device says it went this far (and twice its radius) meanwhile, */
  frozenMetersMin: 100,
  /** over this many steps in a row, each at a speed that no receiver at rest shows for long. */
  frozenMoveCountMin: 2,
  frozenSpeedMetersPerSecondMin: 2,
  /** Exchanged coordinates must come out this near the last sighting, whatever time has passed. */
  mirrorMetersMax: 10_000,
  /** Positions this long before and after a device suspects jamming are doubted: it notices late, and is hit longer. */
  jammedBeforeMs: 60_000,
  jammedAfterMs: 120_000,
  /** Reports of jamming kept per device. One a minute for four hours; more tell nothing new. */
  jammedEventCountMax: 256,

  /** Pace assumed for growing an old sighting's uncertainty when its speed is unknown (50 km/h car). */
  ageingSpeedMetersPerSecond: 13.9,
  /** A known speed below walking pace ages as walking: whoever stood still may have started to move. */
  ageingSpeedMetersPerSecondMin: 1.5,
  /** Two people are travelling, not walking, from 50 km/h on; below it nothing is ranked lower. */
  coTravelSpeedMetersPerSecondMin: 13.9,
  /** Opposite lanes: the nearest moment comes this soon, or is over. */
  passingMsMax: 60_000,
  /** A sighting older than this says nothing of now: the pair is unknown. */
  sightingAgeMsMax: 300_000,
  /** Two sightings of a pair further apart in time than this do not describe one moment. */
  sightingGapMsMax: 300_000,
  /** Someone seen at rest is taken to be there still, while nothing says otherwise: a day indoors, and no longer. */
  heldSightingMsMax: 86_400_000,
  /** The same of whoever is watched, before somebody is told that no position of his monitor can be believed. */
  heldOffenderMsMax: 14_400_000,
  /** At rest, or walking to the door; from here on a person is under way and may be anywhere next. */
  heldPaceMetersPerSecondMax: 2.5,
  /** A stop shorter than this, at lights or for a bus or a train, is still under way. */
  heldRestMsMin: 120_000,
  /** What a person moves about in a house and its yard without the device noting it. */
  heldRadiusMeters: 150,
  /** So many coarse positions in a row elsewhere end it: one in 170 network positions is kilometres off. */
  heldAwayCountMax: 2,
  /** A device on a longer plan than this cannot serve to judge a distance between two people who move. */
  pairReportIntervalMsMax: 600_000,
  /** Approaches of one ban this far back are told with a new one: who comes again and again means something by it. */
  recentApproachMsMax: 86_400_000,
  /** Near an area on this many days, this often, within this time, and never in it: that is where he lives or changes. */
  habitMsMax: 14 * 86_400_000,
  habitCountMin: 5,
  habitDaysMin: 3,
  /** So much nearer than usual is something else. The noise of a good fix, twice. */
  habitMarginMeters: 50,
  /** A passage is inferred only across gaps up to this long; beyond, the straight path means little. */
  passageGapMsMax: 300_000,

  /** A clock may be this far ahead without comment; further is marked; beyond the intake bound refused. */
  clockAheadMsTolerated: 5_000,
  clockAheadMsMax: 300_000,
  /** Older uploads are quarantined, not judged (retention of the evaluator's history). */
  fixAgeMsMax: 35 * 86_400_000,
  /** A violation learned more than this after it happened is a late alert. */
  lateMs: 120_000,

  /** Silence: this many missed intervals of the device's own plan; and the shorter bound in pursuit. */
  silentIntervalsMax: 3,
  silentInPursuitMsMax: 60_000,
  /** How often devices are asked to report while an approach or breach is open: 15 s is what peers use in pursuit. */
  reportIntervalPursuitSeconds: 15,
  /** Detection that has not said for this long that it is up to date vouches for nobody's protection. */
  detectionBehindMsMax: 60_000,
  /** A vendor is silent as a whole when this share of its (at least N) devices is overdue together. */
  vendorSilentShare: 0.5,
  vendorSilentDeviceCountMin: 3,

  /** Separation below which police cannot arrive in time; warn when an order asks for less. */
  separationMetersAdvisedMin: 350,

  batteryFractionLow: 0.2,
  batteryFractionCritical: 0.05,

  /** Bounds: zones and victims per order, vertices per ban, fixes kept in memory per case. */
  bansPerOrderMax: 100,
  verticesPerBanMax: 10_000,
  victimsPerOrderMax: 100,
  /** Over all versions of all orders: a victim who is no longer protected is still known to the case. */
  victimsPerOffenderMax: 1_000,
  caseWindowFixCount: 128,
  /** A ban larger than the country (41,543 km², rounded up) is a mistake. */
  banAreaSquareMetersMax: 42_000_000_000,

  /** The organisation's ladder as delivered: where an order has none of its own and nobody has set another. */
  escalation: [
    { afterSeconds: 60, target: 'second-operator' },
    { afterSeconds: 120, target: 'supervisor' },
  ] as readonly EscalationStep[],
} as const

export type Limits = {
  readonly [K in keyof typeof defaultLimits]: Widen<(typeof defaultLimits)[K]>
}
type Widen<T> = T extends number ? number : T extends string ? string : T

/** Raised with every change of what detection concludes from the same input. */
export const algorithmVersion = '3'
