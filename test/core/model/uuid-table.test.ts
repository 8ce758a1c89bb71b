import { expect, it } from 'vitest'
import { UuidTable } from '../../../src/core/model/uuid-table.ts'
import { createRandom } from '../../property/random.ts'
import type { Random } from '../../property/random.ts'

it('a table of uuids answers as a map of strings does, whatever the ids', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = createRandom(seed)
    const ids = Array.from({ length: 120 }, (_, at) => makeId(random, at))
    const table = new UuidTable()
    const map = new Map<string, number>()
    for (let step = 0; step < 600; step++) {
      const id = ids[random.integer(0, ids.length - 1)] ?? ''
      if (random.chance(0.2)) {
        table.delete(id)
        map.delete(id)
      } else if (random.chance(0.5)) {
        const number = random.integer(0, 2 ** 31)
        table.set(id, number)
        map.set(id, number)
      }
      // A copy of it: no two strings of one id are one in memory.
      expect(table.get(` ${id}`.slice(1)), `seed ${seed}, ${id}`).toBe(map.get(id))
    }
    for (const id of ids) expect(table.get(id), `seed ${seed}, ${id}`).toBe(map.get(id))
  }
})

/** Uuids at random, others that follow one another, and what only looks like one. */
function makeId(random: Random, at: number): string {
  const hex = Array.from({ length: 32 }, () => random.integer(0, 15).toString(16)).join('')
  const scattered = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  const next = `0ffe0de0-0000-7000-8000-${String(at).padStart(12, '0')}`
  const looks = [next.toUpperCase(), next.replace('-7', '_7'), next.replace('8000', '80é0')]
  const ids = [scattered, scattered, next, next, ...looks, `device-${at}`]
  return ids[random.integer(0, ids.length - 1)] ?? next
}
