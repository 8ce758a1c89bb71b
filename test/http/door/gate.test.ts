import { expect, it } from 'vitest'
import { createGate } from '../../../src/http/door/gate.ts'

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

function startWorks(count: number) {
  const inTurn = createGate(2)
  const started: number[] = []
  const works = Array.from({ length: count }, () => Promise.withResolvers<void>())
  const results = works.map(({ promise }, index) =>
    inTurn(async () => {
      started.push(index)
      await promise
      return index
    }),
  )
  return { started, works, results }
}

it('a gate for two lets two in, and the others in the order they came', async () => {
  const { started, works, results } = startWorks(5)
  await turn()
  expect(started).toEqual([0, 1])
  works[1]?.resolve()
  await turn()
  expect(started).toEqual([0, 1, 2])
  works[0]?.resolve()
  works[2]?.resolve()
  await turn()
  expect(started).toEqual([0, 1, 2, 3, 4])
  works[3]?.resolve()
  works[4]?.resolve()
  expect(await Promise.all(results)).toEqual([0, 1, 2, 3, 4])
})

it('a failure gives its place at the gate to the next', async () => {
  const { started, works, results } = startWorks(3)
  works[0]?.reject(new Error('broken'))
  await expect(results[0]).rejects.toThrow('broken')
  await turn()
  expect(started).toEqual([0, 1, 2])
  works[1]?.resolve()
  works[2]?.resolve()
  await Promise.all(results.slice(1))
})
