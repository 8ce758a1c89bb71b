import { expect, it } from 'vitest'
import { lastOfEach, splitTrack, type MapFix } from '../../../../src/desk/page/map/track.ts'

const fix = (minute: number, facts: Partial<MapFix> = {}): MapFix => ({
  role: 'offender',
  recordedAtMs: minute * 60_000,
  longitude: 4.9,
  latitude: 52.4,
  accuracyMeters: 10,
  isBelieved: true,
  disbelief: [],
  ...facts,
})

it('a track is drawn between believed fixes, and a long wait between two is a gap', () => {
  const fixes = [0, 1, 2, 3, 30, 31].map((minute) => fix(minute))
  const steps = splitTrack([...fixes, fix(32, { isBelieved: false })], 'offender')
  expect(steps.map((step) => step.isGap)).toEqual([false, false, false, true, false])
})

it('a device that reports each ten minutes has no gap in its usual pace', () => {
  const steps = splitTrack(
    [0, 10, 20, 30].map((minute) => fix(minute)),
    'offender',
  )
  expect(steps.some((step) => step.isGap)).toBe(false)
})

it('the track of one person has no fix of the other', () => {
  expect(splitTrack([fix(0), fix(1, { role: 'victim' })], 'offender')).toEqual([])
})

it('the last place of each person is the last that is believed', () => {
  const hers = fix(3, { role: 'victim' })
  const fixes = [fix(0), fix(1), fix(2, { isBelieved: false }), hers]
  expect(lastOfEach(fixes)).toEqual([fixes[1], hers])
  expect(lastOfEach([])).toEqual([])
})
