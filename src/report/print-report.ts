import { escapeHtml } from '../escape-html.ts'
import type { YearlyReport } from './make-report.ts'
import type { ShownCounts } from './suppress.ts'
import { dutch } from './words.ts'

/** The report as a page to print, in Dutch. It loads nothing, and has no time of its own. */
export function printReport(report: YearlyReport): string {
  const { year, orders, alerts, victimsTold: told, smallestCount } = report
  return `<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Jaarverslag ${year}: toezicht op beschermingsmaatregelen</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Jaarverslag ${year}: toezicht op beschermingsmaatregelen</h1>
<p>Van ${dayOf(report.from)} tot ${dayOf(report.until)}, zoals het er op dat laatste moment voor stond.</p>
<p>Een streep (–) staat voor minder dan ${smallestCount}, of voor een getal dat weggelaten is omdat een kleiner getal er anders uit te rekenen was.</p>
<h2>Maatregelen</h2>
${figure('Opgelegd in het jaar, naar soort', orders.imposed.byType, orders.imposed.total)}
${figure('Eerder opgelegd en in het jaar van kracht, naar soort', orders.carriedOver.byType, orders.carriedOver.total)}
${figure('Opgelegd in het jaar, naar het advies over handhaafbaarheid', orders.imposedByAdvice, orders.imposed.total)}
${figure('Einden in het jaar, naar wat er besloten is', orders.ends.byDecision, orders.ends.total)}
<h2>Meldingen</h2>
<p>Zaakdagen, dagen dat een maatregel van kracht was: ${shown(alerts.caseDays)}.</p>
${figure('Meldingen, naar uitkomst', alerts.byOutcome, alerts.total)}
${figure('Meldingen per zaakdag, naar uitkomst', alerts.perCaseDay, null, false)}
${figure('Meldingen, naar urgentie', alerts.byPriority, alerts.total)}
${figure('Meldingen, naar soort', alerts.byKind, alerts.total)}
${printAnswers(alerts.answers)}
<h2>Slachtoffers</h2>
${figure('Verteld aan slachtoffers, naar hun wens', told.byWishes, told.total)}
${figure('Verteld aan slachtoffers, naar of het lukte', told.byOutcome, told.total)}
${figure('Verteld aan slachtoffers, naar of er echt iets was', told.byTruth, told.total)}
<h2>Storingen</h2>
${printOutages(report.outages)}
</main>
</body>
</html>
`
}

/** A table, and the same as a picture beside it for whoever sees it. */
function figure(title: string, counts: ShownCounts, total: number | null, hasTotal = true): string {
  const names = Object.keys(counts)
  if (names.length === 0) return `<h3>${title}</h3>\n<p>Geen.</p>`
  const rows = names.map((name) => row(dutch(name), counts[name] ?? null))
  return `<table>
<caption>${title}</caption>
<thead><tr><th scope="col">Naar</th><th scope="col">Aantal</th></tr></thead>
<tbody>${rows.join('')}</tbody>${
    hasTotal ? `\n<tfoot><tr><th scope="row">Samen</th><td>${shown(total)}</td></tr></tfoot>` : ''
  }
</table>
${plot(counts)}`
}

/**
 * Bars, each under its name, as wide as a telephone; what they show is in the table before it, so a
 * reader of the page is not told twice.
 */
function plot(counts: ShownCounts): string {
  const names = Object.keys(counts)
  const most = names.reduce((max, name) => Math.max(max, counts[name] ?? 0), 0)
  if (most === 0) return ''
  const bars = names.map((name, place) => {
    const count = counts[name] ?? null
    const width = count === null ? 0 : Math.round((count / most) * barMax)
    const top = place * rowHeight
    return `<text x="0" y="${top + 14}">${escapeHtml(dutch(name))}</text><rect x="0" y="${top + 19}" width="${width}" height="14"/><text x="${width + 6}" y="${top + 31}">${shown(count)}</text>`
  })
  const height = names.length * rowHeight
  return `<svg viewBox="0 0 ${plotWidth} ${height}" width="${plotWidth}" height="${height}" aria-hidden="true" focusable="false">${bars.join('')}</svg>`
}

const barMax = 240
/** Room behind the longest bar for its number. */
const plotWidth = barMax + 84
const rowHeight = 40

function printAnswers(answers: YearlyReport['alerts']['answers']): string {
  const rows = answers.map(
    ({ priority, answered, unanswered, medianSeconds, p95Seconds }) =>
      `<tr><th scope="row">${priority}</th><td>${shown(answered)}</td><td>${shown(unanswered)}</td><td>${shown(medianSeconds)}</td><td>${shown(p95Seconds)}</td></tr>`,
  )
  return `<table>
<caption>Tijd tot het eerste antwoord van een medewerker</caption>
<thead><tr><th scope="col">Urgentie</th><th scope="col">Beantwoord</th><th scope="col">Geen antwoord</th><th scope="col">De helft binnen (s)</th><th scope="col">95 % binnen (s)</th></tr></thead>
<tbody>${rows.join('')}</tbody>
</table>`
}

function printOutages(outages: YearlyReport['outages']): string {
  if (outages === null) return '<p>Niet bekend.</p>'
  const { count, minutes, longestMinutes, floods } = outages
  return `<table>
<caption>Wanneer het systeem niets kon ontvangen, en wanneer er meer kwam dan één post aankan</caption>
<tbody>${row('storingen', count)}${row('minuten samen', minutes)}${row('minuten de langste', longestMinutes)}${row('keer meer dan één post aankan', floods)}</tbody>
</table>`
}

function row(name: string, count: number | null): string {
  return `<tr><th scope="row">${escapeHtml(name)}</th><td>${shown(count)}</td></tr>`
}

function shown(count: number | null): string {
  return count === null ? '–' : count.toLocaleString('nl-NL', { maximumFractionDigits: 4 })
}

function dayOf(instant: string): string {
  return Temporal.Instant.from(instant)
    .toZonedDateTimeISO('Europe/Amsterdam')
    .toPlainDate()
    .toLocaleString('nl-NL', { day: 'numeric', month: 'long', year: 'numeric' })
}

const style = `body { font: 11pt/1.5 system-ui, sans-serif; color: #111; background: #fff; margin: 1rem; }
main { max-width: 60rem; margin: 0 auto; }
table { border-collapse: collapse; margin: 1.2rem 0 .4rem; min-width: min(24rem, 100%); }
caption { text-align: left; font-weight: 600; padding-bottom: .2rem; }
th, td { border: 1px solid #767676; padding: .15rem .5rem; text-align: left; vertical-align: top; }
td { text-align: right; font-variant-numeric: tabular-nums; }
svg { max-width: 100%; height: auto; font: 13px system-ui, sans-serif; }
svg rect { fill: #1f4e79; }
svg text { fill: #111; }
@media (max-width: 40rem) { th, td { padding: .1rem .25rem; } thead th { font-size: .7em; } caption { overflow-wrap: anywhere; } h1 { font-size: 1.3rem; overflow-wrap: anywhere; } }
@media print { table, svg { break-inside: avoid; } }`
