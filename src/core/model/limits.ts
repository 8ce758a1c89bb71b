import type { AlertPriority } from './alert.ts'
import type { EscalationStep } from './registry.ts'
import { dayMs } from './units.ts'

/** What a fix is taken to be worth when its device does not say. */
const accuracyLimits = {
  /**
   * Radius assumed when the device sends none: GNSS with a good geometry, and anything else (NIJ
   * 1004.00 bands).
   */
  accuracyMetersGnssGood: 10,
  accuracyMetersUnknown: 30,
  /** A place as good as this stays good when its device gives it again as a coarse one. */
  givenAgainGoodMetersMax: 30,
  /**
   * A network position without a radius: cells reach from hundreds of metres to kilometres. Too
   * poor by itself.
   */
  accuracyMetersNetworkUnknown: 1000,
  /** No receiver finds a place by fewer: what it gives with less it reckons, or remembers. */
  satelliteCountMin: 3,
  /** HDOP at or below which a GNSS fix counts as good geometry. */
  hdopGoodMax: 2,
  /** Metres of radius for each unit of a poorer HDOP: what one range to a satellite errs by. */
  hdopMeters: 5,
  /**
   * From this HDOP on there is no position: 99 is how receivers write none, and fixes that claimed
   * one above 20 were hundreds of metres off.
   */
  hdopNoPositionMin: 20,
  /**
   * Phones claim 3 m indoors and lie; below this nothing is gained and corners become knife edges.
   */
  accuracyMetersFloor: 5,
  /** Positions of this radius and more, mostly of networks, never open or clear a breach alone. */
  accuracyMetersTooPoorMin: 500,
  /**
   * Radius to certainty: twice the radius that holds two thirds leaves one in a hundred outside.
   */
  accuracySureFactor: 2,
} as const

/** When a fix is not believed (decision 0011). */
const beliefLimits = {
  /**
   * Nothing older than this takes part in belief. Well within what is read again when an old fix
   * comes in.
   */
  beliefMemoryMsMax: 3_600_000,
  /** A receiver without a position reports 0, 0; nobody is monitored within a kilometre of it. */
  nullIslandDegreesMax: 0.01,
  /**
   * One measurement given twice: a unit of the sixth decimal, a tenth of a metre, and room for how
   * it is stored.
   */
  samePositionDegreesMax: 1.000_001e-6,

  /**
   * Fastest plausible mover on land (300 km/h train, rounded up). Above it a jump is a teleport.
   */
  plausibleSpeedMetersPerSecondMax: 90,
  /**
   * An airliner with the wind behind it. So fast is believed only of three fixes that move on
   * evenly.
   */
  flightSpeedMetersPerSecondMax: 350,
  /**
   * Evenly: the pace changes by a quarter at most. Airliners change theirs slowly, and turn slowly.
   */
  flightPaceChangeShareMax: 0.25,
  /**
   * A flight nobody saw takes this long from one place to the next, with the way to it: before it
   * only a pace on land explains another place.
   */
  flightUnseenMsMin: 2 * 3_600_000,
  /**
   * A position doubted for its distance is a witness for this long, whatever else the device says:
   * for the next one there, and against those it contradicts.
   */
  witnessMsMax: 300_000,
  /**
   * And at least so many times as long as two of its reports may lie apart to confirm each other.
   */
  witnessWindowsFactor: 2,
  /** Positions in a row that cannot be true before the device is called unreliable for it. */
  faultFixCountMin: 3,
  /**
   * So many within so long, whatever is believed in between, and any of its positions may be true:
   * a good device jumps once in three thousand fixes, which is once in two days.
   */
  jumpingMsMax: 1_800_000,
  /**
   * The same within a day of jumps that each lead somewhere anew: whoever shows one true place in a
   * quarter of an hour between false ones jumps no more often, and a good device so often on one
   * day in seventy.
   */
  jumpingDayMsMax: dayMs,
  /**
   * Places kept of one person who may be in several: more than a device on a plan of a minute gives
   * while a witness counts.
   */
  doubtfulCountMax: 8,

  /**
   * A position given again counts as a jump back from this far on; nearer, people do turn round.
   */
  staleJumpMetersMin: 200,
  /**
   * So much faster back than the person was moving is a jump: a person who turns round keeps about
   * their pace.
   */
  staleJumpPaceFactor: 1.5,
  /**
   * A position given again for this long is where the person is: a device at rest measures once.
   */
  staleDoubtMsMax: 60_000,
  /**
   * Positions remembered, one for each stretch of the clock this long: half a kilobyte a person.
   */
  staleRememberedCountMax: 16,
  staleRememberedApartMs: 60_000,
  /**
   * A place given for as long as a rest (`restMsMin`) is remembered for a day: one night and the
   * day after it. Within two metres, as a network moves it; a receiver at rest wanders by more. Two
   * at once may become one, for two networks give two in turn.
   */
  restPlaceMsMax: dayMs,
  restPlaceDegreesMax: 0.000_025,
  restPlaceCandidateCountMax: 2,
  /**
   * So many within some thirty metres, and the device measures anew: of receivers at rest with a
   * spread of 1.5 m home after a way unseen, each second would be doubted for an hour.
   */
  restPlaceNearbyCountMax: 3,
  restPlaceNearbyDegreesMax: 0.0003,
  restPlaceCountMax: 16,
  /**
   * A place of before, given after a jump and nothing else since, says for so long that nobody
   * knows more: a visit is seldom longer. Twenty minutes on a plan whose reports lie so far apart
   * that somebody may have gone home between two.
   */
  givenMsMax: 3 * 3_600_000,
  givenSlowMsMax: 1_200_000,

  /**
   * A device is frozen when it says that it covered this distance, beyond its sure radius, at one
   * position.
   */
  frozenMetersMin: 100,
  /**
   * Moving reports in a row that it takes, each at a speed that no receiver at rest shows for long.
   */
  frozenMoveCountMin: 2,
  frozenSpeedMetersPerSecondMin: 2,
  /**
   * Exchanged coordinates must come out this near the last sighting, a ban or an address, whatever
   * time has passed; and lie this far from it as they were given, for beside the lines where signs
   * change people do cross.
   */
  mirrorMetersMax: 10_000,
  mirrorFarMetersMin: 300_000,
  /**
   * A device that was in two places at so many moments, each within the time of a witness, is not
   * believed in either.
   */
  contradictedCountMin: 2,

  /**
   * Positions this long before and after a device suspects jamming are doubted: it notices late,
   * and is hit longer.
   */
  jammedBeforeMs: 60_000,
  jammedAfterMs: 120_000,
  /** Reports of jamming kept per device. One a minute for four hours; more add nothing new. */
  jammedEventCountMax: 256,

  /**
   * A clock may be this far ahead without comment; further is marked; beyond the intake bound
   * refused.
   */
  clockAheadMsTolerated: 5_000,
  clockAheadMsMax: 300_000,
  /**
   * A clock is behind when so many reports over so long are all too old by one amount. A queue that
   * drains, or a device that catches up, is younger with each report.
   */
  clockBehindCountMin: 5,
  clockBehindMsMin: 300_000,
  /** One amount: a mobile network holds a report up for some seconds, seldom for half a minute. */
  clockSpreadMsMax: 30_000,
  /** Too old: by more than an interval of the plan and this, or than what makes an alert late. */
  clockSlackMs: 60_000,
  /** Reports in a row that were held up for longer, before the amount is another one. */
  clockStrayCountMax: 2,
  /** Stretches kept per device, by which stored fixes are dated when they are judged again. */
  clockSpanCountMax: 16,
  /** Older uploads are quarantined, not judged (retention of the evaluator's history). */
  fixAgeMsMax: 35 * dayMs,
} as const

/** Breach and approach: what one fix, or two people, must show. */
const ringLimits = {
  /** Two people are kept this far apart when the order does not say. */
  separationMetersDefault: 1_000,
  /**
   * How far out an approach counts when the order does not say: of a banned area so far beyond its
   * border (half a minute by car), of a person so many times the separation.
   */
  approachMetersDefault: 500,
  approachSeparationFactor: 2,
  /** A single fix this sure opens a breach. */
  breachProbabilitySingle: 0.95,
  /** Two fixes this sure within the confirmation window open one too. */
  breachProbabilityRepeated: 0.5,
  /**
   * The same of a person at rest this long: a receiver drifts for minutes, so two of its fixes err
   * together.
   */
  breachProbabilityAtRest: 0.8,
  /**
   * And of one alone, where those of the last half hour lie surely outside together, while two take
   * what one does: 35 m outside an honest receiver with a sigma of 20 m shows one of 95 % every
   * eighth day, and one so sure every fourth month.
   */
  breachProbabilityAgainstPlace: 0.99,
  breachRestMsMin: 900_000,
  /**
   * Two fixes confirm each other this far apart, or one and a half intervals of a device that
   * reports seldom: half an interval of slack, since a device that reports each minute is seldom
   * exactly on it (decision 0006).
   */
  confirmWindowMs: 60_000,
  confirmIntervalFactor: 1.5,
  /**
   * Readings of one place add up over half an hour, in stretches of the clock (decision 0032). Five
   * at least: one and two have rules of their own.
   */
  placeStretchMs: 300_000,
  placeStretchCount: 6,
  placeFixCountMin: 5,
  /**
   * Errors of a receiver at rest are new after so long: 94 of 100 half-hour means of phones lying
   * still held the circle that 95 should; with two minutes 75, with five 96.
   */
  errorCorrelationMs: 240_000,
  /** Further from the mean than this many sigmas of both: one in a hundred; two in a row moved. */
  placeStraySigmaFactor: 3,
  placeStrayCountMax: 2,
  /** One that agrees and is coarser than so many radii of a stray says nothing of which is true. */
  placeStrayAccuracyFactor: 2,
  /** Two sigmas more spread than the radii explain is somebody walking about. */
  placeSpreadSigmaFactor: 2,
  /**
   * Positions of this long and so many, each too coarse to judge and in an area as far as they say
   * (in an approach, about it): staff hear that it is not known. On 560 simulated days four times
   * in an approach, and never without one. One in 170 network positions is kilometres off, hence
   * two in a row elsewhere.
   */
  unclearApproachMsMin: 600_000,
  unclearMsMin: 900_000,
  unclearFixCountMin: 3,
  unclearStrayCountMax: 2,
  /**
   * Coarse enough for a stay, though believed, where no approach speaks: phones have 20 to 100 m,
   * and 400 m for minutes.
   */
  unclearAccuracyMetersMin: 250,
  /**
   * Of whoever was under way when last seen: a position too poor lies about an area that is so much
   * of its radius away, and no further than this. With all of it everybody who lives under the same
   * mast would be.
   */
  unclearUnderWayShare: 0.5,
  unclearReachMetersMax: 500,
  /**
   * A network puts somebody in an area and the receiver elsewhere, so often in turn and for so
   * long: one mast that errs once, or a drive past one, does not.
   */
  disputedTurnCountMin: 3,
  disputedMsMin: 900_000,
  /** Approach is raised early: one fix that is more likely than not inside the band. */
  approachProbability: 0.5,
  /**
   * A passage is inferred only across gaps up to this long; beyond, the straight path means little.
   */
  passageGapMsMax: 300_000,
  /**
   * How finely, how far back and by how many places it is known where somebody went, to look along
   * it for a meeting with somebody who reports less often: five minutes of 15 s, ten of a minute.
   */
  wayApartMs: 15_000,
  wayMsMax: 600_000,
  wayCountMax: 20,
  /**
   * Or so many intervals of a device that reports seldom: one report may be lost (decision 0032).
   */
  passageIntervalsMax: 2,
  /**
   * Both ends this surely outside, and the path across whichever way they err: an area may be
   * narrower than the positions are sure, a banned street for one.
   */
  passageOutsideProbabilityMax: 0.05,
  /** So many times as coarse as the one before, a position does not show a way round. */
  passageCoarseFactor: 2,
  /** A path leads past no more coarse ones: of a plan of 15 s, five minutes are twenty. */
  passageCoarseCountMax: 32,
  /**
   * Approaches of one ban this far back are shown with a new one: coming again and again means
   * something.
   */
  recentApproachMsMax: dayMs,
  /** A violation learned more than this after it happened is a late alert. */
  lateMs: 120_000,

  /**
   * Pace assumed for growing an old sighting's uncertainty when its speed is unknown (50 km/h car).
   */
  ageingSpeedMetersPerSecond: 13.9,
  /**
   * A known speed below walking pace ages as walking: a person who stood still may have started to
   * move.
   */
  ageingSpeedMetersPerSecondMin: 1.5,
  /** A sighting older than this says nothing of now: the pair is unknown. */
  sightingAgeMsMax: 300_000,
  /**
   * Two sightings of a pair further apart in time than this do not describe one moment, so a device
   * on a longer plan cannot serve to judge a distance between two people who move.
   */
  sightingGapMsMax: 300_000,

  /** Two people are travelling, not walking, from 50 km/h on; below it nothing is ranked lower. */
  coTravelSpeedMetersPerSecondMin: 13.9,
  /** One way, or opposite ways, within 18 degrees: a road bends between two sightings. */
  coTravelCosineMin: 0.95,
  /** At one pace: the difference is at most this share of the slower. */
  coTravelPaceShareMax: 0.15,
  /** Opposite lanes: the nearest moment comes this soon, or is over. */
  passingMsMax: 60_000,

  /**
   * Near an area on this many days, this often, within this time, and never in it: the person lives
   * or changes there.
   */
  habitMsMax: 14 * dayMs,
  habitCountMin: 5,
  habitDaysMin: 3,
  /** Short breaches in a rest that was never left, within that time, that end no habit. */
  habitDriftCountMax: 1,
  /** So much nearer than usual is something else. The noise of a good fix, twice. */
  habitMarginMeters: 50,
  /** Whoever stays so long, on as many days as make a habit, lives or works there: any time. */
  habitStayMsMin: 4 * 3_600_000,

  /** A further approach so soon after one that was called out is listed while it is no worse. */
  quietMsMax: dayMs,
  /**
   * Markedly faster: more than a walk, and more than so many times what was seen. Walking is told
   * from cycling, and cycling from driving.
   */
  fasterFactor: 2,
  fasterMetersPerSecondMin: 2.5,
  /**
   * Markedly longer: more than somebody who changes buses there or waits for one needs, and more
   * than so many times the longest seen. Passing is told from standing there.
   */
  longerFactor: 2,
  longerMsMin: 900_000,
  /** However long the one that was called was: a further one of the day is called after this. */
  listedStayMsMax: 3_600_000,
  /** Over such a step the way to a border is looked at: a border may bend within more. */
  aheadStepMeters: 20,
  /**
   * Of a way past an area at most so much leads to the border, which is 30 degrees: the half of the
   * ways that are rather along it than at it.
   */
  passingTowardsShareMax: 0.5,
  /** So long before and after the approaches of a fortnight is the same time of day. */
  usualHourMs: 3 * 3_600_000,
} as const

/** When what goes on is told again (decision 0030). */
const tellingLimits = {
  /**
   * Not seen inside for longer than this and inside again: where they were meanwhile is unknown.
   * On 560 simulated days no breach that went on was told again; after 10 minutes 19 were.
   */
  returnBreachMsMin: 1_200_000,
  /** In an approach: people come and go in a band, and after 20 minutes 201 would be told again. */
  returnApproachMsMin: 7_200_000,
  /** Or so many intervals of the device's own plan, where that is longer: silence counts alike. */
  returnIntervalsMax: 3,
  /**
   * Inside again after a believed fix surely outside: sooner it may be one fix astray, or a walk
   * around the corner.
   */
  insideAgainMsMin: 300_000,
  /**
   * Inside by a device that has not shown the breach, so long after those that did: one was
   * exchanged. Sooner two are worn side by side. As long as two reports may bear each other out.
   */
  otherDeviceMsMin: 60_000,
  /**
   * Distances of two people at which a desk decides anew: what police need, what a shout reaches,
   * and one street. Between them, and in an approach, so much of what was last told.
   */
  nearerShare: 0.5,
  nearerMarksMeters: [350, 100, 50] as readonly number[],
  /** As near as this nothing nearer is told: it is the noise of two fixes. */
  nearerMetersMin: 50,
  /** So many readings in a row are nearer by half of what one of them has to be. */
  nearerReadingCountMin: 4,
  /** Further away than so many times what was told, for as long as a return takes: may be anew. */
  nearAgainFactor: 2,
  /** A desk's look, its call, and police on their way: urgent calls take a quarter of an hour. */
  responseMs: 900_000,
  /** Kept per episode: one every two hours for more than two days, and the oldest go first. */
  tellingsKeptCountMax: 32,
  /** How often an alert is given the newest reading inside, without a call, in recorded time. */
  seenMsMin: 300_000,
} as const

/** When a breach or an approach is over. */
const leavingLimits = {
  /** Leaving needs this margin outside, or twice the accuracy, whichever is more. */
  clearMarginMeters: 50,
  clearMarginAccuracyFactor: 2,
  clearFixCountMin: 2,
  clearDwellMs: 60_000,
  /** A reading no likelier inside than this does not break a row of readings outside. */
  unlikelyProbabilityMax: 0.25,
  /**
   * And beyond the border by so many sigmas, which comes to the same where the border is straight:
   * of a ring much smaller than the position is sure any chance is small, also of who is in it.
   */
  unlikelySigmaFactor: 0.6745,
  /**
   * A device that was elsewhere while another saw its wearer inside ends nothing until the other
   * has sent no position for so long: a phone left at home must not cover a shielded monitor.
   */
  elsewhereMsMax: 86_400_000,
  /**
   * Nearer than the margin it takes fixes that are hardly within, in a row for so long: a night at
   * home beside the border is no night in the ban. Errors of one place drift within minutes.
   */
  leaveProbabilityMax: 0.01,
  leaveSigmaFactor: 2.3263,
  leaveNearMsMin: 600_000,
  leaveNearFixCountMin: 5,
  /**
   * So far outside one position settles a breach that ended by others: receivers err by hundreds
   * of metres among buildings, and hardly by a kilometre. Nearer it takes a leaving.
   */
  unheardFarMetersMin: 1000,
} as const

/** For how long a person who is not seen anew is taken to be where the last sighting was. */
const restLimits = {
  /**
   * A person seen at rest is taken to be there still, while nothing says otherwise: a day indoors,
   * and no longer.
   */
  heldSightingMsMax: dayMs,
  /** The same of an offender, before staff hear that no position of the monitor can be believed. */
  heldOffenderMsMax: 14_400_000,
  /**
   * At rest, or walking to the door; from here on a person is under way and may be anywhere next.
   */
  heldPaceMetersPerSecondMax: 2.5,
  /** A stop shorter than this, at lights or for a bus or a train, is still under way. */
  heldRestMsMin: 120_000,
  /** At rest at one place for less than this, at a stop or for a talk, is still under way. */
  restMsMin: 300_000,
  /** All of a rest lies so near its first fix, and the radii of both: half a minute of walking. */
  restMetersMax: 50,
  /** No more of those radii: five minutes of a slow walk lead out of the sum. */
  restRadiiMetersMax: 150,
  /** Too short for a rest, and long enough to tell a phone that lies still from a walk. */
  standMsMin: 60_000,
  standPaceMetersPerSecondMax: 0.3,
  /** Seen at one place for so long: whoever vanishes there nearly always works or lives there. */
  settledRestMsMin: 1_800_000,
  /** Within a walk of a ban, of whoever lives there: most holes in a building last half an hour. */
  heldNearMsMax: 3_600_000,
  /**
   * An offender who is heard and not seen calls somebody after so long, however quietly they were
   * last seen (decision 0088). Within so many metres of an area or the other person, which is a
   * quarter of an hour by bicycle, within the hour; after a rest of an hour, most are still there.
   */
  unseenMsMax: 5_400_000,
  unseenNearMeters: 5_000,
  unseenNearMsMax: 3_300_000,
  unseenLongRestMsMin: 3_600_000,
  unseenRestMsMax: 9_000_000,
  /**
   * Where the position is lost day after day, a rest stands for four hours: lost after a stay of so
   * long, on two days before, within a fortnight.
   */
  usualStayMsMin: 7_200_000,
  /** A loss so long ago was on a day before: noon makes no two days of one. */
  usualApartMsMin: 43_200_000,
  /** A receiver indoors finds a position each seven minutes: so long unseen is part of a rest. */
  provenPauseMsMax: 600_000,
  usualDaysMin: 2,
  usualDaysKeptMax: 4,
  usualPlaceMeters: 300,
  usualPlaceCountMax: 6,
  /** A report or two later whoever was just seen is about this far on. */
  reachMsMin: 60_000,
  /** Whoever travelled may go on as fast: a motorway, and most trains. */
  travelMetersPerSecondMax: 36,
  /**
   * Whoever was on the way there for longer than this, and is not seen there, went in elsewhere.
   */
  closingMsMax: 600_000,
  /**
   * After a wait they go on at the fastest pace before it for so long: of 560 simulated days two
   * calls come three and four minutes sooner, and none is new. For ten minutes it calls for whoever
   * comes home six kilometres off. Not where the position was lost on a day before: that is home.
   */
  afterLightMsMax: 300_000,
  /** Towards something is within 60 degrees of it. */
  closingCosineMin: 0.5,
  /** What a person moves about in a house and its yard without the device noting it. */
  heldRadiusMeters: 150,
  /**
   * So many coarse positions in a row elsewhere end it: one in 170 network positions is kilometres
   * off.
   */
  heldAwayCountMax: 2,
  /**
   * A rejudgement reads so much more than a held sighting lasts: three times the memory of belief,
   * and more than every other window.
   */
  rejudgeMarginMs: 3 * 3_600_000,
} as const

/** What the clock and the devices say: silence, tampering, batteries, ends of orders. */
const watchLimits = {
  /** The plan of a device that is not registered (yet). */
  reportIntervalSecondsUnknown: 60,
  /**
   * How often devices are asked to report while an approach or breach is open: peers use 15 s in
   * pursuit.
   */
  reportIntervalPursuitSeconds: 15,

  /** Silence: this many missed intervals of the device's own plan. */
  silentIntervalsMax: 3,
  /** A shorter silence is a network pausing for breath, whatever interval the device promises. */
  silenceMsMin: 60_000,
  /**
   * The shorter bound in pursuit, but never less than this many intervals and some jitter: one
   * report may be lost or sent with the next, and the next may be late. Less would call out every
   * lost report of a device whose plan is no faster than the bound.
   */
  silentInPursuitMsMax: 60_000,
  silentInPursuitIntervalsMax: 2,
  silentInPursuitJitterMs: 15_000,
  /**
   * Overdue, which counts towards a silent vendor: twice the interval, but not so short that a
   * pause in the network makes a vendor look dead.
   */
  overdueIntervalsMax: 2,
  overdueMsMin: 40_000,
  /**
   * A vendor is silent as a whole when this share of its (at least N) devices is overdue together.
   */
  vendorSilentShare: 0.5,
  vendorSilentDeviceCountMin: 3,
  /** One that is silent again so soon comes and goes, until it has been back for so long. */
  vendorBackMsMin: 1_800_000,
  /** So soon it takes no more than this share, of those that had come back. */
  vendorSilentAgainShare: 1 / 3,
  /** In its first return a device gets so many times the moment in which it may come back. */
  vendorFirstReturnFactor: 2,
  /**
   * Of so many returns of a vendor that comes and goes a device that misses so many is told: of
   * twelve that miss one in ten by chance hardly one in twelve hours, of those in every other one
   * each within the hour. Where the device in the middle misses more, so much more than that.
   */
  vendorReturnsCounted: 9,
  vendorMissedCountMin: 5,
  vendorMissedSigmaFactor: 3,
  /** Unless so many of its devices are: then it is the vendor that is missing. */
  vendorMissedShareMax: 1 / 3,
  /** Returns of its vendor, however short, that a device may miss before it is told by itself. */
  vendorReturnCountMax: 10,
  /**
   * Orders its incident names, the most dangerous first: the desk reads a list, not ten thousand.
   */
  vendorSilentOrderCountMax: 100,
  /**
   * Detection that has not said for this long that it is up to date vouches for nobody's
   * protection.
   */
  detectionBehindMsMax: 60_000,

  /**
   * Silence and lost protection outside an approach or breach are listed (P3), and called out (P2)
   * when they have lasted this much longer: of 51 silences in 560 simulated days 42 were over by
   * then, of 75 losses of protection 38. Longer saves nothing more.
   */
  watchListedMs: 300_000,
  /**
   * In an approach by habit, so long after the bound of pursuit where three intervals are longer:
   * whoever lives 200 m from a border is there on foot in three minutes.
   */
  silenceByHabitMs: 120_000,
  /**
   * So many silences within a day are listed where they pass by themselves. One more is called out
   * as it is found, and near an area or a person every one from then on: whoever crosses an area
   * in seven minutes may do so a dozen times a day.
   */
  silenceCountMax: 2,
  silenceCountedMs: dayMs,
  /**
   * Not known where somebody is, and nothing that a person is called for: on the list when it has
   * lasted so long. Half of these were over within five minutes in 560 simulated days.
   */
  unknownListedMs: 600_000,
  /**
   * One monitor of two gives positions again for so long, without a hole, before it is told no
   * longer: a bad receiver finds one every few minutes, and was told ten times an hour.
   */
  placedAgainMsMin: 600_000,
  /**
   * A phone that lies still says nothing but that it is there. While the other is seen far from
   * where its wearer vanished, that is listed for so long: a long weekend at home.
   */
  likelyListedMsMax: 3 * dayMs,
  /** Whoever registers an order registers its device in the same sitting. */
  orderDeviceGraceMs: 120_000,

  /** How soon a condition that hangs on the situation of a person is looked at again. */
  situationPollMs: 5_000,
  /** A fix or a change ends most conditions at once; this look is for what neither shows. */
  troublePollMs: 60_000,

  /** Presses of a panic button this close together are one alert. */
  panicTogetherMs: 300_000,
  /**
   * A press with the same bytes this soon after is a sender that lost its answer: apps wait some
   * seconds and try again. Later, or once somebody has answered, it is somebody who calls again.
   */
  panicRetryMs: 10_000,
  /**
   * A press is of the moment of the position beside it only if that is about now: phones answer
   * "where am I" with a place they remember, hours old. A slow connection takes some seconds.
   */
  panicPositionAgeMsMax: 10_000,
  /**
   * Devices repeat a tamper flag with every report: repeats this close belong together. But a flag
   * that goes on is called out again after an hour, in case the first alert was closed as a
   * mistake.
   */
  tamperGapMs: 300_000,
  /** Of a strap or a case: a loose one opens and closes for hours, and was 41 alerts in two. */
  openedGapMs: 1_200_000,
  tamperAgainMs: 3_600_000,
  /**
   * A flag that returns after more reports without it is a new one. One report may be lost on the
   * way.
   */
  tamperFlagIntervalsMax: 2,
  /**
   * Nobody is there to see to a strap or a case sooner after it was opened: what clears before is a
   * flag, and of a strap that was cut it clears when its ends touch.
   */
  tamperSeenToMsMin: 1_800_000,
  /** A day after a strap was cut it is known, or the device is not worn. */
  tamperWatchMsMax: dayMs,

  batteryFractionLow: 0.2,
  batteryFractionCritical: 0.05,
  /**
   * Charged this far above the low mark, the episode is over: a cold battery swings by a few
   * percent.
   */
  batteryRecoveryFraction: 0.1,
  /**
   * Without word of a charger, one high reading may be a slip; a battery does not fill itself
   * twice.
   */
  batteryRecoveredCountMin: 2,
  /**
   * A battery that somebody was called for is known on the next day about the same hour: people
   * charge what they wear some minutes earlier or later.
   */
  knownDischargeMsMax: dayMs + 3 * 3_600_000,

  /** When the end of an order is called out, and how loudly: the earliest first. */
  orderEndingSteps: [
    { beforeMs: 14 * dayMs, priority: 'P3' },
    { beforeMs: 7 * dayMs, priority: 'P2' },
    { beforeMs: 2 * dayMs, priority: 'P1' },
  ] as readonly ReminderStep[],
  /**
   * A home ban lasts ten days: days 6, 8 and the last twelve hours (day 9), which also suit its
   * extension to 28.
   */
  homeBanEndingSteps: [
    { beforeMs: 4 * dayMs, priority: 'P3' },
    { beforeMs: 2 * dayMs, priority: 'P2' },
    { beforeMs: dayMs / 2, priority: 'P1' },
  ] as readonly ReminderStep[],

  /**
   * The organisation's ladder as delivered: where an order has none of its own and nobody has set
   * another.
   */
  escalation: [
    { afterSeconds: 60, target: 'second-operator' },
    { afterSeconds: 120, target: 'supervisor' },
  ] as readonly EscalationStep[],
} as const

/** What becomes of an alert that was answered while what it is about goes on. */
const answerLimits = {
  /** Back after so long: about as long as it takes to reach somebody and hear what was found. */
  recallMinutes: 10,
  /** What nobody is called for comes back to the list once a day. */
  recallMinutesListed: 1_440,
  /** An operator may ask for an hour of quiet: the police are there, or on their way. */
  recallMinutesMax: 60,
  /** A supervisor who says why may ask for a day: somebody is in custody, a device is in repair. */
  recallMinutesSupervisorMax: 1_440,
  /** What is permitted for longer than a week is a change of the order. */
  permittedDaysMax: 7,
  /** Whoever took a P1 over and has not closed it after this may have been called away. */
  notClosedMinutesMax: 30,
  /** Alerts of one offender that follow each other within this are one stretch of trouble. */
  incidentGapMs: 1_800_000,
  /**
   * A call under another ban speaks for an approach that begins within this: as long as one stretch
   * of trouble. Somebody who lives inside a second, wider ban would be called about once, and never
   * again for coming near the first.
   */
  spokenForMsMax: 1_800_000,
  /** Stretches remembered of one offender; one that goes on is never the first to be forgotten. */
  incidentKeptCountMax: 16,
} as const

/**
 * Whether a ban can be enforced, before a court imposes it; and what an order is advised to ask.
 */
const enforceabilityLimits = {
  /** Separation below which police cannot arrive in time; warn when an order asks for less. */
  separationMetersAdvisedMin: 350,
  /** From the edge to the person: less is enough to warn, seldom to intercept. */
  workableReachMetersMin: 1_000,
  /**
   * An address this far beyond the approach band stays out of it whatever the fix says (30 m
   * indoors).
   */
  addressMarginMeters: 30,
  /** A ban whose middle lies nearer to a secret address than this gives it away. */
  secretAddressMetersMin: 250,
  /** To it a proposed radius is rounded up about a secret door, or its last metres would tell. */
  hiddenRadiusStepMeters: 1_000,
  /** A straight crossing by car must show in so many fixes. */
  fixesPerCrossingCountMin: 3,
  /** Monitors in the field report every fifteen seconds at their fastest. */
  reportIntervalSecondsMin: 15,
  /** What devices in the field support. */
  victimsPerOffenderAdvisedMax: 6,
  /**
   * Drawn areas that are measured while somebody waits for their order: a rectangle takes some
   * 15 ms, an area of a thousand corners a tenth of a second, and meanwhile nothing else is
   * answered.
   */
  advisedPartCountMax: 5,
  advisedCornerCountMax: 500,
  /**
   * Urgent calls answered within a quarter of an hour: 85 of 100 nationally (2017), from a third to
   * 95 by municipality.
   */
  policeResponseSecondsUnknown: 900,
  /** No police are anywhere sooner: less is a figure that is missing. */
  policeResponseSecondsMin: 60,
  /** Until the crossing shows, when the interval of the device is not known. */
  detectionSecondsUnknown: 60,
  /** An operator looks, and calls. */
  verificationSeconds: 60,
  /** Ways in this near to each other are one: two carriageways, a road and its footpath. */
  mergedCrossingMeters: 30,
  /** No police are an hour away; beyond it nothing is searched. */
  roadSearchSecondsMax: 3_600,
  /** A hamlet; more addresses behind one road are a village. */
  cutOffAddressCountMax: 20,
  /** Reception is judged by what was stored this lately and this near the band of a ban. */
  receptionDays: 30,
  receptionMarginMeters: 1_000,
  /** Fewer positions, or of fewer days, say nothing; nor do fewer at rest, or moving. */
  receptionFixCountMin: 200,
  receptionDayCountMin: 5,
  receptionKindCountMin: 50,
  /** Good enough to tell inside from outside of a ban of some hundred metres. */
  receptionAccuracyMetersMax: 30,
  /** Whoever goes slower is at rest: errors of 30 m a minute look like this. */
  receptionMovingMetersPerSecond: 0.5,
  receptionShareGreenMin: 0.9,
  receptionShareAmberMin: 0.7,
  /** A position that comes later is none to act on. */
  deliveryMsMax: 60_000,
  deliveryShareGreenMin: 0.95,
  deliveryShareAmberMin: 0.85,
  /** Between two places of a ban that are asked for their municipality; a strip has corners too. */
  borderStepMeters: 100,
  /** A ban of more parts than that is none that a court draws. */
  borderPlaceCountMax: 20_000,
  /** Of a large ban so many places each way are asked. */
  borderStepCountMax: 60,
  /** Whoever reads a ban around a secret address must have at least so many doors to try. */
  hiddenAmongAddressCountMin: 100,
  /** Two doors this near are one place to a receiver indoors. */
  doorToDoorMetersMin: 30,
  /** By how much positions indoors err. */
  indoorErrorMeters: 30,
  /** A ring must be so many times as wide as that error. */
  ringPerIndoorErrorFactorMin: 4,
  /** No building is longer. */
  buildingMetersMax: 500,
  /** Areas of one question, each judged by itself; a municipality with its islands has fewer. */
  askedPartCountMax: 50,
  /** The largest province, with its water. */
  assessedAreaSquareMetersMax: 6_000_000_000,
  /**
   * On either side of the middle of a motorway or railway that a ban leaves out: a carriageway, and
   * two errors of a receiver in a car or a train.
   */
  corridorHalfMeters: 100,
  /** Calls of a person by a ban that a desk can look at for months, and that it can at all. */
  callsPerDayGreenMax: 0.4,
  callsPerDayAmberMax: 1,
  /** What everybody needs is within a quarter of an hour, or it is far away. */
  dailyLifeSeconds: 900,
  /** The middle of street traffic. */
  travelKilometersPerHour: { walk: 5, bicycle: 18, car: 50 } as Readonly<
    Record<TravelMode, number>
  >,
} as const

/**
 * How large what is registered may be. Beyond a bound a request is refused, or the oldest is
 * forgotten.
 */
const sizeLimits = {
  bansPerOrderMax: 100,
  verticesPerBanMax: 10_000,
  victimsPerOrderMax: 100,
  /**
   * Over all versions of all orders: a victim who is no longer protected is still known to the
   * case.
   */
  victimsPerOffenderMax: 1_000,
  /** Fixes kept in memory per case; an older one is judged again from stored history. */
  caseWindowFixCount: 128,
  /**
   * Fixes read to judge a stretch again: six people reporting each 15 s for the 35 days that are
   * judged at all.
   */
  rejudgeFixCountMax: 1_250_000,
  /** A ban larger than the country (41,543 km², rounded up) is a mistake. */
  banAreaSquareMetersMax: 42_000_000_000,
  /** Nobody can be banned from less than a doormat; it is a slip of the pen. */
  ringAreaSquareMetersMin: 1,
} as const

/**
 * Every threshold of detection, with its unit in its name and its reason beside it. Versioned: an
 * alert stores `version`, so an old decision can be explained by the numbers it was made with.
 */
export const defaultLimits = {
  version: '2026-11-27',
  ...accuracyLimits,
  ...beliefLimits,
  ...ringLimits,
  ...tellingLimits,
  ...leavingLimits,
  ...restLimits,
  ...watchLimits,
  ...answerLimits,
  ...enforceabilityLimits,
  ...sizeLimits,
} as const

/** One call of an order that ends, `beforeMs` ahead of the end. */
export type ReminderStep = { readonly beforeMs: number; readonly priority: AlertPriority }

/** Ways of travelling that a ban is measured against. */
export type TravelMode = 'walk' | 'bicycle' | 'car'

export type Limits = {
  readonly [K in keyof typeof defaultLimits]: Widen<(typeof defaultLimits)[K]>
}
type Widen<T> = T extends number ? number : T extends string ? string : T

/** Raised with every change of what detection concludes from the same input. */
export const algorithmVersion = '73'
