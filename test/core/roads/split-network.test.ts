import { expect, it } from 'vitest'
import { largestPart, mainNetwork } from '../../../src/core/roads/enter-network.ts'
import { splitNetwork } from '../../../src/core/roads/split-network.ts'
import { drawGridTown } from '../../support/grid-town.ts'
import { createRandom } from '../../support/random.ts'
import { mapOf } from '../../support/street-map.ts'

it('what is split off is what a walk over the whole network does not reach', async () => {
  const map = await mapOf(drawGridTown(6))
  const main = mainNetwork(map)
  const edgeCount = map.roads.edgeFrom.length
  const sizes = new Set<number>()
  for (let seed = 1; seed <= 400; seed++) {
    const random = createRandom(seed)
    const share = random() * 0.7
    const without = new Map<number, true>()
    for (let edge = 0; edge < edgeCount; edge++) if (random() < share) without.set(edge, true)
    const reached = largestPart(map, (edge) => !without.has(edge))
    const expected = [...main.keys()].filter(
      (vertex) => main[vertex] === 1 && reached[vertex] !== 1,
    )
    const found = [...splitNetwork(map, without)].toSorted((one, other) => one - other)
    expect(found, `seed ${seed}`).toEqual(expected)
    sizes.add(expected.length)
  }
  expect(sizes.size).toBeGreaterThan(20)
})

it('nothing is split off a network that is left whole', async () => {
  const map = await mapOf(drawGridTown(3))
  expect(splitNetwork(map, new Map())).toEqual(new Set())
})
