import { expect, it, vi } from 'vitest'

vi.stubGlobal('localStorage', { getItem: () => null })
vi.stubGlobal('document', { documentElement: {} })
const { timeLeftOf } = await import('../../../../src/desk/page/case/time-left.ts')

const seenMs = Date.parse('2026-11-23T18:30:00Z')
const fixes = [{ recordedAt: '2026-11-23T18:29:00Z' }, { recordedAt: '2026-11-23T18:30:00Z' }]
const approach = {
  kind: 'location-ban-approach',
  stillGoingOn: true,
  late: false,
  distanceMeters: 480,
} as const
const facts = { secondsToBreach: 240, closingMetersPerSecond: 2 }
const after = (seconds: number, alert: Parameters<typeof timeLeftOf>[0] = approach) =>
  timeLeftOf(alert, { fixes, facts }, seenMs + seconds * 1_000)

it('the time to the border runs down from the newest fix, and does not stop at nothing', () => {
  expect(after(0)).toBe('tot de grens ongeveer 4 min')
  expect(after(200)).toBe('tot de grens ongeveer 40 s')
  expect(after(241)).toBe('tot de grens: KAN ER AL ZIJN')
})

it('the time left of two people is until their distance, and until one may be beside the other', () => {
  const pair = { ...approach, kind: 'proximity-approach', distanceMeters: 980 } as const
  expect(after(0, pair)).toBe(
    'tot de contactafstand ongeveer 4 min, tot bij de beschermde persoon ongeveer 8 min',
  )
})

it('nothing is foretold of what is over, known late, without a pace, or far away', () => {
  expect(after(0, { ...approach, stillGoingOn: false })).toBeNull()
  expect(after(0, { ...approach, late: true })).toBeNull()
  const still = { secondsToBreach: null, closingMetersPerSecond: 0 }
  expect(timeLeftOf(approach, { fixes, facts: still }, seenMs)).toBeNull()
  expect(timeLeftOf(approach, { fixes: [], facts }, seenMs)).toBeNull()
  const far = { ...facts, secondsToBreach: 7_200 }
  expect(timeLeftOf(approach, { fixes, facts: far }, seenMs)).toBeNull()
})
