import { expect, it } from 'vitest'
import { createAgreedWatch } from '../../src/ingest/agreed-watch.ts'
import { createSilentLog } from '../support/silent-log.ts'

function watchOf(findings: readonly boolean[], tell: (isWrong: boolean) => number) {
  const left = [...findings]
  let eventCount = 0
  const watch = createAgreedWatch({
    log: createSilentLog(),
    unknown: 'it is not known',
    find: async () => ({ isWrong: left.shift() ?? false }),
    tell: async ({ isWrong }) => tell(isWrong),
    onEvent: () => (eventCount += 1),
  })
  return { watch, countEvents: () => eventCount }
}

it('what is wrong is told once when two looks agree, and once when it is right again', async () => {
  const told: boolean[] = []
  const findings = [true, false, true, true, true, false, false, false]
  const { watch, countEvents } = watchOf(findings, (isWrong) => told.push(isWrong))
  for (const _ of findings) await watch.look()
  expect(told).toEqual([true, false])
  expect(countEvents()).toBe(2)
})

it('what could not be told is tried again at the next look', async () => {
  let tries = 0
  const { watch } = watchOf([true, true, true, true], () => {
    tries += 1
    if (tries === 1) throw new Error('no database')
    return 1
  })
  await watch.look()
  await expect(watch.look()).rejects.toThrow('no database')
  await watch.look()
  await watch.look()
  expect(tries).toBe(2)
})
