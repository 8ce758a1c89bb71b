import { expect, it } from 'vitest'
import type { Exhibit } from '../../../lab/quality/exhibit.ts'
import { collectExhibits } from '../../../lab/quality/exhibit.ts'
import { makeScenario } from '../../../lab/quality/make-scenario.ts'
import { scoreSubject } from '../../../lab/quality/score.ts'
import type { Told, Trial } from '../../../lab/quality/trial.ts'
import { alert, circle, fixAt, subject, truth } from './quality-world.ts'

const fixes = [
  fixAt(0, 0),
  fixAt(60, 20, 0, { accuracyMeters: 80 }),
  fixAt(120, 900),
  fixAt(9_000, 0),
]

function collect(told: readonly Told[]): Exhibit[] {
  const stay = subject([truth(0, 120)])
  const trial: Trial = {
    name: 'ride',
    source: 'ride',
    half: 'tuning',
    scenario: makeScenario({ fixes, reportIntervalSeconds: 60 }, [circle('ban', 0, 300)], []),
    untilMs: null,
    subjects: [stay],
    truthTrack: null,
  }
  const shelf: Exhibit[] = []
  for (let time = 0; time < 5; time++) {
    collectExhibits(shelf, trial, stay, scoreSubject(stay, told), told)
  }
  return shelf
}

it('a missed stay is shown with what there was to find it by', () => {
  const [missed] = collect([])
  expect(missed).toMatchObject({ sort: 'missed', area: { radiusMeters: 300 } })
  expect(missed!.fixes).toHaveLength(3)
  expect(missed!.sentence).toContain('3 fixes were recorded, the best of 5 m, 2 of them inside')
  expect(missed!.sentence).toContain('Nothing was told near it')
})

it('a false alert is shown where it was raised; of each sort no more than a few', () => {
  const shelf = collect([alert(0, 120), alert(9_000, 9_100)])
  expect(shelf.map(({ sort }) => sort)).toEqual(['false', 'false', 'false'])
  expect(shelf[0]!.alerts).toMatchObject([{ text: 'P1 location-ban-breach' }])
})
