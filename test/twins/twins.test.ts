import { describe, expect, it } from 'vitest'
import { createRandom } from '../support/random.ts'
import { compareTimes } from './compare-times.ts'
import { playTwins } from './play-twins.ts'

describe('two worlds in which he goes the same way and she another', () => {
  it('twin worlds reach the vendor of the monitors byte for byte alike, refusals, counts and commands included', async () => {
    const played = await playTwins({ caseCount: 12, hours: 4, seed: 1, isOneVendor: false })
    expect(played.alertsNear).toBeGreaterThan(3)
    expect(played.alertsFar).toBe(0)
    expect(played.commandCount).toBeGreaterThan(0)
    expect(played.heardCount).toBeGreaterThan(150)
    expect(played.differences).toEqual([])
  })

  it('twin worlds differ where one vendor has the devices of both, so that a difference is found', async () => {
    const played = await playTwins({ caseCount: 8, hours: 2, seed: 1, isOneVendor: true })
    expect(played.alertsNear).toBeGreaterThan(0)
    expect(played.differences.length).toBeGreaterThan(0)
  })
})

describe('whether times can be told apart', () => {
  const random = createRandom(5)
  const draw = (count: number, shift: number) =>
    Array.from({ length: count }, () => random() + random() + shift)

  it('times that are alike give an area of one half, and no p that says otherwise', () => {
    const { auc, p, least, most } = compareTimes(draw(400, 0), draw(400, 0), random)
    expect(Math.abs(auc - 0.5)).toBeLessThan(0.06)
    expect(p).toBeGreaterThan(0.01)
    expect(least).toBeLessThan(0.5)
    expect(most).toBeGreaterThan(0.5)
  })

  it('times of which some are longer are told apart, and equal ones are not', () => {
    expect(compareTimes(draw(400, 0.2), draw(400, 0), random)).toMatchObject({
      p: expect.toSatisfy((p: number) => p < 0.01),
      auc: expect.toSatisfy((auc: number) => auc > 0.58),
    })
    expect(compareTimes([1, 1, 1], [1, 1, 1], random).auc).toBe(0.5)
    expect(compareTimes([2, 3], [1, 1], random).auc).toBe(1)
  })

  it('times of a machine that is busier by far at one time than at another are told apart as well, and not where they are alike', () => {
    const busy = (times: readonly number[]) =>
      times.map((ms, at) => ms + 50 * (Math.floor(at / 40) % 7))
    const { auc, p } = compareTimes(busy(draw(400, 0.2)), busy(draw(400, 0)), random)
    expect(auc).toBeGreaterThan(0.55)
    expect(p).toBeLessThan(0.01)
    expect(compareTimes(busy(draw(400, 0)), busy(draw(400, 0)), random).p).toBeGreaterThan(0.01)
  })
})
