import type { Report, ReportedAlert } from './report.ts'
import { dutch } from './words-dutch.ts'
import { english } from './words-english.ts'
import type { Facts, Words } from './words.ts'
import { formatMoment } from './words.ts'
import { pushAll } from '../core/model/lists.ts'

export const languages = ['en', 'nl'] as const
export type Language = (typeof languages)[number]

/** The report in plain sentences, one a line. */
export function tellReport(report: Report, language: Language): string {
  const words = language === 'nl' ? dutch : english
  const lines: string[] = []
  if (report.alert !== null) pushAll(lines, [...tellAlert(report.alert, words), ''])
  lines.push(words.outcome(report))
  for (const { field, stored, recomputed } of report.differences) {
    lines.push(`  ${words.difference(field, formatValue(stored), formatValue(recomputed))}`)
  }
  pushAll(lines, report.obstacles.map(words.obstacle))
  if (report.read !== null) lines.push(words.read(report.read))
  pushAll(
    lines,
    report.assumptions.map((assumption) => words.assumptions[assumption]),
  )
  return `${lines.join('\n')}\n`
}

function tellAlert(alert: ReportedAlert, words: Words): readonly string[] {
  const { evidence } = alert
  const lines = [
    words.heading(alert),
    words.desk(alert),
    words.times(
      formatMoment(alert.occurredAtMs),
      formatMoment(alert.learnedAtMs),
      formatMoment(alert.raisedAtMs),
    ),
  ]
  if (alert.unsupportedReason !== null) lines.push(words.unsupported)
  const heading = evidence.fixes.length === 0 ? words.noFixes : words.fixesHeading
  lines.push('', evidence.isNotAsSealed === true ? words.notAsSealed : heading)
  for (const fix of evidence.fixes) {
    const times = {
      recordedAt: formatMoment(fix.recordedAtMs),
      receivedAt: formatMoment(fix.receivedAtMs),
    }
    const { position } = fix
    const place = position === null ? '' : ` [${position.longitude}, ${position.latitude}]`
    lines.push(`  ${words.fix(fix, times)}${place}`)
  }
  const path = words.path(evidence.facts)
  if (path !== null) lines.push(path)
  lines.push(words.factsHeading)
  for (const [name, value] of Object.entries(evidence.facts)) {
    lines.push(`  ${name}: ${formatFact(name, value)}`)
  }
  const { protectionOrderVersion, limitsVersion, algorithmVersion } = evidence
  lines.push(words.versions(protectionOrderVersion, limitsVersion, algorithmVersion))
  return lines
}

/**
 * A moment in milliseconds says nothing to a reader; a number of metres to
 * the nanometre says too much.
 */
function formatFact(name: string, value: Facts[string]): string {
  if (typeof value !== 'number') return formatValue(value ?? null)
  if (name.endsWith('Ms') && value > epochMsMin) return formatMoment(value)
  return String(Number(value.toPrecision(6)))
}

function formatValue(value: string | number | boolean | null): string {
  return value === null ? '–' : String(value)
}

/** Smaller ones are durations: no moment we know of lies in 1970. */
const epochMsMin = 31_536_000_000
