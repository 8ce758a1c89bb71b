import { expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import { createRandom } from '../../property/random.ts'
import {
  createBanWorld,
  createPairWorld,
  minute,
  raisedOf,
  revisedOf,
  startMs,
} from '../watch-world.ts'

it('two events that a later one joins are one alert, in whichever order they come', () => {
  for (const order of [
    [0, 4, 8],
    [0, 8, 4],
    [4, 0, 8],
    [4, 8, 0],
    [8, 0, 4],
    [8, 4, 0],
  ]) {
    expect(upload('strap-tamper', order).standing, order.join()).toEqual([0])
  }
})

it('the alert that is joined to an earlier one is marked as part of it, and keeps standing', () => {
  const { effects } = upload('strap-tamper', [0, 32, 16])
  const [first, second] = raisedOf(effects)
  expect(judgedOf(effects)).toMatchObject([
    { alertId: second!.id, revision: { kind: 'part-of', partOfAlertId: first!.id } },
  ])
})

it.each(['strap-tamper', 'panic'] as const)(
  '%s: any order and repetition of uploads ends in the same alerts, over hours',
  (kind) => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = createRandom(seed)
      const minutes = Array.from({ length: random.integer(1, 40) }, () => random.integer(0, 180))
      const sorted = minutes.toSorted((one, other) => one - other)
      const shuffled = random.shuffle([...minutes, ...minutes.slice(0, 5)])
      expect(upload(kind, shuffled).standing, `seed ${seed}`).toEqual(upload(kind, sorted).standing)
    }
  },
)

it('a loose strap that opens every six minutes for two hours is an alert an hour, told again each time; and another after twenty minutes of quiet', () => {
  const opened = Array.from({ length: 20 }, (_, index) => 6 * index)
  const { effects } = upload('strap-tamper', opened)
  expect(raisedOf(effects)).toHaveLength(2)
  expect(revisedOf(effects).filter(({ revision }) => revision.kind === 'repeated')).toHaveLength(18)
  expect(raisedOf(upload('strap-tamper', [0, 19, 39]).effects)).toHaveLength(2)
})

it('a flag repeated every second for an hour is one alert, and the next hour another', () => {
  const seconds = Array.from({ length: 4_000 }, (_, index) => index / 60)
  expect(upload('case-tamper', seconds).standing).toEqual([0, 60])
})

it('a link lost twice, and once in between, is one loss that goes on', () => {
  const world = createBanWorld()
  world.advance(0)
  const at = (minutes: number) => ({ recordedAtMs: startMs + minutes * minute })
  const [first] = raisedOf(world.event('monitor', 'link-lost', at(0)))
  world.event('monitor', 'link-restored', at(1))
  world.event('monitor', 'link-lost', at(8))
  const joined = judgedOf(world.event('monitor', 'link-lost', at(4)))
  expect(joined.map(({ revision }) => revision.kind)).toEqual(['part-of', 'reopened'])
  const restored = world.event('monitor', 'link-restored', at(9))
  expect(restored).toMatchObject([{ type: 'alert-ended', alertId: first!.id }])
})

it('an alert joined to a less grave one makes it as grave', () => {
  const world = createPairWorld()
  world.situate('otto', { isNearDanger: false })
  const at = (minutes: number) => ({ recordedAtMs: startMs + minutes * minute })
  const [first] = raisedOf(world.event('monitor', 'strap-tamper', at(0)))
  world.situate('otto', { isNearDanger: true })
  world.event('monitor', 'strap-tamper', at(32))
  world.situate('otto', { isNearDanger: false })
  expect(judgedOf(world.event('monitor', 'strap-tamper', at(16)))).toMatchObject([
    { revision: { kind: 'part-of' } },
    { alertId: first!.id, revision: { kind: 'priority', priority: 'P1' } },
  ])
})

/** Revisions but those that only tell an event again. */
function judgedOf(effects: readonly Effect[]) {
  return revisedOf(effects).filter(({ revision }) => revision.kind !== 'repeated')
}

/**
 * What somebody who follows every effect has left: the starts of the alerts that stand
 * by themselves, in minutes.
 */
function upload(kind: 'strap-tamper' | 'case-tamper' | 'panic', minutes: readonly number[]) {
  const world = createBanWorld()
  world.situate('otto', { isNearDanger: false })
  const effects: Effect[] = []
  const starts = new Map<string, number>()
  for (const offset of minutes) {
    const recordedAtMs = startMs + offset * minute
    effects.push(...world.event('monitor', kind, { recordedAtMs, receivedAtMs: startMs + 1e8 }))
  }
  for (const effect of effects) {
    if (effect.type === 'alert-raised') {
      if (starts.has(effect.alert.id)) throw new Error('an alert was raised twice')
      starts.set(effect.alert.id, effect.alert.occurredAtMs)
    }
    if (effect.type !== 'alert-revised') continue
    if (effect.revision.kind === 'moved') starts.set(effect.alertId, effect.revision.occurredAtMs)
    if (effect.revision.kind === 'part-of') starts.delete(effect.alertId)
  }
  const standing = [...starts.values()]
    .map((atMs) => (atMs - startMs) / minute)
    .toSorted((one, other) => one - other)
  return { effects, standing }
}
