import type { GoalLine } from './goals.ts'
import { maxOf } from '../../src/core/model/lists.ts'

/** The goals as a table for a terminal. */
export function formatTable(lines: readonly GoalLine[]): string {
  const header = ['measure', 'goal', 'hoede', 'raw polygon', 'filtered, two fixes', 'verdict']
  const rows = lines.map(({ measure, goal, figures, verdict }) => [
    measure.en,
    goal,
    figures.hoede,
    figures.raw,
    figures.filtered,
    goal === 'shown' ? '' : verdict,
  ])
  const widths = header.map((name, column) =>
    maxOf([name.length, ...rows.map((row) => row[column]!.length)]),
  )
  const format = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '-'.repeat(width))
  return [header, rule, ...rows].map(format).join('\n')
}
