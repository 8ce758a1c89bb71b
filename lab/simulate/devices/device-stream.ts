import type { DeviceEventKind, Fix } from '../../../src/core/model/fix.ts'
import type { DistortionKind, SilenceCause } from '../cases/case-stream.ts'
import { travelModes } from '../cases/case-stream.ts'
import { createBattery, nextChargeMs, runBattery } from './device-battery.ts'
import type { Battery } from './device-battery.ts'
import { findStretch } from './device-plan.ts'
import type { DevicePlan } from './device-plan.ts'
import { distort } from './device-distortion.ts'
import { createUploader, receiptMs, resendMs } from './device-upload.ts'
import type { Uploader } from './device-upload.ts'
import { createReceiver, measure } from './gnss-error.ts'
import type { Receiver } from './gnss-error.ts'
import type { Measurement } from './measurement.ts'
import { knotAt, shareAlong } from '../people/person-track.ts'
import type { PersonTrack } from '../people/person-track.ts'
import { between, createRandom, gaussian } from '../../../src/replay/seeded-random.ts'
import type { Random } from '../../../src/replay/seeded-random.ts'
import type { Region } from '../region/region.ts'
import { latitudeOf, longitudeOf } from '../region/region.ts'

/**
 * A device at work: each `stepDevice` is one moment at which it measures,
 * or only says that it lives.
 */
export function createDeviceStream(
  plan: DevicePlan,
  track: PersonTrack,
  region: Region,
): DeviceStream {
  const random = createRandom(plan.seed)
  return {
    plan,
    track,
    region,
    random,
    receiver: createReceiver(random),
    battery: createBattery(plan, between(random, 0.55, 1)),
    uploader: createUploader(random, plan),
    measurement: {
      east: 0,
      north: 0,
      accuracyMeters: 0,
      source: 'gnss',
      hdop: null,
      satellites: null,
    },
    nextMs: plan.startMs + between(random, 0, plan.model.registeredSeconds * 1000),
    lastFixMs: -Infinity,
    knot: 0,
    sequence: 0,
    eventIndex: 0,
    last: null,
    frozen: null,
    distortion: null,
    hasStarted: false,
    isSettled: false,
  }
}

/** Makes what the device tells at `nextMs`, and moves on to the next such moment. */
export function stepDevice(stream: DeviceStream, sink: DeviceSink): void {
  const { plan } = stream
  const atMs = stream.nextMs
  const off = findStretch(plan.off, atMs)
  if (off !== null) {
    sink.silence(stream, 'switched-off', off.fromMs, Math.min(off.untilMs, plan.endMs))
    restart(stream, off.untilMs)
    return
  }
  tellEvents(stream, atMs, sink)
  for (const kind of runBattery(stream.battery, plan, atMs)) sendEvent(stream, kind, atMs, sink)
  if (stream.battery.fraction === 0) {
    const chargedMs = nextChargeMs(plan, atMs) + 120_000
    sink.silence(stream, 'battery-empty', atMs, Math.min(chargedMs, plan.endMs))
    restart(stream, chargedMs)
    stream.battery.fraction = bootFraction
    return
  }
  stream.knot = knotAt(stream.track, atMs, stream.knot)
  if (!stream.hasStarted) start(stream, atMs, sink)
  const isMoving = travelModes[stream.track.modes[stream.knot]!] !== 'rest'
  const isActive = isMoving || atMs - stream.track.atMs[stream.knot]! < restNoticedMs
  const hasFix = isFixDue(stream, atMs, isActive) && tellFix(stream, atMs, isMoving, sink)
  if (!hasFix) sendEvent(stream, 'heartbeat', atMs, sink)
  if (isActive) stream.isSettled = false
  else if (hasFix) stream.isSettled = true
  stream.nextMs = nextMoment(stream, atMs, isActive)
}

export type DeviceStream = {
  readonly plan: DevicePlan
  readonly track: PersonTrack
  readonly region: Region
  readonly random: Random
  readonly receiver: Receiver
  readonly battery: Battery
  readonly uploader: Uploader
  readonly measurement: Measurement
  nextMs: number
  lastFixMs: number
  knot: number
  sequence: number
  eventIndex: number
  /** The last fix sent, for receivers that repeat themselves. */
  last: Fix | null
  frozen: Fix | null
  distortion: DistortionKind | null
  hasStarted: boolean
  /** At rest, and told so. */
  isSettled: boolean
}

/** Takes what a device makes. `trueMs` is when it was; `distortion` what is wrong with the fix. */
export type DeviceSink = {
  readonly fix: (
    stream: DeviceStream,
    fix: Fix,
    trueMs: number,
    distortion: DistortionKind | null,
  ) => void
  readonly event: (
    stream: DeviceStream,
    kind: DeviceEventKind,
    recordedAtMs: number,
    receivedAtMs: number,
  ) => void
  readonly silence: (
    stream: DeviceStream,
    cause: SilenceCause,
    startMs: number,
    endMs: number,
  ) => void
}

/** Timers are off by a little, each time. */
const timerMs = 400
const dueToleranceMs = 1_000
/** A stop shorter than this, at lights or for a bus, is still under way. */
const restNoticedMs = 120_000
const motionNoticedMs = 10_000
/** A phone that was empty starts again after a few minutes on the charger. */
const bootFraction = 0.04
const duplicateShare = 0.008
/** Of the fixes sent twice, those that come back with other coordinates. */
const alteredShare = 0.02

function restart(stream: DeviceStream, atMs: number): void {
  stream.nextMs = atMs
  stream.battery.atMs = Math.min(atMs, stream.plan.endMs)
  stream.hasStarted = false
}

/** At rest a phone says once where it came to rest, and then no more. */
function isFixDue(stream: DeviceStream, atMs: number, isActive: boolean): boolean {
  const { model } = stream.plan
  const seconds = isActive ? model.movingSeconds : model.restingSeconds
  if (seconds === null) return !stream.isSettled
  return atMs - stream.lastFixMs >= seconds * 1000 - dueToleranceMs
}

/** A timer; and whoever sets out wakes the motion sensor. */
function nextMoment(stream: DeviceStream, atMs: number, isActive: boolean): number {
  const { plan, track, knot, random } = stream
  const { model } = plan
  const jitterMs = between(random, -timerMs, timerMs)
  if (isActive) return atMs + model.movingSeconds * 1000 + jitterMs
  const timedMs = atMs + model.heartbeatSeconds * 1000 + jitterMs
  if (model.movingSeconds === model.heartbeatSeconds || knot + 1 >= track.count) return timedMs
  return Math.max(atMs + 1_000, Math.min(timedMs, track.atMs[knot + 1]! + motionNoticedMs))
}

/** Many a receiver begins with the place where it was last switched on, hours ago. */
function start(stream: DeviceStream, atMs: number, sink: DeviceSink): void {
  stream.hasStarted = true
  const { random, last } = stream
  if (random.next() >= 0.6) return
  const east = stream.track.east[0]! + between(random, -900, 900)
  const north = stream.track.north[0]! + between(random, -900, 900)
  const recordedAtMs = Math.round(last?.recordedAtMs ?? atMs - between(random, 1, 300) * 3_600_000)
  if (recordedAtMs >= atMs - 600_000) return
  const stale: Fix = {
    deviceId: stream.plan.device.id,
    recordedAtMs,
    receivedAtMs: receiptMs(stream.uploader, atMs),
    longitude: last?.longitude ?? degrees(longitudeOf(stream.region, east)),
    latitude: last?.latitude ?? degrees(latitudeOf(stream.region, north)),
    accuracyMeters: 20,
    speedMetersPerSecond: null,
    headingDegrees: null,
    source: 'fused',
    hdop: null,
    satellites: null,
    batteryFraction: batteryOf(stream),
    sequence: stream.sequence++,
  }
  sink.fix(stream, stale, atMs, 'stale-start')
}

function tellFix(stream: DeviceStream, atMs: number, isMoving: boolean, sink: DeviceSink): boolean {
  const { track, knot, region, random, measurement } = stream
  const share = shareAlong(track, knot, atMs)
  const next = isMoving ? knot + 1 : knot
  const alongEast = track.east[next]! - track.east[knot]!
  const alongNorth = track.north[next]! - track.north[knot]!
  const east = track.east[knot]! + share * alongEast
  const north = track.north[knot]! + share * alongNorth
  const isLying = findStretch(stream.plan.lying, atMs) !== null
  const around = track.surroundings[knot]!
  if (!measure(stream.receiver, { atMs, east, north, around, isLying }, measurement)) return false
  const seconds = isMoving ? (track.atMs[next]! - track.atMs[knot]!) / 1000 : 1
  const speed = Math.hypot(alongEast, alongNorth) / seconds
  const isGnss = measurement.source === 'gnss'
  const measured: Fix = {
    deviceId: stream.plan.device.id,
    recordedAtMs: Math.round(atMs) + clockOffsetMs(stream.plan, atMs),
    receivedAtMs: receiptMs(stream.uploader, atMs),
    longitude: degrees(longitudeOf(region, measurement.east)),
    latitude: degrees(latitudeOf(region, measurement.north)),
    accuracyMeters: measurement.accuracyMeters,
    speedMetersPerSecond: isGnss
      ? Math.round(10 * Math.max(0, speed + 0.25 * gaussian(random))) / 10
      : null,
    headingDegrees:
      isGnss && speed > 0.5
        ? Math.round(((Math.atan2(alongEast, alongNorth) * 180) / Math.PI + 360) % 360) % 360
        : null,
    source: measurement.source,
    hdop: measurement.hdop,
    satellites: measurement.satellites,
    batteryFraction: batteryOf(stream),
    sequence: stream.sequence++,
  }
  const fix = distort(stream, measured, atMs)
  const distortion = stream.distortion ?? (isLying ? 'lying-accuracy' : null)
  stream.last = fix
  stream.lastFixMs = atMs
  sink.fix(stream, fix, atMs, distortion)
  if (random.next() < duplicateShare) sendAgain(stream, fix, atMs, distortion, sink)
  return true
}

function sendAgain(
  stream: DeviceStream,
  fix: Fix,
  atMs: number,
  distortion: DistortionKind | null,
  sink: DeviceSink,
): void {
  const { random } = stream
  const receivedAtMs = resendMs(stream.uploader, fix.receivedAtMs)
  const isAltered = random.next() < alteredShare
  const shift = isAltered ? between(random, -1e-4, 1e-4) : 0
  const again = { ...fix, longitude: degrees(fix.longitude + shift), receivedAtMs }
  sink.fix(stream, again, atMs, distortion)
}

function tellEvents(stream: DeviceStream, atMs: number, sink: DeviceSink): void {
  const { events } = stream.plan
  while (stream.eventIndex < events.length && events[stream.eventIndex]!.atMs <= atMs) {
    const event = events[stream.eventIndex]!
    stream.eventIndex++
    sendEvent(stream, event.kind, atMs, sink)
  }
}

function sendEvent(
  stream: DeviceStream,
  kind: DeviceEventKind,
  atMs: number,
  sink: DeviceSink,
): void {
  const recordedAtMs = Math.round(atMs) + clockOffsetMs(stream.plan, atMs)
  sink.event(stream, kind, recordedAtMs, receiptMs(stream.uploader, atMs))
}

function clockOffsetMs(plan: DevicePlan, atMs: number): number {
  const { clockAhead } = plan
  const isAhead = clockAhead !== null && atMs >= clockAhead.fromMs && atMs < clockAhead.untilMs
  return plan.clockOffsetMs + (isAhead ? clockAhead.byMs : 0)
}

export function batteryOf(stream: DeviceStream): number {
  return Math.round(stream.battery.fraction * 100) / 100
}

/** About a centimetre, as devices send it. */
function degrees(value: number): number {
  return Math.round(value * 1e7) / 1e7
}
