import { addOrder, addPerson, report, sendEvent } from './cast.ts'
import type { Cast, Wearer } from './cast.ts'
import {
  distantBan,
  expectAlert,
  nextStage,
  standStill,
  storyOffender,
  storyOrder,
  tellStory,
} from './story-stage.ts'
import { offsetSpot } from './town-map.ts'
import { startTrack } from './town-track.ts'

export function tellStrapTamper(cast: Cast): void {
  const stage = nextStage(cast)
  const offender = storyOffender(cast)
  storyOrder(cast, offender.personId, [distantBan(cast, stage)])
  standStill(cast, offender, stage.spot)
  sendEvent(cast, offender, 'strap-tamper', stage.atMs + 40_000)
  tellStory(cast, {
    key: 'strap-tamper',
    title: 'a strap is cut',
    wearers: [offender],
    mustRaise: [expectAlert('device-tamper')],
    mayRaise: [],
  })
}

export function tellSilentDevice(cast: Cast): void {
  const stage = nextStage(cast)
  const offender = storyOffender(cast)
  storyOrder(cast, offender.personId, [distantBan(cast, stage)])
  const track = startTrack(cast.plan.startMs, stage.spot)
  report(cast, offender, track, { untilMs: stage.atMs + 40_000 })
  tellStory(cast, {
    key: 'silent-device',
    title: 'a device falls silent',
    wearers: [offender],
    mustRaise: [expectAlert('device-silent')],
    mayRaise: ['protection-degraded', 'order-without-device'],
  })
}

export function tellBatteryLow(cast: Cast): void {
  const stage = nextStage(cast)
  const offender = storyOffender(cast)
  storyOrder(cast, offender.personId, [distantBan(cast, stage)])
  const { startMs } = cast.plan
  const lowMs = stage.atMs + 30_000
  const batteryPerHour = 0.12
  report(cast, offender, startTrack(startMs, stage.spot), {
    batteryAtStart: 0.2 + (batteryPerHour * (lowMs - startMs)) / 3_600_000,
    batteryPerHour,
  })
  sendEvent(cast, offender, 'battery-low', lowMs)
  tellStory(cast, {
    key: 'battery-low',
    title: 'a battery runs low',
    wearers: [offender],
    mustRaise: [expectAlert('battery-low')],
    mayRaise: [],
  })
}

/** All devices of one vendor stop at once: one incident, not one alert per device. */
export function tellSilentVendor(cast: Cast): void {
  const stage = nextStage(cast)
  const wearers: Wearer[] = []
  for (let index = 0; index < 4; index++) {
    const offender = storyOffender(cast, 2)
    storyOrder(cast, offender.personId, [distantBan(cast, stage)])
    const home = offsetSpot(stage.spot, 200 * index, 0)
    const track = startTrack(cast.plan.startMs, home)
    report(cast, offender, track, { untilMs: stage.atMs + 55_000 })
    wearers.push(offender)
  }
  tellStory(cast, {
    key: 'silent-vendor',
    title: 'a whole vendor falls silent',
    wearers: [
      ...wearers,
      { personId: cast.vendors[2]!.id, deviceId: cast.vendors[2]!.id, intervalMs: 0 },
    ],
    mustRaise: [expectAlert('vendor-silent')],
    mayRaise: ['device-silent', 'order-without-device'],
  })
}

export function tellOrderEnding(cast: Cast): void {
  const stage = nextStage(cast)
  const { startMs } = cast.plan
  const offender = storyOffender(cast)
  addOrder(cast, offender.personId, [distantBan(cast, stage)], [], {
    fromMs: startMs,
    untilMs: startMs + 20 * 3_600_000,
  })
  standStill(cast, offender, stage.spot)
  tellStory(cast, {
    key: 'order-ending',
    title: 'an order is about to end',
    wearers: [offender],
    mustRaise: [expectAlert('order-ending')],
    mayRaise: [],
  })
}

export function tellOrderWithoutDevice(cast: Cast): void {
  const stage = nextStage(cast)
  const personId = addPerson(cast, 'offender')
  storyOrder(cast, personId, [distantBan(cast, stage)])
  tellStory(cast, {
    key: 'order-without-device',
    title: 'an order nobody wears a device for',
    wearers: [{ personId, deviceId: personId, intervalMs: 0 }],
    mustRaise: [expectAlert('order-without-device')],
    mayRaise: [],
  })
}
