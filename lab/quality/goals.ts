import type { Book } from './book.ts'
import { readBook } from './book.ts'
import { caseGoals } from './case-goals.ts'
import type { CaseGoal } from './case-goals.ts'
import type { Figure } from './figure.ts'
import { none } from './figure.ts'
import { recordingGoals } from './recording-goals.ts'
import type { RecordingGoal } from './recording-goals.ts'
import type { CaseScore } from './score-case.ts'
import type { Score } from './score.ts'
import type { Group, Half, Judge } from './trial.ts'
import type { Bilingual } from './bilingual.ts'

/** Every goal with what was measured, for Hoede and for both baselines, of one half or of both. */
export function measureGoals(book: Book, cases: CaseScores | null, half: Half | null): GoalLine[] {
  const read = (judge: Judge, groups: readonly Group[]): Score =>
    readBook(book, judge, groups, half)
  const lines = recordingGoals.map((goal) => {
    const figures = {
      hoede: goal.measure(read('hoede', goal.groups)),
      raw: goal.measure(read('raw', goal.groups)),
      filtered: goal.measure(read('filtered', goal.groups)),
    }
    return toLine(goal, figures)
  })
  if (cases === null) return lines
  return [...lines, ...caseGoals.map((goal) => toCaseLine(goal, cases))]
}

export type GoalLine = {
  readonly measure: Bilingual
  readonly goal: string
  readonly figures: Record<Judge, string>
  readonly verdict: 'met' | 'not met' | 'no data'
}

export type CaseScores = Readonly<Record<Judge, CaseScore>>

function toLine(goal: RecordingGoal, figures: Record<Judge, Figure>): GoalLine {
  const { isMet } = figures.hoede
  return {
    measure: goal.label,
    goal: goal.goal,
    figures: {
      hoede: figures.hoede.text,
      raw: figures.raw.text,
      filtered: figures.filtered.text,
    },
    verdict: isMet === null ? 'no data' : isMet ? 'met' : 'not met',
  }
}

function toCaseLine(goal: CaseGoal, cases: CaseScores): GoalLine {
  const measureBaseline = (score: CaseScore): Figure =>
    goal.isForBaselines ? goal.measure(score) : none
  return toLine(
    { ...goal, groups: [], measure: () => none },
    {
      hoede: goal.measure(cases.hoede),
      raw: measureBaseline(cases.raw),
      filtered: measureBaseline(cases.filtered),
    },
  )
}
