import type { LocationBan } from '../../src/core/model/registry.ts'
import { addOrder, addWearer, circleAround, makeBan, report } from './cast.ts'
import type { Cast } from './cast.ts'
import { schoolName, streetName, workplaceName } from '../simulate/names.ts'
import { offsetSpot, rectangle, ringOf } from './town-map.ts'
import type { Spot } from './town-map.ts'
import { startTrack, travel } from './town-track.ts'
import {
  expectAlert,
  nextStage,
  standStill,
  storyOffender,
  storyOrder,
  tellStory,
} from './story-stage.ts'

/** The offender cycles into the circle around the victim's home, through it, and out again. */
export function tellEnteredAndLeft(cast: Cast): void {
  const { atMs, spot } = nextStage(cast)
  const offender = storyOffender(cast)
  const label = `woning ${streetName(cast.random)}`
  storyOrder(cast, offender.personId, [makeBan(cast, label, circleAround(cast, spot, 100), 180)])
  const track = startTrack(atMs, offsetSpot(spot, -310, 0))
  travel(track, [offsetSpot(spot, 420, 0)], cyclingMetersPerSecond)
  report(cast, offender, track, {})
  tellStory(cast, {
    key: 'ban-entered-and-left',
    title: 'a ban is entered and left',
    wearers: [offender],
    mustRaise: [
      expectAlert('location-ban-approach', { isEnded: true }),
      expectAlert('location-ban-breach', { isEnded: true }),
    ],
    mayRaise: [],
  })
}

/** The offender passes the school at a hundred metres and rides on. */
export function tellApproachOnly(cast: Cast): void {
  const { atMs, spot } = nextStage(cast)
  const offender = storyOffender(cast)
  const label = schoolName(cast.random)
  const school = offsetSpot(spot, 0, -220)
  const ban = makeBan(cast, label, polygonOf(cast, rectangle(school, 100, 100)), 200)
  storyOrder(cast, offender.personId, [ban])
  const track = startTrack(atMs, offsetSpot(spot, -350, 0))
  travel(track, [offsetSpot(spot, 420, 0)], cyclingMetersPerSecond)
  report(cast, offender, track, {})
  tellStory(cast, {
    key: 'approach-without-entering',
    title: 'a ban is approached, not entered',
    wearers: [offender],
    mustRaise: [expectAlert('location-ban-approach', { isEnded: true })],
    mayRaise: [],
  })
}

/** The offender drives through a narrow, long area in the ten seconds between two fixes. */
export function tellPassage(cast: Cast): void {
  const { atMs, spot } = nextStage(cast)
  const intervalSeconds = 10
  const offender = addWearer(cast, 'offender', 0, intervalSeconds, cast.plan.startMs)
  const label = `${streetName(cast.random)} over de volle lengte`
  const strip = polygonOf(cast, rectangle(spot, 45, 1_500))
  storyOrder(cast, offender.personId, [makeBan(cast, label, strip, 20)])
  const driving = 16
  const fromMs = cast.plan.startMs + 1_500
  // The fixes fall 80 m before and 80 m after its middle: one interval at this speed apart.
  const stepMs = intervalSeconds * 1000
  const crossedMs = fromMs + Math.ceil((atMs + 40_000 - fromMs) / stepMs) * stepMs + stepMs / 2
  const lengthMeters = 560
  const track = startTrack(
    crossedMs - (lengthMeters / driving) * 1000,
    offsetSpot(spot, -lengthMeters, 0),
  )
  travel(track, [offsetSpot(spot, lengthMeters, 0)], driving)
  report(cast, offender, track, { fromMs, accuracyMeters: [3, 5] })
  tellStory(cast, {
    key: 'passage-between-fixes',
    title: 'a ban is crossed between two fixes',
    wearers: [offender],
    mustRaise: [expectAlert('location-ban-passage')],
    mayRaise: ['location-ban-approach'],
  })
}

/**
 * Out of reach of the network the offender enters a ban and leaves it; the device
 * tells it ten minutes later.
 */
export function tellLateUpload(cast: Cast): void {
  const { atMs, spot } = nextStage(cast)
  const { storyIntervalSeconds } = cast.plan
  const outOfReachMs = atMs - 600_000
  const validFromMs = Math.min(cast.plan.startMs, outOfReachMs - 60_000)
  const offender = addWearer(cast, 'offender', 1, storyIntervalSeconds, validFromMs)
  const label = workplaceName(cast.random)
  const yard = rectangle(spot, 30, 30).toReversed()
  const annex = rectangle(offsetSpot(spot, 0, -600), 80, 80)
  const ban: LocationBan = makeBan(
    cast,
    label,
    {
      type: 'geometry',
      geometry: {
        type: 'MultiPolygon',
        coordinates: [
          [ringOf(cast.map, rectangle(spot, 150, 150)), ringOf(cast.map, yard)],
          [ringOf(cast.map, annex)],
        ],
      },
    },
    150,
  )
  addOrder(cast, offender.personId, [ban], [], {
    fromMs: validFromMs,
    untilMs: cast.plan.startMs + 90 * 86_400_000,
  })
  const track = startTrack(outOfReachMs + 60_000, offsetSpot(spot, -470, 90))
  travel(track, [offsetSpot(spot, 470, 90)], cyclingMetersPerSecond)
  report(cast, offender, track, {
    fromMs: Math.min(cast.plan.startMs, outOfReachMs),
    deadZones: [{ fromMs: outOfReachMs, untilMs: atMs + 45_000 }],
    duplicateShare: 0.1,
  })
  tellStory(cast, {
    key: 'late-upload-reveals-breach',
    title: 'a late upload reveals a breach',
    wearers: [offender],
    mustRaise: [expectAlert('location-ban-breach', { isLate: true })],
    mayRaise: ['location-ban-approach', 'device-silent', 'vendor-silent', 'order-without-device'],
  })
}

/** The offender lives just outside the border, where noise alone would ring the bell all day. */
export function tellBorderJitter(cast: Cast): void {
  const { spot } = nextStage(cast)
  const offender = storyOffender(cast)
  const label = `woning ${streetName(cast.random)}`
  const ban = makeBan(cast, label, polygonOf(cast, rectangle(spot, 200, 200)), 100)
  storyOrder(cast, offender.personId, [ban])
  const home = offsetSpot(spot, 200 + 12, 40)
  report(cast, offender, startTrack(cast.plan.startMs, home), { accuracyMeters: [6, 14] })
  tellStory(cast, {
    key: 'border-jitter',
    title: 'a home beside the border: one approach, not ten',
    wearers: [offender],
    mustRaise: [expectAlert('location-ban-approach')],
    mayRaise: ['location-ban-breach'],
  })
}

/** The offender is inside the ban while the order allows it. */
export function tellPermittedVisit(cast: Cast): void {
  const { spot } = nextStage(cast)
  const { startMs, durationMs } = cast.plan
  const offender = storyOffender(cast)
  const ban = makeBan(
    cast,
    schoolName(cast.random),
    polygonOf(cast, rectangle(spot, 160, 160)),
    150,
    {
      timeZone: 'Europe/Amsterdam',
      weekly: null,
      exceptions: [
        {
          fromMs: startMs - 3_600_000,
          untilMs: startMs + durationMs + 6 * 3_600_000,
          reason: 'oudergesprek met toestemming',
        },
      ],
    },
  )
  storyOrder(cast, offender.personId, [ban])
  standStill(cast, offender, spot)
  tellStory(cast, {
    key: 'permitted-visit',
    title: 'a visit the order allows',
    wearers: [offender],
    mustRaise: [],
    mayRaise: [],
  })
}

function polygonOf(cast: Cast, ring: readonly Spot[]): LocationBan['area'] {
  return {
    type: 'geometry',
    geometry: { type: 'Polygon', coordinates: [ringOf(cast.map, ring)] },
  }
}

/**
 * A brisk cyclist, so that leaving is confirmed (a minute outside) before the audience has left.
 */
export const cyclingMetersPerSecond = 7
