import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../src/core/model/limits.ts'

const root = resolve(import.meta.dirname, '..')

const edge = [
  'src/errors.ts',
  'src/log.ts',
  'src/clock.ts',
  'src/config.ts',
  'src/outlive-connections.ts',
]
const pure = ['src/core', 'geo']

/**
 * Who may import whom; the first matching row decides. docs/architecture.md shows the same table.
 */
const importTable: readonly Layer[] = [
  {
    from: 'geo',
    may: ['geo'],
    packages: ['flatbush', 'geographiclib-geodesic', 'polyclip-ts', 'rbush', 'node:assert'],
  },
  ...roomsOfCore([
    ['model', []],
    ['fixes', ['model']],
    ['rules', ['model', 'fixes']],
    ['belief', ['model', 'fixes', 'rules']],
    ['judge', ['model', 'fixes', 'rules', 'belief']],
    ['quiet', ['model', 'fixes', 'rules', 'belief', 'judge']],
    ['dossier', ['model', 'fixes', 'rules', 'belief', 'judge', 'quiet']],
    ['watch', ['model', 'fixes', 'rules', 'belief']],
    ['engine', ['model', 'fixes', 'rules', 'belief', 'judge', 'quiet', 'dossier', 'watch']],
    [
      'shards',
      ['model', 'fixes', 'rules', 'belief', 'judge', 'quiet', 'dossier', 'watch', 'engine'],
    ],
    [
      'protection',
      ['model', 'fixes', 'rules', 'belief', 'judge', 'quiet', 'dossier', 'watch', 'engine'],
    ],
    ['roads', ['model']],
    ['enforceability', ['model', 'fixes', 'rules', 'roads']],
    ['orders', ['model']],
  ]),
  { from: 'src/schemas', may: [...pure], packages: ['zod'] },
  // What checks the record depends on nothing that it checks.
  { from: 'src/record', may: [], packages: ['node:crypto'] },
  { from: 'src/embedded-postgres', may: [...edge, ...pure] },
  { from: 'src/store', may: [...edge, ...pure, 'src/record'] },
  { from: 'src/live', may: [...edge, ...pure] },
  { from: 'src/queue', may: [...edge, ...pure] },
  { from: 'src/webhooks', may: [...edge, ...pure] },
  { from: 'src/watchdog', may: [...edge] },
  { from: 'src/sign-in', may: [...edge, ...pure, 'src/record', 'src/store'] },
  { from: 'src/map', may: ['src/errors.ts', ...pure, 'src/command-line.ts'] },
  {
    from: 'src/assess',
    may: [
      'src/errors.ts',
      ...pure,
      'src/command-line.ts',
      'src/escape-html.ts',
      'src/schemas',
      'src/map',
      'src/replay',
    ],
  },
  { from: 'src/ingest', may: [...edge, ...pure, 'src/store', 'src/live', 'src/queue'] },
  {
    from: 'src/http',
    may: [
      ...edge,
      ...pure,
      'src/schemas',
      'src/escape-html.ts',
      'src/assess',
      'src/map',
      'src/record',
      'src/report',
      'src/store',
      'src/sign-in',
      'src/live',
      'src/queue',
      'src/webhooks',
      'src/ingest',
    ],
  },
  { from: 'src/desk', may: [...pure, 'src/schemas'] },
  {
    from: 'workers',
    may: [
      ...edge,
      ...pure,
      'src/record',
      'src/store',
      'src/live',
      'src/queue',
      'src/webhooks',
      'src/ingest',
    ],
  },
  {
    from: 'src/backup',
    may: [
      ...edge,
      ...pure,
      'src/command-line.ts',
      'src/open-database.ts',
      'src/embedded-postgres',
      'src/store',
    ],
  },
  {
    from: 'src/evidence',
    may: [
      ...edge,
      ...pure,
      'src/command-line.ts',
      'src/escape-html.ts',
      'src/open-database.ts',
      'src/record',
      'src/record-key.ts',
      'src/store',
    ],
  },
  {
    from: 'src/report',
    may: [
      ...edge,
      ...pure,
      'src/command-line.ts',
      'src/escape-html.ts',
      'src/open-database.ts',
      'src/store',
    ],
  },
  {
    from: 'src/transfer',
    may: [
      ...edge,
      ...pure,
      'src/backup',
      'src/command-line.ts',
      'src/embedded-postgres',
      'src/master-key.ts',
      'src/open-database.ts',
      'src/record-key.ts',
      'src/store',
    ],
  },
  {
    from: 'src/explain',
    may: [
      ...edge,
      ...pure,
      'src/command-line.ts',
      'src/open-database.ts',
      'src/store',
      'src/ingest',
    ],
  },
  { from: 'src/replay', may: ['src/errors.ts', ...pure, 'src/command-line.ts', 'src/schemas'] },
  // It clears away what a killed demo left behind, before a server exists to ask.
  {
    from: 'lab',
    may: [
      'lab',
      'src/errors.ts',
      'src/escape-html.ts',
      ...pure,
      'src/command-line.ts',
      'src/schemas',
      'src/replay',
      'src/embedded-postgres',
    ],
  },
  // These put the parts together.
  {
    from: 'src/config.ts',
    may: [
      'src/addresses.ts',
      'src/errors.ts',
      'src/core',
      'src/secret-files.ts',
      'src/database-urls.ts',
    ],
  },
  { from: 'src/main.ts', may: ['src'] },
  { from: 'src/run-server.ts', may: ['src', 'workers', 'geo'] },
  { from: 'src/serve.ts', may: ['src', 'workers', 'geo'] },
  { from: 'src/listening.ts', may: [...edge, 'src/http'] },
  { from: 'src/migrate-main.ts', may: ['src'] },
  { from: 'src/audit-main.ts', may: ['src/command-line.ts', 'src/record'] },
  { from: 'src/record-key.ts', may: ['src/errors.ts'] },
  { from: 'src/master-key.ts', may: ['src/addresses.ts', 'src/errors.ts', 'src/store'] },
  { from: 'src/keys-main.ts', may: ['src'] },
  { from: 'src/reconcile-main.ts', may: ['src'] },
  { from: 'src/reconcile.ts', may: [...edge, 'src/core', 'src/command-line.ts', 'src/store'] },
  {
    from: 'src/open-database.ts',
    may: [...edge, 'src/embedded-postgres', 'src/master-key.ts', 'src/store'],
  },
  {
    from: 'src/open-parts.ts',
    may: [
      ...edge,
      'src/database-urls.ts',
      'src/embedded-postgres',
      'src/master-key.ts',
      'src/store',
    ],
  },
  { from: 'src', may: [...edge, 'src/core'] },
]

/** Files that may pass 300 lines, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {
  'src/core/model/limits.ts': 'one table: each number with its unit and its reason',
  'src/store/pg/grants.ts': 'one table: each login with what it may read and write',
  'src/config.ts': 'one table: each variable of the environment with what it takes',
  'src/serve.ts': 'one list: every part in the order in which it is brought up',
  'lab/quality/score-case.ts': 'one table: each kind of alert with when it is right',
}

/**
 * Numbers of the pure code that stand outside `src/core/model/limits.ts`, each with the reason why
 * it is no threshold of detection. What decides an alert belongs into the limits, and is versioned.
 */
const numbersElsewhere: Readonly<Record<string, string>> = {
  'src/core/model/tell-victim.ts tellingDaysMax': 'how late a telling is kept, no alert',
  'src/core/model/tell-victim.ts toldByRuleProbabilityMin': 'what staff may say, and no verdict',
  'src/core/belief/jump-places.ts jumpPlaceStride': 'numbers per packed place',
  'src/core/belief/rest-places.ts restPlaceStride': 'numbers per packed place',
  'src/core/belief/sharp-starts.ts sharpestStride': 'numbers per radius kept',
  'src/core/belief/sharp-starts.ts sharpestCountMax': 'bound of memory',
  'src/core/belief/stale-repeat.ts rememberedStride': 'numbers per packed position',
  'src/core/belief/waypoints.ts wayStride': 'numbers per packed place',
  'src/core/belief/jumping.ts devicesMax': 'bound of memory: nobody wears more at once',
  'src/core/belief/path-starts.ts heardDevicesMax': 'bound of memory: nobody wears more at once',
  'src/core/belief/week-rollover.ts rolloverMs': 'what GPS is: ten bits of weeks',
  'src/core/dossier/alert-draft.ts doubtfulBeforeMs': 'how many fixes an alert shows',
  'src/core/dossier/alert-draft.ts doubtfulFixesMax': 'how many fixes an alert shows',
  'src/core/model/alert-kinds/sentence.ts foreseenSecondsMax':
    'how a time is written in a sentence',
  'src/core/dossier/dossier-snapshot.ts snapshotFormat': 'version of a format',
  'src/core/dossier/dossier-snapshot.ts oldestFormatRead': 'version of a format',
  'src/core/dossier/dossier.ts checkpointInterval': 'speed: how often the fold is kept',
  'src/core/dossier/dossier.ts episodesKeptMax': 'bound of memory',
  'src/core/dossier/episode-report.ts unsupportedKeptMax': 'bound of memory',
  'src/core/enforceability/corridors.ts platformMeters': 'which line a station is of',
  'src/core/enforceability/corridors.ts stepMeters': 'how finely a line is walked along',
  'src/core/enforceability/hidden-among.ts neckMeters': 'what nobody takes for a street of homes',
  'src/core/enforceability/hidden-among.ts squareMeters': 'how finely an area is walked over',
  'src/core/enforceability/reach-wide.ts keySpan': 'room for numbers in a key',
  'src/core/enforceability/reach-wide.ts lookedAtMax': 'where a search gives up',
  'src/core/enforceability/reach-wide.ts planeSlack': 'what a plane leaves out of the globe',
  'src/core/enforceability/reach-wide.ts sideMax': 'how coarsely a search begins',
  'src/core/enforceability/police-times.ts gapMeters': 'how outlines of two sources differ',
  'src/core/enforceability/police-times.ts gapStepMeters': 'how finely a border is walked along',
  'src/core/enforceability/corridors.ts thinMeters': 'how finely a strip is drawn',
  'src/core/enforceability/alternatives.ts outlineCount': 'a precision of the method',
  'src/core/enforceability/alternatives.ts unitedAreasMax': 'a bound of work',
  'src/core/enforceability/alternatives.ts unitedCornersMax': 'a bound of work',
  'src/core/enforceability/alternatives.ts sharedBorderMeters': 'a precision of the method',
  'src/core/enforceability/counter-proposal.ts stepMeters': 'rounding of a proposal',
  'geo/planar-drawing.ts cellE7': 'how a search is cut up',
  'geo/planar-drawing.ts cellKeySpan': 'packs two numbers into one',
  'geo/planar-drawing.ts keySpan': 'packs two numbers into one',
  'src/core/enforceability/street-outline.ts areaFactorMax':
    'which outline is offered, and not how it is judged',
  'src/core/enforceability/street-outline.ts besideMeters':
    'on which side of a line a place is asked',
  'src/core/enforceability/street-outline.ts blockShareMax':
    'which outline is offered, and not how it is judged',
  'src/core/enforceability/street-outline.ts blockSquareMeters':
    'which outline is offered, and not how it is judged',
  'src/core/enforceability/street-outline.ts marginMeters': 'how far is looked for streets',
  'src/core/enforceability/street-outline.ts streetCountMax': 'how much is worked out',
  'src/core/enforceability/street-outline.ts streetShareMin':
    'which outline is offered, and not how it is judged',
  'src/core/enforceability/police-times.ts stepCount': 'how finely an area is looked at',
  'src/core/enforceability/reach.ts gridCount': 'resolution of a search',
  'src/core/enforceability/reach.ts refineCount': 'resolution of a search',
  'src/core/engine/incidents.ts overKeptMax': 'bound of memory',
  'src/core/engine/incidents.ts stateVersion': 'version of a format',
  'src/core/fixes/case-fix.ts satellitesOfNoPosition': 'a mark in a packed fix',
  'src/core/fixes/fix-window.ts capacityStep': 'size of an array',
  'src/core/fixes/fix-window.ts fixStride': 'numbers per packed fix',
  'src/core/fixes/fix-window.ts initialCapacity': 'size of an array',
  'src/core/fixes/fix-window.ts personSlotsMax': 'packing of bits',
  'src/core/fixes/fix-window.ts satellitesRange': 'packing of bits',
  'src/core/fixes/fix-window.ts whoPerSatellite': 'packing of bits',
  'src/core/judge/judge-location-ban.ts certainSigmas': 'where the exact integral says 0 or 1',
  'src/core/judge/judge-passage.ts pathSteps': 'resolution of a search',
  'src/core/judge/opening.ts idsPerJudgement': 'how many numbers one judgement may give away',
  'src/core/judge/place-estimate.ts placesMax': 'bound of memory',
  'src/core/judge/weigh-place.ts farSigmas': 'speed: where a chance is 0 to nine digits',
  'src/core/judge/weigh-place.ts nearMeters': 'speed: more than two measures of metres differ by',
  'src/core/judge/unclear-stay.ts staysMax': 'bound of memory',
  'src/core/judge/disputed-stay.ts staysMax': 'bound of memory',
  'src/core/fixes/case-fix.ts offenderSlot': 'a place in a list',
  'src/core/model/heap.ts sweepCountMin': 'size of an array',
  'src/core/model/number-slab.ts initialCount': 'size of an array',
  'src/core/model/registry-index.ts assignmentsKeptMax': 'bound of memory',
  'src/core/enforceability/counter-proposal.ts widestMeters': 'where a search gives up',
  'src/core/enforceability/by-road.ts shortestDegreeMeters': 'a unit',
  'src/core/enforceability/daily-life-check.ts kindsMappedMin': 'when an empty map is one',
  'src/core/enforceability/police-times.ts policeTimeYearsMax':
    'how old a figure may be beside others of its table; no police time is made of it',
  'src/core/enforceability/hold-protected.ts sharedBorderMeters':
    'which outline is offered, and not how it is judged',
  'src/core/enforceability/passage-check.ts lineStepMeters': 'a precision of the method',
  'src/core/enforceability/passage-check.ts namesShownMax': 'a length of a sentence',
  'src/core/model/road-classes.ts signFactorFastest': 'part of a table of speeds',
  'src/core/roads/crossings.ts closerCount': 'a precision of the method',
  'src/core/roads/crossings.ts stepMeters': 'a precision of the method',
  'src/core/roads/cut-off.ts doorMeters': 'how far a search looks',
  'src/core/roads/enter-network.ts searchMetersMax': 'how far a search looks',
  'src/core/roads/known-ground.ts cellDegreesTall': 'a size of the method',
  'src/core/roads/known-ground.ts cellDegreesWide': 'a size of the method',
  'src/core/roads/times-to-place.ts runMeters': 'how far a search looks',
  'src/core/roads/find-way.ts doorMeters': 'how far a search looks',
  'src/core/roads/find-way.ts longestSeconds': 'how far a search looks',
  'src/core/roads/times-to-place.ts dearFactor': 'part of the method',
  'src/core/roads/street-map.ts degreesPerE7': 'a unit',
  'src/core/roads/times-to-place.ts entryMeters': 'how far a search looks',
  'src/core/model/units.ts dayMs': 'a unit',
  'src/core/model/units.ts hourMs': 'a unit',
  'src/core/model/units.ts minuteMs': 'a unit',
  'src/core/model/units.ts weekMs': 'a unit',
  'src/core/model/uuid-table.ts firstValue': 'packing of numbers',
  'src/core/model/uuid-table.ts free': 'packing of numbers',
  'src/core/model/uuid-table.ts gone': 'packing of numbers',
  'src/core/model/uuid-table.ts initialCount': 'size of an array',
  'src/core/model/uuid-table.ts stride': 'packing of numbers',
  'src/core/model/uuid-table.ts uuidWords': 'packing of numbers',
  'src/core/orders/reminders.ts afterEndStep': 'a key of a row',
  'src/core/orders/reminders.ts suspendedStep': 'a key of a row',
  'src/core/orders/reminders.ts reviewStep': 'a key of a row',
  'src/core/orders/reminders.ts lastWeekDays': 'a term of a row',
  'src/core/orders/reminders.ts lastDays': 'a term of a row',
  'src/core/orders/ask-about-move.ts besideMeters': 'what a place on a map errs by',
  'src/core/orders/ask-about-move.ts moveAnsweredWithinHours': 'a term of a row',
  'src/core/orders/type-faults.ts daysMax': 'what a date can be written of',
  'src/core/orders/check-end.ts daysTakenForMonth': 'what people take for a month',
  'src/core/belief/mirrored.ts partLatitudeDegrees': 'speed: any part within 280 km is right',
  'src/core/belief/mirrored.ts partLongitudeDegrees': 'speed: any part within 280 km is right',
  'src/core/belief/mirrored.ts partMeters': 'a measure of the globe',
  'src/core/quiet/area-bounds.ts freeMetersMin': 'speed: with less there is nothing to gain',
  'src/core/quiet/area-bounds.ts metersError': 'bound: how far metres to a border may be off',
  'src/core/quiet/area-bounds.ts metersErrorShare': 'bound: the same, of far ones',
  'src/core/quiet/area-bounds.ts usualAccuracyMeters': 'speed: of coarser ones fewer wait',
  'src/core/quiet/going-on.ts bitsMax': 'format: bits of a number',
  'src/core/quiet/quiet-box.ts homeMetersMax': 'bound of a proof, below mirrorFarMetersMin',
  'src/core/quiet/quiet-box.ts metersPerDegreeMax': 'bound of a proof',
  'src/core/quiet/quiet-pairs.ts farMeters': 'bound: two degrees of latitude are more',
  'src/core/quiet/quiet-pairs.ts planeShare': 'bound: how far a plane may be off',
  'src/core/quiet/quiet-pairs.ts roundingMeters': 'what two orders of a sum may differ by',
  'src/core/quiet/quiet-pairs.ts sameMeters': 'bound: further off it is another measurement',
  'src/core/quiet/trail.ts waitingCountMax': 'bound of memory: the fixes between two checkpoints',
  'src/core/rules/ban-finder.ts bansWalkedCountMax': 'speed: from where a tree pays',
  'src/core/rules/ban-versions.ts nearSlackMeters': 'speed: boxes a little too large miss nothing',
  'src/core/rules/ban-versions.ts versionsKeptMax': 'bound of memory',
  'src/core/rules/confirm-window.ts versionsKeptMax': 'bound of memory',
  'src/core/rules/schedule.ts openDaysKeptMax': 'bound of memory',
  'src/core/rules/schedule.ts scanDays': 'what a week is, with its edges',
  'src/core/rules/grown-area.ts longestDegreeMeters': 'a measure of the globe',
  'src/core/rules/grown-area.ts smallestMeters':
    'how finely two areas are compared: less than a fix can tell',
  'src/core/rules/weakening.ts edgesMax': 'speed: what is larger is not shown to be covered',
  'src/core/watch/latches.ts latchesKeptMax': 'bound of memory',
  'src/core/watch/latches.ts tamperRestoredCountMax': 'bound of memory',
  'src/core/watch/device-alerts.ts receiptsKeptMax': 'bound of memory',
  'src/core/watch/latches.ts timesApartMs': 'bound of memory: what may be forgotten',
  'src/core/watch/latches.ts timesKeptMax': 'bound of memory',
  'src/core/watch/watch-snapshot.ts stateVersion': 'version of a format',
  // Of geometry: the shape of the earth, and where one exact way of
  // computing hands over to another.
  'geo/ban-shape.ts verticesUnindexedMax': 'speed: from where an index pays',
  'geo/bell-mass.ts certainSigmas': 'where the integral says 0 or 1',
  'geo/bell-mass.ts knifeEdgeSigmas': 'precision of a method',
  'geo/detour.ts outside': 'a place in a list',
  'geo/box-tree.ts boxesPerLeafMax': 'speed: the shape of the tree',
  'geo/box-tree.ts inner': 'a place in a packed tree',
  'geo/border-distance.ts globeMetersMin': 'precision of a method',
  'geo/border-distance.ts planeMetersMax': 'precision of a method',
  'geo/containment.ts inside': 'one of three answers, as a number',
  'geo/containment.ts onBorder': 'one of three answers, as a number',
  'geo/ring-around.ts circleCorners': 'how finely a circle is drawn as an area',
  'geo/cut-corridor.ts endCorners': 'how finely the end of a strip is drawn',
  'geo/cut-corridor.ts sliverSquareMeters': 'what falls off beside a strip and is no area',
  'geo/detour.ts planeMetersMax': 'precision of a method',
  'geo/circle-path.ts planeMetersMax': 'bound of a method; beyond it the rim itself is asked',
  'geo/distance.ts nearDegreesMax': 'precision of a method',
  'geo/distance.ts planeLatitudeMax': 'precision of a method',
  'geo/edge-index.ts chunksPerBlock': 'speed: size of a block',
  'geo/edge-index.ts edgesPerChunk': 'speed: size of a chunk',
  'geo/edge-index.ts edgesPerRow': 'speed: size of a row',
  'geo/edge-index.ts edgesPerRun': 'speed: size of a run',
  'geo/ellipsoid.ts curvatureRadiusMetersMin': 'the earth',
  'geo/ellipsoid.ts eccentricitySquared': 'the earth',
  'geo/ellipsoid.ts equatorialRadiusMeters': 'the earth',
  'geo/ellipsoid.ts flattening': 'the earth',
  'geo/ellipsoid.ts radiansPerDegree': 'a unit',
  'geo/exact-side.ts roundingBound': 'what a float is',
  'geo/geometry-findings.ts faultsMax': 'how many faults an answer names',
  'geo/grown-mass.ts pairCount': 'precision of a method',
  'geo/grown-mass.ts settledSigmas': 'precision of a method',
  'geo/normal.ts tailMax': 'precision of a method',
  'geo/normal.ts tailScale': 'precision of a method',
  'geo/path.ts deepestRoundsMax': 'bound of a search',
  'geo/path.ts slackDegrees': 'precision of a method',
  'geo/probability.ts metersPerLatitudeDegreeMin': 'the earth',
  'geo/probability.ts straightSigmasMin': 'precision of a method',
  'geo/ring-vertices.ts coarse': 'a ten-millionth, in two parts',
  'geo/ring-vertices.ts fine': 'a ten-millionth, in two parts',
  'geo/ring-vertices.ts gap': 'a word in a packed list',
  'geo/ring-vertices.ts unitsPerDegree': 'memory: what is not whole in it is kept as it is',
}

/**
 * Lists spread over the arguments of a call, each with the reason why it is short whatever anybody
 * sends. Each argument takes a place on the stack, and some hundred thousand end the work: lists
 * are added by `pushAll`, and compared by `minOf` and `maxOf`.
 */
const spreadsOfFew: Readonly<Record<string, string>> = {
  'geo/detour.ts partInPlane(...ends)': 'four numbers',
  'src/live/redis-doorbell.ts state.subscriber.subscribe(...doorbellChannels)':
    'a list in the code',
}

/** Inline numbers that are no thresholds: turns, and seconds, minutes and hours in milliseconds. */
const plainNumbers = /^(1_?000|180|360|60_000|3_600_000|0\.5)$/

/** Source files without a mirror in test/, each with the place that does test it. */
const mirrorElsewhere: Readonly<Record<string, string>> = {
  'geo/ring-around.ts': 'test/geo/cut-corridor.test.ts',
  'src/core/quiet/area-bounds.ts': 'test/core/quiet/going-on.test.ts',
  'src/core/quiet/learn-areas.ts': 'test/core/quiet/going-on.test.ts',
  'src/core/quiet/learn-rows.ts': 'test/core/quiet/going-on.test.ts',
  // What runs in a browser is tried in one.
  'src/desk/page/case/steady-hand.ts': 'test/desk/hands.test.ts',
  'src/desk/page/case/use-fold.ts': 'test/desk/looks.test.ts',
  'src/desk/page/form/kept-inputs.ts': 'test/desk/order-form.test.ts',
  'src/desk/page/form/use-kept.ts': 'test/desk/shift.test.ts',
  'src/desk/page/net/api.ts': 'test/desk/desk.test.ts',
  'src/desk/page/net/follow.ts': 'test/desk/assessments.test.ts',
  'src/desk/page/state/calls.ts': 'test/desk/desk.test.ts',
  'src/desk/page/state/desk.ts': 'test/desk/desk.test.ts',
  'src/desk/page/state/follow.ts': 'test/desk/desk.test.ts',
  'src/desk/page/state/leaving.ts': 'test/desk/order-form.test.ts',
  'src/desk/page/state/session.ts': 'test/desk/desk.test.ts',
  'src/desk/page/words/words.ts': 'test/desk/desk.test.ts',
  'src/desk/page/words/en.ts': 'test/desk/desk.test.ts',
  'src/desk/page/words/nl.ts': 'test/desk/desk.test.ts',
  'src/desk/page/form/form-words.ts': 'test/desk/register.test.ts',
  'src/core/orders/life-dutch.ts': 'test/http/routes/case-page.test.ts',
  'src/http/answers/case-people-answer.ts': 'test/http/routes/case-people.test.ts',
  'src/store/report/case-actions.ts': 'test/http/routes/case-page.test.ts',
  'src/http/routes/kept-assessments.ts': 'test/http/orders/attach-assessment.test.ts',
  'src/schemas/joined-orders.ts': 'test/http/routes/joined-orders.test.ts',
  'src/http/answers/household-answer.ts': 'test/http/routes/relocations.test.ts',
  'src/schemas/household.ts': 'test/http/routes/relocations.test.ts',
  'src/schemas/kept-assessment.ts': 'test/http/routes/enforceability-assessments.test.ts',
  'src/desk/page/register/order-life-words.ts': 'test/desk/register.test.ts',
  'src/desk/page/register/decision-words.ts': 'test/desk/register.test.ts',
  'src/desk/page/register/household-words.ts': 'test/desk/register.test.ts',
  'src/desk/page/register/risk-words.ts': 'test/desk/register.test.ts',
  'src/desk/page/register/holds-words.ts': 'test/desk/register.test.ts',
  'src/desk/page/register/year-words.ts': 'test/desk/register.test.ts',
  'src/desk/page/register/case-page-words.ts': 'test/desk/register.test.ts',
  'src/desk/page/register/case-people-words.ts': 'test/desk/register.test.ts',
  'src/desk/page/register/advisory-words.ts': 'test/desk/register.test.ts',
  'src/desk/page/register/victim-words.ts': 'test/desk/people.test.ts',
  'src/desk/page/register/partner-words.ts': 'test/desk/register.test.ts',
  // What a route alone uses is tried through it.
  'src/schemas/case.ts': 'test/http/routes/case-people.test.ts',
  'src/http/orders/make-telling.ts': 'test/http/routes/victims.test.ts',
  'src/http/orders/record-reading.ts': 'test/http/routes/positions-on-record.test.ts',
  'src/schemas/partner.ts': 'test/http/routes/partners.test.ts',
  'src/schemas/reading-notice.ts': 'test/http/routes/partners.test.ts',
  'src/schemas/victim.ts': 'test/http/routes/victims.test.ts',
  'src/core/model/retention-terms.ts': 'test/workers/keep-retention.test.ts',
  'src/schemas/address-search.ts': 'test/http/routes/address-searches.test.ts',
  'src/schemas/named-area-search.ts': 'test/http/routes/address-searches.test.ts',
  'src/schemas/retention.ts': 'test/workers/keep-retention.test.ts',
  'src/store/cases/erase-case.ts': 'test/workers/keep-retention.test.ts',
  'src/store/pg/database-clock.ts': 'test/workers/keep-retention.test.ts',
  'src/store/cases/retention-holds.ts': 'test/workers/keep-retention.test.ts',
  'src/store/cases/erase-unused.ts': 'test/workers/keep-retention.test.ts',
  'src/store/cases/stored-terms.ts': 'test/workers/keep-retention.test.ts',
  'src/store/cases/sightings.ts': 'test/http/routes/victims.test.ts',
  'src/store/cases/victims.ts': 'test/http/routes/victims.test.ts',
  'src/store/alerts/align-organisation-alert.ts': 'test/http/routes/case-people.test.ts',
  'src/store/registry/decisions-due.ts': 'test/http/routes/decisions.test.ts',
  'src/store/cases/case-gaps.ts': 'test/http/routes/case-people.test.ts',
  'src/store/cases/case-roles.ts': 'test/http/routes/case-people.test.ts',
  'src/store/cases/screenings.ts': 'test/http/routes/case-people.test.ts',
  'src/store/partners/notices-sent.ts': 'test/http/routes/partners.test.ts',
  'src/desk/page/register/rows.ts': 'test/desk/register.test.ts',
  'src/desk/page/words/register/words.ts': 'test/desk/register.test.ts',
  'src/desk/page/words/register/nl.ts': 'test/desk/register.test.ts',
  'src/desk/page/words/register/en.ts': 'test/desk/register.test.ts',
  'src/desk/page/words/accounts/words.ts': 'test/desk/accounts.test.ts',
  'src/desk/page/register/ban-draft.ts': 'test/desk/order-form.test.ts',
  'src/desk/page/proposals/proposal-words.ts': 'test/desk/proposals.test.ts',
  'src/core/enforceability/check-titles.ts': 'test/desk/assessments.test.ts',
  'src/desk/page/assess/assess-words.ts': 'test/desk/assessments.test.ts',
  'src/desk/page/assess/draft.ts': 'test/desk/assessments.test.ts',
  'src/desk/page/assess/alternative-words.ts': 'test/desk/assessments.test.ts',
  'src/desk/page/assess/use-answer.ts': 'test/desk/assessments.test.ts',
  'src/desk/page/register/order-start.ts': 'test/desk/assessments.test.ts',
  'src/desk/vite.config.ts': 'test/desk/size.test.ts',
  'src/http/proposals/describe-protocol.ts': 'test/http/routes/response-protocol.test.ts',
  'src/desk/page/protocol/use-colleagues.ts': 'test/desk/response.test.ts',
  'src/desk/page/map/gl-map.ts': 'test/desk/map.test.ts',
  'src/desk/page/map/gl-layers.ts': 'test/desk/map.test.ts',
  'src/desk/page/map/gl-scene.ts': 'test/desk/map.test.ts',
  'src/desk/page/map/ground.ts': 'test/desk/map.test.ts',
  'src/desk/page/map/places-of.ts': 'test/desk/map.test.ts',
  'src/http/desk/ground-file.ts': 'test/http/desk/ground-tiles.test.ts',
  'lab/town/town-ground.ts': 'test/http/desk/ground-tiles.test.ts',
  'src/desk/page/case/use-track.ts': 'test/desk/newcomer.test.ts',
  'src/desk/page/tour/tour-words.ts': 'test/desk/newcomer.test.ts',
  'src/schemas/alert-track.ts': 'test/http/routes/alert-track.test.ts',
  'src/store/alerts/track-rows.ts': 'test/http/routes/alert-track.test.ts',
  'src/schemas/device-quality.ts': 'test/http/routes/device-quality.test.ts',
  'src/store/registry/device-quality.ts': 'test/http/routes/device-quality.test.ts',
  'src/desk/page/net/use-reading.ts': 'test/desk/response.test.ts',
  'src/desk/page/state/outbox.ts': 'test/desk/response.test.ts',
  'src/desk/page/state/drafts.ts': 'test/desk/response.test.ts',
  'src/desk/page/state/seat.ts': 'test/desk/response.test.ts',
  'src/desk/page/protocol/response-words.ts': 'test/desk/response.test.ts',
  'src/desk/page/protocol/use-acting.ts': 'test/desk/response.test.ts',
  'src/desk/page/protocol/second-desk.ts': 'test/desk/response.test.ts',
  'src/desk/page/handover/hand-over-words.ts': 'test/desk/shift.test.ts',
  'src/desk/page/figures/figures-words.ts': 'test/desk/shift.test.ts',
  'src/desk/page/list/list-words.ts': 'test/desk/shift.test.ts',
  'src/schemas/response.ts': 'test/http/routes/alert-response.test.ts',
  'src/store/desk/desk-acts.ts': 'test/http/routes/alert-response.test.ts',
  'src/store/desk/protocols.ts': 'test/http/routes/alert-response.test.ts',
  'src/store/registry/person-phones.ts': 'test/http/routes/alert-response.test.ts',
  'src/http/answers/response-answer.ts': 'test/http/routes/alert-response.test.ts',
  'src/schemas/desk.ts': 'test/http/routes/hand-overs.test.ts',
  'src/store/desk/desk-figures.ts': 'test/http/routes/hand-overs.test.ts',
  'src/store/desk/desk-looks.ts': 'test/http/routes/incidents.test.ts',
  'src/store/desk/desk-seats.ts': 'test/http/routes/hand-overs.test.ts',
  'src/store/desk/hand-over-items.ts': 'test/http/routes/hand-overs.test.ts',
  'src/store/desk/hand-overs.ts': 'test/http/routes/hand-overs.test.ts',
  'src/store/desk/shelvings.ts': 'test/http/routes/hand-overs.test.ts',
  'src/core/model/protocol.ts': 'test/core/model/plan-response.test.ts',
  'src/core/model/protocol-sets.ts': 'test/core/model/plan-response.test.ts',
  'src/core/roads/known-ground.ts': 'test/core/enforceability/on-a-map.test.ts',
  'src/store/alerts/told-after.ts': 'test/http/routes/proposals.test.ts',
  'src/assess/advice-page.ts': 'test/assess/assess.test.ts',
  'src/assess/answering/assess-thread.ts': 'test/assess/answering/assessor.test.ts',
  'src/map/open-places.ts': 'test/desk/assessments.test.ts',
  'src/assess/answering/open-assessing.ts': 'test/http/routes/enforceability-assessments.test.ts',
  'src/http/routes/read-positions.ts': 'test/http/routes/enforceability-assessments.test.ts',
  'src/assess/assess-main.ts': 'test/assess/assess.test.ts',
  'src/assess/draw-ground.ts': 'test/assess/assess.test.ts',
  'src/assess/edition.ts': 'test/assess/assess.test.ts',
  'src/assess/place-labels.ts': 'test/assess/assess.test.ts',
  'src/map/import-main.ts': 'test/map/import/import-extract.test.ts',
  'src/schemas/read-proposal.ts': 'test/assess/assess.test.ts',
  'src/store/enforceability/stored-fixes.ts': 'test/http/routes/enforceability-assessments.test.ts',
  'src/store/enforceability/erase-assessments.ts': 'test/workers/keep-assessments.test.ts',
  'src/store/enforceability/assessments.ts': 'test/http/routes/enforceability-assessments.test.ts',
  'src/http/routes/readings-outside.ts': 'test/http/routes/break-glasses.test.ts',
  'src/schemas/break-glass.ts': 'test/http/routes/break-glasses.test.ts',
  'src/store/alerts/case-at-hand.ts': 'test/http/door/case-walks.test.ts',
  'src/store/alerts/readings-outside.ts': 'test/http/routes/break-glasses.test.ts',
  'src/store/people/break-glass.ts': 'test/http/routes/break-glasses.test.ts',
  'src/http/orders/decision-missing.ts': 'test/http/routes/decisions.test.ts',
  'src/http/orders/import-decision.ts': 'test/http/routes/decisions.test.ts',
  'src/schemas/decision.ts': 'test/http/routes/decisions.test.ts',
  'src/store/registry/decisions.ts': 'test/http/routes/decisions.test.ts',
  'src/http/answers/order-life-answer.ts': 'test/http/routes/order-life.test.ts',
  'src/schemas/order-life.ts': 'test/http/routes/order-life.test.ts',
  'src/store/registry/order-acts.ts': 'test/http/routes/order-life.test.ts',
  'src/store/registry/order-reminders.ts': 'test/http/routes/order-life.test.ts',
  'src/store/registry/reminders-due.ts': 'test/http/routes/order-life.test.ts',
  'workers/keep-orders.ts': 'test/http/routes/order-life.test.ts',
  'src/http/answers/proposal-answer.ts': 'test/http/routes/proposals.test.ts',
  'src/http/proposals/decide.ts': 'test/http/routes/proposals.test.ts',
  'src/http/proposals/describe-change.ts': 'test/http/routes/proposals.test.ts',
  'src/http/proposals/enact.ts': 'test/http/routes/proposals.test.ts',
  'src/evidence/evidence-main.ts': 'test/evidence/evidence.test.ts',
  'src/evidence/command.ts': 'test/evidence/evidence.test.ts',
  'src/evidence/gather.ts': 'test/evidence/evidence.test.ts',
  'src/evidence/print-page.ts': 'test/evidence/evidence.test.ts',
  'src/evidence/write-bundle.ts': 'test/evidence/evidence.test.ts',
  'src/evidence/write-gpx.ts': 'test/evidence/evidence.test.ts',
  'src/store/alerts/evidence-rows.ts': 'test/evidence/evidence.test.ts',
  'src/http/routes/second-administrator.ts': 'test/http/routes/second-administrator.test.ts',
  'src/http/routes/staff-links.ts': 'test/http/routes/second-administrator.test.ts',
  'src/http/proposals/enact-device.ts': 'test/http/routes/two-hands.test.ts',
  'src/http/proposals/propose-device.ts': 'test/http/routes/two-hands.test.ts',
  'src/http/proposals/propose.ts': 'test/http/routes/proposals.test.ts',
  'src/http/proposals/propose-answer.ts': 'test/http/routes/proposals.test.ts',
  'src/http/proposals/propose-order.ts': 'test/http/routes/proposals.test.ts',
  'src/http/routes/alert-answers.ts': 'test/http/routes/alerts.test.ts',
  'src/schemas/proposal.ts': 'test/http/routes/proposals.test.ts',
  'src/store/alerts/weakening-task.ts': 'test/http/routes/proposals.test.ts',
  'src/store/people/proposals.ts': 'test/http/routes/proposals.test.ts',
  'src/store/people/proposals-due.ts': 'test/http/routes/proposals.test.ts',
  'src/store/registry/order-versions.ts': 'test/http/routes/proposals.test.ts',
  'workers/keep-proposals.ts': 'test/http/routes/proposals.test.ts',
  'src/schemas/incident.ts': 'test/http/routes/incidents.test.ts',
  'src/store/alerts/incidents.ts': 'test/http/routes/incidents.test.ts',
  'src/http/orders/coarse-sightings.ts': 'test/http/routes/area-searches.test.ts',
  'src/store/alerts/pair-standing.ts': 'test/http/routes/alerts.test.ts',
  'src/http/orders/ban-directory.ts': 'test/http/routes/area-searches.test.ts',
  'src/schemas/area-search.ts': 'test/http/routes/area-searches.test.ts',
  'src/store/evaluator/latest-sightings.ts': 'test/http/routes/area-searches.test.ts',
  'src/store/registry/follow-orders.ts': 'test/http/routes/area-searches.test.ts',
  'src/watchdog/watchdog-thread.ts': 'test/watchdog/watchdog.test.ts',
  'src/ingest/evaluator/evaluator-thread.ts': 'test/ingest/evaluator/evaluator-apart.test.ts',
  'src/embedded-postgres/settings.ts': 'test/compose.test.ts',
  'src/listening.ts': 'test/faults/listening-address.test.ts',
  'src/outlive-connections.ts': 'test/queue/broken-opening.test.ts',
  'src/queue/open-queues.ts': 'test/queue/alert-queues.test.ts',
  'lab/simulate/devices/device-battery.ts': 'test/lab/simulate/simulation.test.ts',
  'lab/simulate/devices/device-distortion.ts': 'test/lab/simulate/simulation.test.ts',
  'lab/simulate/devices/device-stream.ts': 'test/lab/simulate/simulation.test.ts',
  'lab/simulate/devices/device-upload.ts': 'test/lab/simulate/simulation.test.ts',
  'lab/simulate/devices/record-heap.ts': 'test/lab/simulate/simulation.test.ts',
  'lab/simulate/names.ts': 'test/lab/simulate/simulation.test.ts',
  'src/core/belief/track.ts': 'test/core/belief/believe-fix.test.ts',
  'src/core/dossier/apply-jamming.ts': 'test/core/engine/engine.test.ts',
  'src/core/dossier/dossier-snapshot.ts': 'test/core/dossier/dossier.test.ts',
  'src/core/dossier/pack-dossier.ts': 'test/core/dossier/dossier.test.ts',
  'src/core/dossier/pack-track.ts': 'test/core/dossier/dossier.test.ts',
  'src/core/fixes/pack-fix.ts': 'test/core/dossier/dossier.test.ts',
  'src/core/judge/step-dossier.ts': 'test/core/engine/engine.test.ts',
  'src/core/quiet/quiet-box.ts': 'test/property/quiet-fix.test.ts',
  'src/core/quiet/quiet-fix.ts': 'test/property/quiet-fix.test.ts',
  'src/core/quiet/quiet-rows.ts': 'test/property/quiet-fix.test.ts',
  'src/core/quiet/read-seen.ts': 'test/property/quiet-fix.test.ts',
  'src/core/quiet/trail.ts': 'test/property/quiet-fix.test.ts',
  'src/core/model/number-slab.ts': 'test/property/quiet-fix.test.ts',
  'src/core/model/side-state.ts': 'test/core/watch/judge-side.test.ts',
  'src/addresses.ts': 'test/config.test.ts',
  'src/audit-main.ts': 'test/record/verify-export.test.ts',
  'src/http/door/act.ts': 'test/http/routes/audit-entries.test.ts',
  'src/schemas/audit-entry.ts': 'test/http/routes/audit-entries.test.ts',
  'src/store/record/audit-heads.ts': 'test/workers/seal-record.test.ts',
  'src/backup/backup-main.ts': 'test/backup/backup.test.ts',
  'src/backup/line-file.ts': 'test/backup/backup.test.ts',
  'src/core/model/disclosure.ts': 'test/http/routes/case-page.test.ts',
  'src/report/print-case.ts': 'test/http/routes/case-page.test.ts',
  'src/report/case-words.ts': 'test/http/routes/case-page.test.ts',
  'src/schemas/case-page.ts': 'test/http/routes/case-page.test.ts',
  'src/store/report/case-facts.ts': 'test/http/routes/case-page.test.ts',
  'src/report/make-report.ts': 'test/http/routes/yearly-reports.test.ts',
  'src/report/print-report.ts': 'test/http/routes/yearly-reports.test.ts',
  'src/report/read-report.ts': 'test/http/routes/yearly-reports.test.ts',
  'src/report/report-main.ts': 'test/http/routes/yearly-reports.test.ts',
  'src/report/words.ts': 'test/http/routes/yearly-reports.test.ts',
  'src/schemas/yearly-report.ts': 'test/http/routes/yearly-reports.test.ts',
  'src/store/report/yearly-facts.ts': 'test/http/routes/yearly-reports.test.ts',
  'src/transfer/case-record.ts': 'test/transfer/transfer.test.ts',
  'src/transfer/case-rows.ts': 'test/transfer/transfer.test.ts',
  'src/transfer/case-scope.ts': 'test/transfer/transfer.test.ts',
  'src/transfer/case-tables.ts': 'test/transfer/transfer.test.ts',
  'src/transfer/export-main.ts': 'test/transfer/transfer.test.ts',
  'src/transfer/import-case.ts': 'test/transfer/transfer.test.ts',
  'src/transfer/import-cases.ts': 'test/transfer/transfer.test.ts',
  'src/transfer/import-cases-main.ts': 'test/transfer/transfer.test.ts',
  'src/transfer/in-no-case.ts': 'test/transfer/transfer.test.ts',
  'src/transfer/journal-case.ts': 'test/transfer/transfer.test.ts',
  'src/transfer/manifest.ts': 'test/transfer/transfer.test.ts',
  'src/transfer/open-cases.ts': 'test/transfer/transfer.test.ts',
  'src/transfer/sealed-rows.ts': 'test/transfer/transfer.test.ts',
  'src/transfer/write-export.ts': 'test/transfer/transfer.test.ts',
  'src/backup/restore-main.ts': 'test/backup/backup.test.ts',
  'src/core/watch/storage-low.ts': 'test/workers/watch-storage.test.ts',
  'src/store/alerts/raise-journal-altered.ts': 'test/workers/watch-journal.test.ts',
  'src/store/journal/tallies.ts': 'test/workers/watch-journal.test.ts',
  'src/store/alerts/raise-storage-low.ts': 'test/workers/watch-storage.test.ts',
  'src/store/pg/database-room.ts': 'test/workers/watch-storage.test.ts',
  'src/core/watch/detection-behind.ts': 'test/store/alerts/raise-detection-behind.test.ts',
  'src/core/watch/clocks-differ.ts': 'test/ingest/clock-watch.test.ts',
  'src/store/alerts/raise-clocks-differ.ts': 'test/ingest/clock-watch.test.ts',
  'src/http/answers/staff-answer.ts': 'test/http/routes/signing-in.test.ts',
  'src/http/door/hash-list.ts': 'test/http/door/auth.test.ts',
  'src/http/door/session-auth.ts': 'test/http/routes/sessions.test.ts',
  'src/http/door/step-up.ts': 'test/http/routes/sessions.test.ts',
  'src/http/routes/stepping-up.ts': 'test/http/routes/sessions.test.ts',
  'src/http/routes/staff.ts': 'test/http/routes/signing-in.test.ts',
  'src/http/routes/staff-reach.ts': 'test/http/routes/signing-in.test.ts',
  'src/http/sign-in/page.ts': 'test/scenarios/sign-in-page.test.ts',
  'src/http/sign-in/page-words.ts': 'test/scenarios/sign-in-page.test.ts',
  'src/http/sign-in/sign-in-deps.ts': 'test/http/routes/signing-in.test.ts',
  'src/http/sign-in/visitor.ts': 'test/http/routes/signing-in.test.ts',
  'src/schemas/sign-in.ts': 'test/http/routes/signing-in.test.ts',
  'src/schemas/staff.ts': 'test/http/routes/signing-in.test.ts',
  'src/http/sign-in/issuer-routes.ts': 'test/scenarios/sign-in-with-issuer.test.ts',
  'src/sign-in/issuer.ts': 'test/scenarios/sign-in-with-issuer.test.ts',
  'src/sign-in/issuer-settings.ts': 'test/sign-in/issuer-settings.test.ts',
  'src/sign-in/with-issuer.ts': 'test/scenarios/sign-in-with-issuer.test.ts',
  'src/sign-in/links.ts': 'test/http/routes/signing-in.test.ts',
  'src/sign-in/open-session.ts': 'test/http/routes/signing-in.test.ts',
  'src/sign-in/passkey-ceremony.ts': 'test/scenarios/sign-in-page.test.ts',
  'src/sign-in/record-act.ts': 'test/http/routes/sessions.test.ts',
  'src/sign-in/step-up.ts': 'test/http/routes/sessions.test.ts',
  'src/sign-in/with-passkey.ts': 'test/scenarios/sign-in-page.test.ts',
  'src/sign-in/with-password.ts': 'test/http/routes/signing-in.test.ts',
  'src/store/people/passkeys.ts': 'test/scenarios/sign-in-page.test.ts',
  'src/store/people/sign-in-links.ts': 'test/http/routes/signing-in.test.ts',
  'src/store/people/staff-accounts.ts': 'test/http/routes/signing-in.test.ts',
  'src/store/people/staff-secrets.ts': 'test/http/routes/signing-in.test.ts',
  'src/store/people/staff-sessions.ts': 'test/http/routes/sessions.test.ts',
  'src/http/answers/alert-answer.ts': 'test/http/routes/alerts.test.ts',
  'src/http/answers/alert-disclosure.ts': 'test/http/answers/find-home.test.ts',
  'src/http/answers/coarse-cell.ts': 'test/http/answers/find-home.test.ts',
  'src/http/answers/escalation-ladder-answer.ts': 'test/http/routes/escalation-ladder.test.ts',
  'src/http/answers/order-answer.ts': 'test/http/routes/protection-orders.test.ts',
  'src/http/answers/webhook-answer.ts': 'test/http/routes/webhook-subscriptions.test.ts',
  'src/http/door/body.ts': 'test/http/bad-input.test.ts',
  'src/http/door/guard.ts': 'test/http/door/socket-exits.test.ts',
  'src/http/door/problem.ts': 'test/http/door/socket-exits.test.ts',
  'src/http/door/route-list.ts': 'test/http/routes/roles.test.ts',
  'src/http/metrics/fed-metrics.ts': 'test/http/metrics/part-metrics.test.ts',
  'src/http/metrics/metrics.ts': 'test/http/metrics/health.test.ts',
  'src/http/openapi/docs-operations.ts': 'test/http/metrics/health.test.ts',
  'src/http/openapi/docs-page.ts': 'test/http/metrics/health.test.ts',
  'src/http/openapi/html.ts': 'test/http/metrics/health.test.ts',
  'src/http/openapi/operation.ts': 'test/http/openapi/openapi.test.ts',
  'src/http/openapi/schema.ts': 'test/http/openapi/openapi.test.ts',
  'src/http/orders/order-change.ts': 'test/http/routes/protection-orders.test.ts',
  'src/http/orders/registry-change.ts': 'test/http/routes/registry.test.ts',
  'src/http/routes/device-assignments.ts': 'test/http/routes/registry.test.ts',
  'src/http/routes/devices.ts': 'test/http/routes/registry.test.ts',
  'src/http/routes/paging.ts': 'test/http/routes/registry.test.ts',
  'src/http/routes/persons.ts': 'test/http/routes/registry.test.ts',
  'src/http/orders/erase-order.ts': 'test/http/routes/order-erasing.test.ts',
  'src/http/routes/protection-order-operations.ts': 'test/http/routes/protection-orders.test.ts',
  'src/http/routes/vendors.ts': 'test/http/routes/registry.test.ts',
  'src/main.ts': 'test/scenarios/main-job.test.ts',
  'src/run-server.ts': 'test/scenarios/main-job.test.ts',
  'src/keys-main.ts': 'test/store/keys/data-keys.test.ts',
  'src/migrate-main.ts': 'test/store/pg/migrate.test.ts',
  'src/schemas/alert-event.ts': 'test/http/openapi/webhooks.test.ts',
  'src/schemas/api-client.ts': 'test/http/routes/api-clients.test.ts',
  'src/schemas/ban-area.ts': 'test/http/routes/protection-orders.test.ts',
  'src/schemas/device-assignment.ts': 'test/http/routes/registry.test.ts',
  'src/schemas/device.ts': 'test/http/routes/registry.test.ts',
  'src/schemas/enforceability.ts': 'test/http/routes/enforceability-assessments.test.ts',
  'src/schemas/escalation-ladder.ts': 'test/http/routes/escalation-ladder.test.ts',
  'src/schemas/person.ts': 'test/http/routes/registry.test.ts',
  'src/schemas/protection-order-answer.ts': 'test/http/routes/protection-orders.test.ts',
  'src/schemas/protection-order.ts': 'test/http/routes/protection-orders.test.ts',
  'src/schemas/read-order.ts': 'test/http/routes/protection-orders.test.ts',
  'src/schemas/refused-report.ts': 'test/http/routes/refused-reports.test.ts',
  'src/schemas/vendor.ts': 'test/http/routes/registry.test.ts',
  'src/open-database.ts': 'test/store/history/reconcile.test.ts',
  'src/reconcile-main.ts': 'test/store/history/reconcile.test.ts',
  'src/reconcile.ts': 'test/store/history/reconcile.test.ts',
  'src/serve.ts': 'test/scenarios/main-job.test.ts',
  'src/store/alerts/access-log.ts': 'test/http/routes/alerts.test.ts',
  'src/store/alerts/alert-actions.ts': 'test/http/routes/alerts.test.ts',
  'src/store/alerts/delivery-failures.ts': 'test/workers/deliver-webhooks.test.ts',
  'src/store/alerts/escalation-ladders.ts': 'test/http/routes/escalation-ladder.test.ts',
  'src/store/alerts/escalations.ts': 'test/faults/queue-destroyed.test.ts',
  'src/store/evaluator/evaluator-place.ts': 'test/ingest/evaluator/evaluator.test.ts',
  'src/store/evaluator/evaluator-snapshots.ts': 'test/ingest/evaluator/evaluator.test.ts',
  'src/store/evaluator/rejudgements.ts': 'test/ingest/evaluator/evaluator.test.ts',
  'src/store/evaluator/stream-progress.ts': 'test/http/metrics/health.test.ts',
  'src/store/journal/poison.ts': 'test/ingest/evaluator/evaluator.test.ts',
  'src/store/pg/epoch-ms.ts': 'test/http/routes/escalation-ladder.test.ts',
  'src/store/pg/time-text.ts': 'test/store/history/history.test.ts',
  'src/database-urls.ts': 'test/config.test.ts',
  'src/open-parts.ts': 'test/scenarios/main-job.test.ts',
  'src/store/pg/grants.ts': 'test/store/pg/row-security.test.ts',
  'src/store/pg/people-login.ts': 'test/embedded-postgres/roles.test.ts',
  'src/http/door/installation.ts': 'test/http/routes/organisation-borders.test.ts',
  'src/http/routes/access-log.ts': 'test/http/routes/organisation-borders.test.ts',
  'src/http/routes/cases.ts': 'test/http/routes/organisation-borders.test.ts',
  'src/http/routes/desks.ts': 'test/http/routes/organisation-borders.test.ts',
  'src/http/routes/organisations.ts': 'test/http/routes/organisation-borders.test.ts',
  'src/schemas/organisation.ts': 'test/http/routes/organisation-borders.test.ts',
  'src/schemas/access-log.ts': 'test/http/routes/organisation-borders.test.ts',
  'src/store/organisations/case-moves.ts': 'test/http/routes/organisation-borders.test.ts',
  'src/store/organisations/desks.ts': 'test/http/routes/organisation-borders.test.ts',
  'src/store/organisations/organisations.ts': 'test/http/routes/organisation-borders.test.ts',
  'src/store/registry/reach.ts': 'test/http/routes/organisation-borders.test.ts',
}

const sources = ['geo', 'src', 'workers', 'lab'].flatMap((folder) => filesBelow(join(root, folder)))
const pureSources = sources
  .filter((file) => file.startsWith('geo/') || file.startsWith('src/core/'))
  .filter((file) => file !== 'src/core/model/limits.ts')
const tests = filesBelow(join(root, 'test'))

describe('the shape of the source tree', () => {
  it('the source tree was read at all', () => {
    expect(sources.length).toBeGreaterThan(20)
    expect(tests.length).toBeGreaterThan(10)
  })

  it('every import follows the import table', () => {
    const faults = sources.flatMap((file) => importFaults(file))
    expect(faults).toEqual([])
  })

  it('the import table is the one that docs/architecture.md shows', () => {
    const shown = read('docs/architecture.md')
      .split('<!-- import table -->')[1]!
      .split('<!-- end of import table -->')[0]!
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').slice(1, 4).map(wordsOfCell))
    const ours = importTable.map(({ from, may, packages }) => [
      [from],
      may.filter((folder) => folder !== from),
      packages ?? ['any'],
    ])
    expect(shown).toEqual(ours)
  })

  it('the source tree has no barrel file, no FIXME and no TODO', () => {
    const faults = sources.filter((file) => {
      const text = read(file)
      return /\b(FIXME|TODO)\b/.test(text) || isBarrel(file, text)
    })
    expect(faults).toEqual([])
  })

  it('all constants are in camelCase, as every other name of a value', () => {
    const screaming = /\bconst ([A-Z][A-Z0-9_]+)\s*[=:]/g
    const faults = [...sources, ...tests].flatMap((file) =>
      [...withoutComments(read(file)).matchAll(screaming)].map((match) => `${file}: ${match[1]}`),
    )
    expect(faults).toEqual([])
  })

  it('all comments are within 100 columns; the formatter keeps the code', () => {
    const faults = [...sources, ...tests].flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, place) => (isLongComment(line) ? [`${file}:${place + 1}`] : [])),
    )
    expect(faults).toEqual([])
  })

  it('all files are under 300 lines, or say why not', () => {
    const faults = sources
      .filter((file) => read(file).split('\n').length > 301)
      .filter((file) => longFiles[file] === undefined)
    expect(faults).toEqual([])
  })

  it('each source file has a test: its mirror, a test that imports it, or the mirror of the file it was split from', () => {
    const tested = new Set(sources.filter((file) => existsSync(join(root, mirrorOf(file)))))
    for (const test of tests) for (const file of targetsOf(test)) tested.add(file)
    for (const [file, elsewhere] of Object.entries(mirrorElsewhere)) {
      if (existsSync(join(root, elsewhere))) tested.add(file)
    }
    // What a tested file uses from its own folder or below is its inside,
    // however many files that takes.
    for (const file of tested) {
      for (const part of targetsOf(file)) if (part.startsWith(`${dirname(file)}/`)) tested.add(part)
    }
    expect(sources.filter((file) => !tested.has(file))).toEqual([])
  })

  it('every number that decides an alert is in the limits, or says why it is none', () => {
    const found = pureSources.flatMap((file) =>
      numbersOf(read(file)).map((name) => `${file} ${name}`),
    )
    expect(found.length).toBeGreaterThan(20)
    expect(found.toSorted()).toEqual(Object.keys(numbersElsewhere).toSorted())
  })

  it('the rooms that decide an alert have no inline threshold', () => {
    const rooms = ['belief', 'judge', 'watch', 'dossier', 'protection'].map(
      (room) => `src/core/${room}/`,
    )
    const deciding = pureSources.filter((file) => rooms.some((room) => file.startsWith(room)))
    const faults = deciding.flatMap((file) =>
      inlineNumbersOf(read(file)).map((number) => `${file} ${number}`),
    )
    expect(deciding.length).toBeGreaterThan(20)
    expect(faults).toEqual([])
  })

  it('the search for numbers finds what it looks for', () => {
    expect(
      numbersOf('const gapMsMax = 60_000\nexport const pace: number = 2 * gapMsMax\n'),
    ).toEqual(['gapMsMax', 'pace'])
    expect(numbersOf('const days = new Map()\nconst name = one(2)\n  const inner = 3\n')).toEqual(
      [],
    )
    expect(inlineNumbersOf('if (gapMs > 40_000 || share > 0.15) // of 300\n')).toEqual([
      '40_000',
      '0.15',
    ])
    expect(inlineNumbersOf('separationMeters - 2 * fix.accuracyMeters + gapMs / 3')).toEqual([
      '2',
      '3',
    ])
    expect(inlineNumbersOf('2 * devicesMax + 1 * gapMs + fixes[2] * paceMeters')).toEqual([])
    expect(inlineNumbersOf('return (gapMs / 1_000) * fixes[2]\nconst limitMs = 40_000\n')).toEqual(
      [],
    )
  })

  it('no list of any length is spread over the arguments of a call', () => {
    const found = sources.flatMap((file) => spreadsOf(read(file)).map((text) => `${file} ${text}`))
    expect(found.toSorted()).toEqual(Object.keys(spreadsOfFew).toSorted())
  })

  it.each([
    ['found.push(...rows)', ['found.push(...rows)']],
    ['Math.max(0, ...gaps.map(({ ms }) => ms))', ['Math.max(...gaps)']],
    ['new Map(...pairs)', ['Map(...pairs)']],
    ['tell?.(\n  ...words)', ['tell?.(...words)']],
    ["add([...rows], { ...facts }, '(...rows)') // push(...rows)", []],
    ['const add = (...rows: Row[]) => count(rows)', []],
    ['function add(...rows: Row[]) {}', []],
  ])('the spreads of %s are found', (text, spreads) => {
    expect(spreadsOf(text)).toEqual(spreads)
  })

  it('every threshold has a unit in its name', () => {
    // The unit may stand before a bound (`gapMsMax`); a bound alone is none. Counts
    // say of what and per what.
    const unit =
      /(Meters|Ms|Seconds|Minutes|Days|Degrees|Probability|Fraction|Count|Share|Factor|Cosine|IntervalsMax|hdop\w*|Per[A-Z]\w+Max)/
    const faults = Object.entries(defaultLimits)
      .filter(([, value]) => typeof value === 'number')
      .filter(([name]) => !unit.test(name))
    expect(faults).toEqual([])
  })

  it('the source names nobody by gender, in English or in Dutch, outside comments', () => {
    const faults = sources
      .filter((file) => !file.startsWith('geo/'))
      .flatMap((file) => genderedWords(read(file)).map((word) => `${file}: ${word}`))
    expect(faults).toEqual([])
  })

  it.each([
    ["const reason = 'where She is is not known'", ['She']],
    ['const reason = `${meters} m van haar huis`', ['haar']],
    ['// where she is\nconst there = "the shepherd"', []],
    ['/* where he is */ const there = "hemel"', []],
  ])('the gendered words of %s are found', (text, words) => {
    expect(genderedWords(text)).toEqual(words)
  })

  it('every name of a test has its subject, and names nobody by gender', () => {
    const named = tests.flatMap((file) => testNamesOf(read(file)).map((name) => ({ file, name })))
    expect(named.length).toBeGreaterThan(1_000)
    const faults = named
      .filter(({ name }) => lacksSubject(name) || genderedWords(name).length > 0)
      .map(({ file, name }) => `${file}: ${name}`)
    expect(faults).toEqual([])
  })

  it('a name without a subject is found', () => {
    const text = [
      "it('holds', () => {",
      "it.each([['with']])(",
      "  'is %s',",
      '  (what) => {',
      "])('a ban holds', async () => {",
    ].join('\n')
    expect(testNamesOf(text)).toEqual(['holds', 'is %s', 'a ban holds'])
    expect(testNamesOf(text).filter(lacksSubject)).toEqual(['holds', 'is %s'])
  })

  it('the pure code has no clock, no chance and no process', () => {
    const banned =
      /\b(Date\.|new Date|Math\.random|Temporal\.Now|process\.|setTimeout|setInterval|performance\.|globalThis)/
    const faults = sources
      .filter((file) => file.startsWith('geo/') || file.startsWith('src/core/'))
      .filter((file) => banned.test(withoutComments(read(file))))
    expect(faults).toEqual([])
  })
})

type Layer = {
  readonly from: string
  readonly may: readonly string[]
  /** Which packages; absent: any. */
  readonly packages?: readonly string[]
}

/** Each room of the core may import the rooms below it, and itself. */
function roomsOfCore(rooms: readonly (readonly [string, readonly string[]])[]): Layer[] {
  return rooms.map(([name, below]) => ({
    from: `src/core/${name}`,
    may: ['geo', ...[name, ...below].map((room) => `src/core/${room}`)],
    packages: ['node:assert', 'node:crypto'],
  }))
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .toSorted()
}

function importFaults(file: string): string[] {
  const layer = importTable.find(({ from }) => file === from || file.startsWith(`${from}/`))
  if (layer === undefined) return [`${file}: belongs to no layer of the import table`]
  return importsOf(read(file)).flatMap((specifier) => {
    if (!specifier.startsWith('.')) {
      const isFree =
        layer.packages?.some((name) => specifier === name || specifier.startsWith(`${name}/`)) ??
        true
      return isFree ? [] : [`${file}: may not import package ${specifier}`]
    }
    const target = relative(root, resolve(root, dirname(file), specifier))
    const isAllowed = [layer.from, ...layer.may].some(
      (prefix) => target === prefix || target.startsWith(`${prefix}/`),
    )
    return isAllowed ? [] : [`${file}: may not import ${target}`]
  })
}

/**
 * The names in one cell of a table in a document; `edge`, `pure` and `any`
 * stand there without quotes.
 */
function wordsOfCell(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`|\b(edge|pure|any)\b/g)].flatMap((match) => {
    if (match[2] === 'edge') return edge
    if (match[2] === 'pure') return pure
    return match[1] ?? match[2] ?? []
  })
}

function importsOf(text: string): string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

/** The files of ours that a file imports. */
function targetsOf(file: string): string[] {
  return importsOf(read(file))
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(root, resolve(root, dirname(file), specifier)))
}

/** The names in `it(…)`, `test(…)` and behind a table of either, as they stand in the source. */
function testNamesOf(text: string): string[] {
  const pattern =
    /(?:^\s*(?:it|test)(?:\.\w+)*(?:\([^\n]*?\))?|^\s*\]?[^'"`\n]*\))\(\s*(['"`])((?:(?!\1).)+)\1,\s*(?:async |\(|\w+ =>)/gm
  return [...text.matchAll(pattern)].map((match) => match[2] ?? '')
}

/** A summary shows the name alone: one that begins with a verb or a preposition is a riddle. */
function lacksSubject(name: string): boolean {
  return new RegExp(`^(?:${[...verbs, ...joints].join('|')})\\b`).test(name)
}

const verbs =
  'is are was were has have had does do did may can cannot could must says takes gives keeps holds lets leaves names refuses ends tells goes counts makes reads finds shows comes calls asks opens writes turns forgets starts needs knows follows stays puts works stops signs sends drops runs lists closes becomes fails crosses carries judges tries moves joins marks listens removes measures wakes prints changes equals never cannot be keep leave take give say tell hold'.split(
    ' ',
  )
const joints =
  'of on in at by with without within when while where after before until under over from to for as and but or nor not that whose who which still also'.split(
    ' ',
  )

/** Constants of the module that are plain numbers, or computed from numbers alone. */
function numbersOf(text: string): string[] {
  const constants = /^(?:export )?const (\w+)(?:: number)? = (.+)$/gm
  return [...withoutComments(text).matchAll(constants)]
    .filter(([, , value]) => /^[\w.\s*/+()-]*\d[\w.\s*/+()-]*$/.test(value ?? ''))
    .filter(([, , value]) => !/\bnew\b|[a-zA-Z]\(/.test(value ?? ''))
    .map(([, name]) => name ?? '')
}

/** Calls that spread a list over their arguments, as `name(...list)`. */
function spreadsOf(text: string): string[] {
  const code = withoutComments(text).replace(/'[^'\n]*'/g, "''")
  const open: number[] = []
  const found: string[] = []
  for (let at = 0; at < code.length; at += 1) {
    if ('([{'.includes(code.charAt(at))) open.push(at)
    if (')]}'.includes(code.charAt(at))) open.pop()
    if (!code.startsWith('...', at)) continue
    const start = open.at(-1) ?? 0
    const name = /(?<!function )(?<![\w.])[\w.?\])]+$/.exec(code.slice(0, start))?.[0] ?? ''
    const list = /^\w*/.exec(code.slice(at + 3))?.[0] ?? ''
    if (code.charAt(start) === '(' && name !== '') found.push(`${name}(...${list})`)
    at += 2
  }
  return found
}

/** Numbers of three digits, with a fraction or times a measure, in the middle of code. */
function inlineNumbersOf(text: string): string[] {
  const code = withoutComments(text)
    .replace(/^(?:export )?const .+$/gm, '')
    .replace(/'[^'\n]*'|`[^`]*`/g, '')
  const large = /(?<![\w.])(?:\d[\d_]{2,}|\d+\.\d+)(?:e-?\d+)?/g
  const measure = '[\\w.]*(?:[aA]ccuracy|Meters|Ms|Seconds|Interval|Probability)\\w*'
  const factor = '(?<![\\w.])[2-9]\\d?(?![\\w.])'
  const timesMeasure = new RegExp(
    `${factor}(?= \\* ${measure})|(?<=${measure} [*/] )${factor}`,
    'g',
  )
  return [...code.matchAll(large), ...code.matchAll(timesMeasure)]
    .map(([number]) => number)
    .filter((number) => !plainNumbers.test(number))
}

function isBarrel(file: string, text: string): boolean {
  return /(^|\/)index\.ts$/.test(file) || /^export \* from/m.test(text)
}

/** A directive to the linter is one line, however long its reason; a url cannot be broken. */
function isLongComment(line: string): boolean {
  if (line.length <= 100 || /oxlint-|https?:\/\//.test(line)) return false
  return /^\s*(\/\/|\/?\*)/.test(line) || /[;,{)\]]\s+\/\/ /.test(line)
}

function mirrorOf(file: string): string {
  const inside = file.replace(/^src\//, '')
  return `test/${inside.replace(/\.ts$/, '.test.ts')}`
}

/** Whoever is protected or supervised may be anybody; a device or an order is named by its noun. */
function genderedWords(text: string): string[] {
  const words = /\b(he|she|his|her|hers|him|himself|herself|hij|zij|hem|haar)\b/gi
  return [...withoutComments(text).matchAll(words)].map(([word]) => word)
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1')
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}
