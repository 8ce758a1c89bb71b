import { describe, expect, it } from 'vitest'
import { surroundings } from '../../../../lab/simulate/cases/case-stream.ts'
import type { Surroundings } from '../../../../lab/simulate/cases/case-stream.ts'
import { createReceiver, measure } from '../../../../lab/simulate/devices/gnss-error.ts'
import type { Measurement } from '../../../../lab/simulate/devices/measurement.ts'
import { createRandom } from '../../../../src/replay/seeded-random.ts'

describe('the error of a simulated receiver', () => {
  it('the error of a simulated receiver lies within the claimed radius about as often as the claim says, under an open sky', () => {
    const errors = errorsOf('open', 400, 40, 60_000)
    const share = errors.filter(({ meters, accuracy }) => meters <= accuracy).length / errors.length
    expect(share).toBeGreaterThan(0.6)
    expect(share).toBeLessThan(0.8)
    expect(median(errors.map(({ meters }) => meters))).toBeLessThan(8)
  })

  it('the error of a simulated receiver drifts: ten seconds apart it is nearly the same, ten minutes apart it is another', () => {
    expect(correlation('open', 10_000)).toBeGreaterThan(0.8)
    expect(Math.abs(correlation('open', 600_000))).toBeLessThan(0.1)
  })

  it('the error of a simulated receiver is tens of metres between high houses, more than the receiver admits', () => {
    const errors = errorsOf('canyon', 200, 60, 60_000)
    const typical = median(errors.map(({ meters }) => meters))
    expect(typical).toBeGreaterThan(18)
    expect(typical).toBeLessThan(45)
    const share = errors.filter(({ meters, accuracy }) => meters <= accuracy).length / errors.length
    expect(share).toBeLessThan(0.6)
  })

  it('a simulated receiver has no position in a tunnel', () => {
    expect(errorsOf('tunnel', 5, 50, 1_000)).toEqual([])
  })

  it('a simulated receiver indoors has good, poor, network and no positions', () => {
    const errors = errorsOf('indoors', 200, 100, 60_000)
    expect(errors.length).toBeLessThan(19_000)
    expect(errors.some(({ source }) => source === 'gnss')).toBe(true)
    expect(errors.some(({ source }) => source === 'fused')).toBe(true)
    const network = errors.filter(({ source }) => source === 'network')
    expect(network.length).toBeGreaterThan(100)
    expect(network.every(({ accuracy }) => accuracy >= 500)).toBe(true)
    expect(median(network.map(({ meters }) => meters))).toBeGreaterThan(400)
    expect(Math.max(...network.map(({ meters }) => meters))).toBeGreaterThan(12_000)
  })

  it('a simulated receiver can lie: five metres claimed, forty true', () => {
    const errors = errorsOf('open', 200, 50, 60_000, true)
    expect(errors.every(({ accuracy }) => accuracy <= 6)).toBe(true)
    const typical = median(errors.map(({ meters }) => meters))
    expect(typical).toBeGreaterThan(25)
    expect(typical).toBeLessThan(50)
  })
})

function errorsOf(
  around: Surroundings,
  receivers: number,
  fixes: number,
  stepMs: number,
  isLying = false,
): { meters: number; accuracy: number; source: string }[] {
  const out = emptyMeasurement()
  const errors: { meters: number; accuracy: number; source: string }[] = []
  for (let number = 0; number < receivers; number++) {
    const receiver = createReceiver(createRandom(number))
    for (let step = 0; step < fixes; step++) {
      const code = surroundings.indexOf(around)
      if (
        !measure(
          receiver,
          { atMs: step * stepMs, east: 1_000, north: 2_000, around: code, isLying },
          out,
        )
      )
        continue
      const meters = Math.hypot(out.east - 1_000, out.north - 2_000)
      errors.push({ meters, accuracy: out.accuracyMeters, source: out.source })
    }
  }
  return errors
}

/** Of the eastward error at two moments, over many receivers. */
function correlation(around: Surroundings, apartMs: number): number {
  const out = emptyMeasurement()
  let product = 0
  let square = 0
  for (let number = 0; number < 2_000; number++) {
    const receiver = createReceiver(createRandom(number))
    const code = surroundings.indexOf(around)
    measure(receiver, { atMs: 0, east: 0, north: 0, around: code, isLying: false }, out)
    const before = out.east
    measure(receiver, { atMs: apartMs, east: 0, north: 0, around: code, isLying: false }, out)
    product += before * out.east
    square += (before * before + out.east * out.east) / 2
  }
  return product / square
}

function emptyMeasurement(): Measurement {
  return { east: 0, north: 0, accuracyMeters: 0, source: 'gnss', hdop: null, satellites: null }
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1]!
}
