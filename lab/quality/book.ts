import type { Limits } from '../../src/core/model/limits.ts'
import { filteredRule, judgeByBaseline, rawRule } from './baselines.ts'
import { judgeByEngine } from './judge-by-engine.ts'
import type { Score } from './score.ts'
import { addScores, scoreSubject } from './score.ts'
import type { Group, Half, Judge, Subject, Told, Trial } from './trial.ts'
import { judges } from './trial.ts'

/** All scores of a report, by who judged, what was tested, and which half it belongs to. */
export function createBook(): Book {
  return new Map()
}

/**
 * Judges a trial by the engine and by both baselines, and writes down how each did. `known` is what
 * the engine told of it when the trial was judged together with others.
 */
export function recordTrial(
  book: Book,
  trial: Trial,
  limits: Limits,
  onSubject: (subject: Subject, score: Score, told: readonly Told[]) => void,
  known: readonly Told[] | null = null,
): Record<Judge, readonly Told[]> {
  const told = {
    hoede: known ?? judgeByEngine(trial.scenario, limits, trial.untilMs),
    raw: judgeByBaseline(trial.scenario, rawRule),
    filtered: judgeByBaseline(trial.scenario, filteredRule),
  }
  for (const subject of trial.subjects) {
    for (const judge of judges) {
      const score = scoreSubject(subject, told[judge])
      const key = keyOf(judge, subject.group, trial.half)
      const before = book.get(key)
      book.set(key, before === undefined ? score : addScores([before, score]))
      if (judge === 'hoede') onSubject(subject, score, told.hoede)
    }
  }
  return told
}

/** The score of some groups, of one half or of both. */
export function readBook(
  book: Book,
  judge: Judge,
  groups: readonly Group[],
  half: Half | null,
): Score {
  const halves: readonly Half[] = half === null ? ['tuning', 'held-out'] : [half]
  const scores = groups.flatMap((group) =>
    halves.flatMap((one) => book.get(keyOf(judge, group, one)) ?? []),
  )
  return addScores(scores)
}

export type Book = Map<string, Score>

function keyOf(judge: Judge, group: Group, half: Half): string {
  return `${judge} ${group} ${half}`
}
