import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAssessorApart, type Assessor } from '../../../src/assess/answering/assessor.ts'
import type { AssessTask } from '../../../src/assess/answering/answer-question.ts'
import { packFixes, readFixes } from '../../../src/assess/answering/stored-positions.ts'
import type { KnownPlaces } from '../../../src/core/enforceability/ground.ts'
import { writeMap, readMap } from '../../../src/map/stored-map.ts'
import { createAssessorHere } from '../../support/assessor-here.ts'
import { drawGridTown, gridPlace } from '../../support/grid-town.ts'
import { mapOf, withFile } from '../../support/street-map.ts'

let places: KnownPlaces
let apart: Assessor
beforeAll(async () => {
  const drawn = await mapOf(drawGridTown(20))
  const map = await withFile(new Uint8Array(), async (path) => {
    await writeMap(path, drawn)
    return await readMap(path)
  })
  places = { map, areas: null }
  apart = createAssessorApart(places, null)
})
afterAll(() => apart.stop())

const patient = new AbortController().signal
const task: AssessTask = {
  question: {
    circle: { ...gridPlace(0, 0), radiusMeters: 700 },
    reportIntervalSeconds: 60,
    victimAddresses: [{ label: 'home', secret: true, ...gridPlace(40, 0) }],
    offenderFixedAddresses: [
      { label: 'home', ...gridPlace(-1_800, 0) },
      { label: 'work', ...gridPlace(1_800, 0) },
    ],
    travelModes: ['bicycle'],
  },
  isComparing: false,
  isMeasuring: false,
  kept: null,
  positions: null,
}

describe('answers in threads of their own', () => {
  it('an answer of a thread is the answer that would have been worked out here', async () => {
    const here = createAssessorHere(places)
    const kept = { label: 'case', day: '2026-11-26' }
    const both = { ...task, isComparing: true, kept }
    expect(await apart.assess(both, patient)).toEqual(await here.assess(both, patient))
  })

  it('the loop of whoever asks goes on while weeks are played, and hears how far it is', async () => {
    const delay = monitorEventLoopDelay({ resolution: 5 })
    const percents: number[] = []
    delay.enable()
    const made = await apart.assess({ ...task, isMeasuring: true }, patient, (percent) =>
      percents.push(percent),
    )
    delay.disable()
    const checks = 'answer' in made ? made.answer.checks : []
    expect(checks.find(({ code }) => code === 'E15')?.result).not.toBe('not-assessed')
    expect(percents).toEqual(percents.toSorted((one, other) => one - other))
    expect(percents.length).toBeGreaterThan(4)
    process.stderr.write(`loop meanwhile: p99 ${Math.round(delay.percentile(99) / 1e6)} ms\n`)
    // Played here it stands still for seconds.
    expect(delay.percentile(99) / 1e6).toBeLessThan(500)
  })

  it('how far it is counts the bans that are played: with one it goes on to the end', async () => {
    const stepsOf = async (more: Partial<AssessTask['question']>) => {
      const percents: number[] = []
      const question = { ...task.question, ...more }
      const both = { ...task, question, isMeasuring: true, isComparing: true }
      await apart.assess(both, patient, (percent) => percents.push(percent))
      return percents
    }
    // Without an address of the victim's nothing else that stays is proposed.
    const alone = await stepsOf({ reportIntervalSeconds: 1_800, victimAddresses: null })
    expect(alone.at(-2)).toBeGreaterThan(90)
    const several = await stepsOf({ reportIntervalSeconds: 1_800 })
    expect(several).toEqual(several.toSorted((one, other) => one - other))
  })

  it('a question nobody waits for any more is left off, and the next one is answered', async () => {
    const leaving = new AbortController()
    const left = apart.assess({ ...task, isMeasuring: true }, leaving.signal, () => leaving.abort())
    await expect(left).rejects.toThrow(/abort/i)
    const next = await apart.assess({ ...task, isComparing: true }, patient)
    expect('answer' in next).toBe(true)
    await expect(apart.assess(task, AbortSignal.abort())).rejects.toThrow(/abort/i)
  })

  it('a quick question is answered while weeks are played for another', async () => {
    const order: string[] = []
    const long = apart
      .assess({ ...task, isMeasuring: true }, patient)
      .then(() => order.push('long'))
    await apart.assess(task, patient).then(() => order.push('quick'))
    await long
    expect(order).toEqual(['quick', 'long'])
  })

  it('what is wrong with a question comes back as its faults, and one too many is refused', async () => {
    const wrong = { ...task, question: { ...task.question, areaCodes: ['BU1'] } }
    expect(await apart.assess(wrong, patient)).toMatchObject({
      faults: [{ pointer: '/areaCodes' }],
    })
    const many = Array.from({ length: 41 }, () => apart.assess(task, patient))
    const ends = await Promise.allSettled(many)
    expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  })

  it('a thread that was ended is started anew by the next question', async () => {
    const other = createAssessorApart(places, null)
    await other.assess(task, patient)
    const waiting = other.assess({ ...task }, patient).catch((error: Error) => error.message)
    await other.stop()
    expect(await waiting).toContain('has ended')
    expect('answer' in (await other.assess(task, patient))).toBe(true)
    await other.stop()
  })
})

it('stored positions go to a thread in columns and come out the same', () => {
  const fixes = [
    { recordedAtMs: 1, receivedAtMs: 2, longitude: 5, latitude: 52, accuracyMeters: 10 },
    { recordedAtMs: 3, receivedAtMs: 4, longitude: 5.1, latitude: 52.1, accuracyMeters: null },
  ]
  expect(readFixes(packFixes(fixes, 60_000))).toEqual(fixes)
})
