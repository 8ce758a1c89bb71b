import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { LocationBan } from '../../../src/core/model/registry.ts'
import { shareAreas } from '../../../src/core/rules/shared-areas.ts'
import { readAreas } from '../../../src/store/keys/read-areas.ts'
import { makeBan, makeOrder } from '../../core/engine-world.ts'

function pack(bans: readonly LocationBan[]): Buffer {
  return deflateRawSync(JSON.stringify(bans))
}

function banOf(label: string, east: number): LocationBan {
  const corners = [
    [5, 52],
    [east, 52],
    [east, 52.1],
    [5, 52],
  ] as const
  const geometry = { type: 'Polygon', coordinates: [corners] } as const
  return makeBan({ label, area: { type: 'geometry', geometry } })
}

describe('areas as they were packed', () => {
  it('they are read as they were given, number for number', () => {
    const bans = [banOf('home', 5.1 + 1 / 3), makeBan({ id: 'round' })]
    expect(JSON.parse(JSON.stringify(readAreas(pack(bans))))).toEqual(bans)
  })

  it('versions of an order that say the same of them have one list, others their own', () => {
    const one = readAreas(pack([banOf('home', 5.2)]))
    expect(readAreas(pack([banOf('home', 5.2)]))).toBe(one)
    expect(readAreas(pack([banOf('house', 5.2)]))).not.toBe(one)
    expect(readAreas(pack([banOf('home', 5.3)]))).not.toBe(one)
  })

  it('an order that has such a list keeps it, as nothing of it is left to be shared', () => {
    const order = makeOrder({ locationBans: readAreas(pack([banOf('home', 5.4)])) })
    expect(shareAreas(order)).toBe(order)
  })
})
