import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { storyKinds } from '../../../lab/simulate/cases/case-stream.ts'
import type { CaseStream, Simulation } from '../../../lab/simulate/cases/case-stream.ts'
import { createSimulation } from '../../../lab/simulate/simulation.ts'

const days = 3
const dayMs = 86_400_000

describe('a labelled simulation', () => {
  const simulation = simulate(11)
  const cases = storyKinds.map((_, index) => simulation.buildCase(index))

  it('a labelled simulation is the same for the same seed, whichever case is made first, and another for another', () => {
    const again = simulate(11)
    for (const index of [9, 3, 0]) {
      expect(digest(again.buildCase(index))).toBe(digest(cases[index]!))
    }
    expect(digest(simulate(12).buildCase(3))).not.toBe(digest(cases[3]!))
  })

  it('a labelled simulation gives the same records on a second reading, and a truth that does not change', () => {
    const item = simulation.buildCase(1)
    const first = digest(item)
    expect(digest(item)).toBe(first)
  })

  it('a labelled simulation gives records in order of receipt, recorded no further ahead than intake takes', () => {
    let faultCount = 0
    for (const item of cases) {
      let lastMs = -Infinity
      for (const record of item.records()) {
        const recordedAtMs =
          record.type === 'fix' ? record.fix.recordedAtMs : record.event.recordedAtMs
        const ageMs = record.receivedAtMs - recordedAtMs
        const isRight = record.receivedAtMs >= lastMs && ageMs >= -300_000 && ageMs <= 35 * dayMs
        if (!isRight) faultCount++
        lastMs = record.receivedAtMs
      }
    }
    expect(faultCount).toBe(0)
  })

  it('a labelled simulation has a story of every kind, the forbidden ones with an event of their own', () => {
    const kinds = new Set<string>()
    for (const item of cases) {
      const truth = item.truth()
      for (const story of truth.stories) {
        kinds.add(story.kind)
        if (story.expectation !== 'must-alert') continue
        const events = [
          ...truth.stays.filter(
            ({ storyKey, isForbidden }) => storyKey === story.key && isForbidden,
          ),
          ...truth.meetings.filter(({ storyKey }) => storyKey === story.key),
          ...truth.silences.filter(
            ({ deviceId, cause }) =>
              deviceId === story.deviceId &&
              (cause === 'switched-off' || cause === 'battery-empty'),
          ),
          ...truth.deviceFacts.filter(({ deviceId }) => deviceId === story.deviceId),
        ]
        expect(events.length, `${story.key}, ${story.kind}`).toBeGreaterThan(0)
      }
    }
    expect([...kinds].toSorted()).toEqual([...storyKinds].toSorted())
  })

  it('a labelled simulation does not let near-violations become violations', () => {
    for (const item of cases) {
      const truth = item.truth()
      for (const story of truth.stories) {
        if (story.expectation !== 'must-not-alert-p1') continue
        // Opposite lanes do meet, for seconds.
        if (story.kind === 'pair-opposite-lanes') continue
        const isPair = story.kind.startsWith('pair')
        const events = isPair
          ? truth.meetings
          : truth.stays.filter(({ isForbidden }) => isForbidden)
        const during = events.filter(
          ({ startMs, endMs }) => startMs <= story.endMs && endMs >= story.startMs,
        )
        if (story.kind !== 'phone-at-rest') expect(during, story.kind).toEqual([])
      }
    }
  })

  it('a labelled simulation keeps people who live beside a border in their band', () => {
    const truth = cases[storyKinds.indexOf('ban-border-living')]!.truth()
    expect(truth.stays).toEqual([])
    const nearest = Math.min(...truth.approaches.map(({ nearestMeters }) => nearestMeters))
    expect(nearest).toBeGreaterThan(20)
    expect(nearest).toBeLessThanOrEqual(51)
  })

  it('a labelled simulation names a fix that reveals a stay, recorded during it and sent by the offender', () => {
    const all = cases.flatMap((item) => item.truth().stays.map((stay) => ({ item, stay })))
    const revealed = all.filter(({ stay }) => stay.firstRevealingFix !== null)
    expect(revealed.length).toBeGreaterThan(2)
    for (const { item, stay } of revealed) {
      const mark = stay.firstRevealingFix!
      expect(mark.deviceId).toBe(item.tracks[0]!.deviceId)
      expect(mark.recordedAtMs).toBeGreaterThan(stay.startMs - 300_000)
      expect(mark.recordedAtMs).toBeLessThan(stay.endMs + 300_000)
      expect(mark.receivedAtMs).toBeGreaterThanOrEqual(stay.firstGoodFix!.receivedAtMs)
    }
  })

  it('a labelled simulation hears nothing of a device that is switched off', () => {
    const item = cases[storyKinds.indexOf('device-switched-off')]!
    const silence = item.truth().silences.find(({ cause }) => cause === 'switched-off')!
    expect(silence.lastHeardMs).toBeLessThan(silence.startMs + 3_600_000)
    for (const record of item.records()) {
      const told = record.type === 'fix' ? record.fix : record.event
      if (told.deviceId !== silence.deviceId) continue
      const isWithin =
        record.receivedAtMs > silence.lastHeardMs! &&
        record.receivedAtMs < (silence.heardAgainMs ?? Infinity)
      expect(isWithin).toBe(false)
    }
  })

  it('a labelled simulation lets a phone at rest be silent for hours but for its heartbeats', () => {
    const item = cases[storyKinds.indexOf('phone-at-rest')]!
    const { deviceId } = item.tracks[1]!
    let lastFixMs: number | null = null
    let lastHeardMs: number | null = null
    let longestWithoutFixMs = 0
    const waits: number[] = []
    for (const record of item.records()) {
      const told = record.type === 'fix' ? record.fix : record.event
      if (told.deviceId !== deviceId) continue
      if (lastHeardMs !== null) waits.push(record.receivedAtMs - lastHeardMs)
      lastHeardMs = record.receivedAtMs
      if (record.type !== 'fix') continue
      if (lastFixMs !== null) {
        longestWithoutFixMs = Math.max(longestWithoutFixMs, record.receivedAtMs - lastFixMs)
      }
      lastFixMs = record.receivedAtMs
    }
    expect(longestWithoutFixMs).toBeGreaterThan(4 * 3_600_000)
    const typicalMs = waits.toSorted((one, other) => one - other)[waits.length >> 1]!
    expect(typicalMs).toBeLessThanOrEqual(310_000)
  })

  it('a labelled simulation gives the records of a case in order of receipt, as many as its truth counts', () => {
    for (const item of cases.slice(0, 6)) {
      const receivedAtMs = [...item.records()].map((record) => record.receivedAtMs)
      expect(receivedAtMs).toEqual(receivedAtMs.toSorted((one, other) => one - other))
      const { devices } = item.truth()
      const told = devices.reduce((sum, device) => sum + device.fixCount + device.eventCount, 0)
      expect(receivedAtMs).toHaveLength(told)
    }
  })

  it('a labelled simulation sends some fixes late, twice, out of order and with what devices get wrong', () => {
    const distortions = new Set(
      cases.flatMap((item) => item.truth().distortions.map((one) => one.kind)),
    )
    expect(distortions.size).toBeGreaterThanOrEqual(4)
    let late = 0
    let twice = 0
    let overtaken = 0
    for (const item of cases) {
      const seen = new Set<string>()
      const newest = new Map<string, number>()
      for (const record of item.records()) {
        if (record.type !== 'fix') continue
        const { deviceId, sequence, recordedAtMs, receivedAtMs } = record.fix
        if (receivedAtMs - recordedAtMs > 600_000) late++
        const key = `${deviceId} ${sequence}`
        if (seen.has(key)) twice++
        seen.add(key)
        if (recordedAtMs < (newest.get(deviceId) ?? -Infinity)) overtaken++
        else newest.set(deviceId, recordedAtMs)
      }
    }
    expect(late).toBeGreaterThan(10)
    expect(twice).toBeGreaterThan(100)
    expect(overtaken).toBeGreaterThan(100)
  })
})

function simulate(seed: number): Simulation {
  const caseCount = storyKinds.length
  return createSimulation({ seed, caseCount, days, storiesPerCase: 1, network: null })
}

function digest(item: CaseStream): string {
  const hash = createHash('sha256').update(JSON.stringify(item.registry))
  for (const record of item.records()) hash.update(JSON.stringify(record))
  return hash.update(JSON.stringify(item.truth())).digest('hex')
}
