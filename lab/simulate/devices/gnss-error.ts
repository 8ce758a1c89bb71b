import { surroundings } from '../cases/case-stream.ts'
import { measureByCell } from './gnss-cell.ts'
import { between, gaussian } from '../../../src/replay/seeded-random.ts'
import type { Random } from '../../../src/replay/seeded-random.ts'
import type { FixSource } from '../../../src/core/model/fix.ts'
import type { Measurement } from './measurement.ts'

/**
 * What a receiver makes of a true place. Errors drift: each part is a Gauss-Markov
 * process with its own time constant, so fixes close in time err together, as real ones
 * do, and averaging does not help.
 */
export function measure(
  receiver: Receiver,
  { atMs, east, north, around, isLying }: TruePlace,
  out: Measurement,
): boolean {
  const { random } = receiver
  drift(receiver, atMs, around)
  if (isLying) {
    out.east = east + receiver.lieEast
    out.north = north + receiver.lieNorth
    return describe(out, 4 + 2 * random.next(), 'gnss', random)
  }
  switch (around) {
    case openSky:
      return measureOpen(receiver, east, north, 1, out)
    case inCarriage:
      return random.next() >= carriageMissShare && measureOpen(receiver, east, north, 2, out)
    case inCanyon:
      return measureInCanyon(receiver, east, north, out)
    case indoors:
      return measureIndoors(receiver, atMs, east, north, out)
    default:
      return false
  }
}

type TruePlace = {
  readonly atMs: number
  readonly east: number
  readonly north: number
  readonly around: number
  /** A receiver that is wrong and says that it is right. */
  readonly isLying: boolean
}

export type Receiver = {
  readonly random: Random
  /** Of one axis, under an open sky. */
  readonly sigmaMeters: number
  atMs: number
  around: number
  openEast: number
  openNorth: number
  pathEast: number
  pathNorth: number
  roofEast: number
  roofNorth: number
  lieEast: number
  lieNorth: number
  indoorsBy: IndoorsBy
  indoorsUntilMs: number
  roofSigmaMeters: number
}

export function createReceiver(random: Random): Receiver {
  const sigmaMeters = between(random, 2.2, 4.2)
  return {
    random,
    sigmaMeters,
    atMs: -Infinity,
    around: -1,
    openEast: 0,
    openNorth: 0,
    pathEast: 0,
    pathNorth: 0,
    roofEast: 0,
    roofNorth: 0,
    lieEast: 0,
    lieNorth: 0,
    indoorsBy: 'gnss',
    indoorsUntilMs: -Infinity,
    roofSigmaMeters: 15,
  }
}

type IndoorsBy = 'gnss' | 'wifi' | 'cell' | 'none'

/**
 * The radius that holds 68 % of a round normal distribution, in standard deviations of one axis.
 */
export const accuracyPerSigma = 1.5096

const openSky = surroundings.indexOf('open')
const inCanyon = surroundings.indexOf('canyon')
const indoors = surroundings.indexOf('indoors')
const inCarriage = surroundings.indexOf('carriage')

/**
 * Time constants: satellites and troposphere slowly, walls of a street
 * quickly, a building in minutes.
 */
const openTauMs = 90_000
const canyonTauMs = 40_000
const roofTauMs = 420_000
const lieTauMs = 180_000
export const canyonSigmaMeters = 22
const lieSigmaMeters = 27
const carriageMissShare = 0.15

function drift(receiver: Receiver, atMs: number, around: number): void {
  const { random, sigmaMeters } = receiver
  const sinceMs = Math.max(0, atMs - receiver.atMs)
  receiver.openEast = step(random, receiver.openEast, sigmaMeters, sinceMs / openTauMs)
  receiver.openNorth = step(random, receiver.openNorth, sigmaMeters, sinceMs / openTauMs)
  if (around === inCanyon) {
    const isEntered = receiver.around !== inCanyon
    const age = isEntered ? Infinity : sinceMs / canyonTauMs
    receiver.pathEast = step(random, receiver.pathEast, canyonSigmaMeters, age)
    receiver.pathNorth = step(random, receiver.pathNorth, canyonSigmaMeters, age)
  } else if (around === indoors) {
    const isEntered = receiver.around !== indoors
    if (isEntered) {
      receiver.roofSigmaMeters = between(random, 9, 20)
      receiver.indoorsUntilMs = -Infinity
    }
    const age = isEntered ? Infinity : sinceMs / roofTauMs
    receiver.roofEast = step(random, receiver.roofEast, receiver.roofSigmaMeters, age)
    receiver.roofNorth = step(random, receiver.roofNorth, receiver.roofSigmaMeters, age)
  }
  receiver.lieEast = step(random, receiver.lieEast, lieSigmaMeters, sinceMs / lieTauMs)
  receiver.lieNorth = step(random, receiver.lieNorth, lieSigmaMeters, sinceMs / lieTauMs)
  receiver.atMs = atMs
  receiver.around = around
}

/** One step of a Gauss-Markov process after `age` time constants. */
function step(random: Random, value: number, sigma: number, age: number): number {
  const kept = Math.exp(-age)
  return (kept === 0 ? 0 : kept * value) + Math.sqrt(1 - kept * kept) * sigma * gaussian(random)
}

function measureOpen(
  receiver: Receiver,
  east: number,
  north: number,
  factor: number,
  out: Measurement,
): boolean {
  const { random, sigmaMeters } = receiver
  out.east = east + factor * receiver.openEast
  out.north = north + factor * receiver.openNorth
  const accuracy = accuracyPerSigma * factor * sigmaMeters * between(random, 0.85, 1.25)
  return describe(out, accuracy, 'gnss', random)
}

/** Reflections err by tens of metres, and the receiver knows only part of it. */
function measureInCanyon(
  receiver: Receiver,
  east: number,
  north: number,
  out: Measurement,
): boolean {
  const { random, sigmaMeters } = receiver
  out.east = east + receiver.openEast + receiver.pathEast
  out.north = north + receiver.openNorth + receiver.pathNorth
  const believedSigma = Math.hypot(sigmaMeters, canyonSigmaMeters * between(random, 0.45, 0.9))
  return describe(out, accuracyPerSigma * believedSigma, 'gnss', random)
}

function measureIndoors(
  receiver: Receiver,
  atMs: number,
  east: number,
  north: number,
  out: Measurement,
): boolean {
  const { random } = receiver
  if (atMs >= receiver.indoorsUntilMs) {
    receiver.indoorsBy = pickIndoors(random.next())
    const meanMs = receiver.indoorsBy === 'cell' ? 480_000 : 1_800_000
    receiver.indoorsUntilMs = atMs - meanMs * Math.log(1 - random.next())
  }
  switch (receiver.indoorsBy) {
    case 'none':
      return false
    case 'cell':
      return measureByCell(random, east, north, out)
    case 'gnss':
    case 'wifi': {
      const isWifi = receiver.indoorsBy === 'wifi'
      // Wi-Fi errs by a place of its own, GNSS wanders; both as far as the building makes them.
      out.east = east + receiver.roofEast
      out.north = north + receiver.roofNorth
      const accuracy = accuracyPerSigma * receiver.roofSigmaMeters * between(random, 0.65, 1.3)
      return describe(out, accuracy, isWifi ? 'fused' : 'gnss', random)
    }
  }
}

function pickIndoors(chance: number): IndoorsBy {
  if (chance < 0.45) return 'gnss'
  if (chance < 0.77) return 'wifi'
  return chance < 0.94 ? 'none' : 'cell'
}

function describe(
  out: Measurement,
  accuracyMeters: number,
  source: FixSource,
  random: Random,
): boolean {
  out.accuracyMeters = Math.round(10 * Math.max(2, accuracyMeters)) / 10
  out.source = source
  const isPoor = accuracyMeters > 15
  out.hdop =
    source === 'gnss'
      ? Math.round(10 * (isPoor ? between(random, 1.5, 4.5) : between(random, 0.6, 1.6))) / 10
      : null
  out.satellites =
    source === 'gnss' ? Math.round(isPoor ? between(random, 4, 8) : between(random, 8, 17)) : null
  return true
}
