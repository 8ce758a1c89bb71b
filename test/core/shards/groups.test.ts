import { describe, expect, it } from 'vitest'
import { createGroups, joinGroups, listBound, shardOf } from '../../../src/core/shards/groups.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { makeOrder, makePair, startMs } from '../engine-world.ts'

describe('groups', () => {
  it('two offenders who are kept from one person are of one shard, and so are chains of them', () => {
    const pairs = [
      ['a', 'x'],
      ['c', 'y'],
      ['b', 'z'],
      ['a', 'y'],
      ['d', 'z'],
      ['d', 'w'],
    ] as const
    const groups = createGroups(64)
    for (const pair of pairs) joinGroups(groups, pair)
    for (const id of ['x', 'y', 'c']) expect(shardOf(groups, id)).toBe(shardOf(groups, 'a'))
    for (const id of ['z', 'd', 'w']) expect(shardOf(groups, id)).toBe(shardOf(groups, 'b'))
    expect(shardOf(groups, 'a')).not.toBe(shardOf(groups, 'b'))
  })

  it('the shard of a group does not go by what was joined first, and all who move are given', () => {
    const pairs = [
      ['offender-1', 'victim-1'],
      ['offender-2', 'victim-2'],
      ['offender-3', 'victim-2'],
      ['offender-1', 'victim-2'],
    ]
    const ids = [...new Set(pairs.flat())]
    const ends = [pairs, pairs.toReversed()].map((order) => {
      const groups = createGroups(8)
      const isIn = new Map(ids.map((id) => [id, shardOf(groups, id)]))
      for (const pair of order) {
        for (const { from, to, ids: moved } of joinGroups(groups, pair)) {
          for (const id of moved) {
            expect(isIn.get(id)).toBe(from)
            isIn.set(id, to)
          }
        }
      }
      for (const id of ids) expect(shardOf(groups, id)).toBe(isIn.get(id))
      return Object.fromEntries(isIn)
    })
    expect(ends[0]).toEqual(ends[1])
  })

  it('a device binds its wearers for as long as reports of theirs are taken in', () => {
    const worn = (validUntilMs: number | null) => ({
      type: 'device-assignment' as const,
      deviceAssignment: {
        id: 'worn',
        deviceId: 'device',
        personId: 'person',
        validFromMs: 0,
        validUntilMs,
      },
    })
    const { fixAgeMsMax } = defaultLimits
    const list = (untilMs: number | null) => listBound(worn(untilMs), defaultLimits, startMs)
    expect(list(null)).toEqual(['person', 'device'])
    expect(list(startMs - fixAgeMsMax)).toEqual(['person', 'device'])
    expect(list(startMs - fixAgeMsMax - 1)).toEqual([])
    const order = makeOrder({ proximityBans: [makePair({ victimId: 'victim' })] })
    const change = { type: 'protection-order', protectionOrder: order } as const
    expect(listBound(change, defaultLimits, startMs)).toEqual(['offender', 'victim'])
  })
})
