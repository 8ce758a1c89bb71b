import { makeProximityBan, report, sendEvent } from './cast.ts'
import type { Cast } from './cast.ts'
import { cyclingMetersPerSecond } from './stories-of-bans.ts'
import {
  distantBan,
  expectAlert,
  nextStage,
  standStill,
  storyOffender,
  storyOrder,
  storyVictim,
  tellStory,
} from './story-stage.ts'
import { offsetSpot } from './town-map.ts'
import { startTrack, travel } from './town-track.ts'

/** The victim walks; the offender cycles closer, comes within the distance, and turns off. */
export function tellProximityBreach(cast: Cast): void {
  const stage = nextStage(cast)
  const { atMs, spot } = stage
  const offender = storyOffender(cast)
  const victim = storyVictim(cast)
  storyOrder(
    cast,
    offender.personId,
    [distantBan(cast, stage)],
    [makeProximityBan(cast, victim.personId, 400)],
  )
  const victimTrack = startTrack(atMs, spot)
  travel(victimTrack, [offsetSpot(spot, 400, 0)], walkingMetersPerSecond)
  report(cast, victim, victimTrack, {})
  const offenderTrack = startTrack(atMs, offsetSpot(spot, 1_000, 0))
  travel(
    offenderTrack,
    [offsetSpot(spot, 400, 0), offsetSpot(spot, 400, 900)],
    cyclingMetersPerSecond,
  )
  report(cast, offender, offenderTrack, {})
  tellStory(cast, {
    key: 'proximity-breach',
    title: 'two moving people come too close',
    wearers: [offender, victim],
    mustRaise: [expectAlert('proximity-approach'), expectAlert('proximity-breach')],
    mayRaise: [],
  })
}

/** Both sit in the same bus: one breach, however long the ride. */
export function tellSameBus(cast: Cast): void {
  const stage = nextStage(cast)
  const { atMs, spot } = stage
  const offender = storyOffender(cast)
  const victim = storyVictim(cast)
  storyOrder(
    cast,
    offender.personId,
    [distantBan(cast, stage)],
    [makeProximityBan(cast, victim.personId, 350)],
  )
  const stop = offsetSpot(spot, -600, 0)
  const bus = [offsetSpot(spot, 600, 0), offsetSpot(spot, 600, -600)]
  for (const [wearer, walkMeters] of [
    [offender, 60],
    [victim, 40],
  ] as const) {
    const track = startTrack(atMs - walkMeters * 1000, offsetSpot(stop, 0, walkMeters))
    travel(track, [stop], 1)
    travel(track, bus, 11)
    report(cast, wearer, track, {})
  }
  tellStory(cast, {
    key: 'same-bus',
    title: 'both ride in the same bus',
    wearers: [offender, victim],
    mustRaise: [expectAlert('proximity-breach')],
    mayRaise: ['proximity-approach'],
  })
}

/** The victim presses the button; the offender is nowhere near. */
export function tellPanic(cast: Cast): void {
  const stage = nextStage(cast)
  const offender = storyOffender(cast)
  const victim = storyVictim(cast)
  storyOrder(
    cast,
    offender.personId,
    [distantBan(cast, stage)],
    [makeProximityBan(cast, victim.personId, 500)],
  )
  standStill(cast, victim, stage.spot)
  standStill(cast, offender, offsetSpot(stage.spot, 0, -2_400))
  sendEvent(cast, victim, 'panic', stage.atMs + 70_000)
  tellStory(cast, {
    key: 'panic',
    title: 'a victim presses the panic button',
    wearers: [offender, victim],
    mustRaise: [expectAlert('panic')],
    mayRaise: [],
  })
}

const walkingMetersPerSecond = 1.4
