import { escapeHtml } from '../escape-html.ts'
import type { Bundle } from './gather.ts'

/** A page to print, in Dutch: what was seen, decided, told and done. Nothing of it is elsewhere. */
export function printPage(bundle: Bundle): string {
  const { alert, madeAt, rawFixes, reasonInDutch, stretch } = bundle
  return `<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<title>Bewijs bij melding ${alert.id}</title>
<style>${style}</style>
</head>
<body>
<h1>Bewijs bij melding ${alert.id}</h1>
<p>${escapeHtml(reasonInDutch)}</p>
${printDecision(bundle)}
<p>Alle ontvangen posities van ${stretch.from} tot ${stretch.until} (${rawFixes.length}) staan in <code>bundle.json</code> en <code>track.gpx</code>.${unreadableIn(rawFixes)}</p>
${printHistory(bundle)}
${printProof(bundle)}
<p>Gemaakt ${madeAt}.</p>
</body>
</html>
`
}

function unreadableIn(rawFixes: Bundle['rawFixes']): string {
  const count = rawFixes.filter(({ gap }) => gap !== undefined).length
  return count === 0 ? '' : ` Van ${count} daarvan kan niet worden gelezen waar ze waren.`
}

function printDecision({ alert, evidence, devices }: Bundle): string {
  const versions = `${evidence.algorithmVersion}, grenzen ${evidence.limitsVersion}`
  const order = `${alert.protectionOrderId ?? '–'}, versie ${evidence.protectionOrderVersion ?? '–'}`
  const facts = Object.entries(evidence.facts)
  return [
    table('De melding', [
      ['soort', alert.kind],
      ['urgentie', alert.priority],
      ['gebeurd', timeOf(alert.occurredAtMs)],
      ['gemeld', timeOf(alert.raisedAtMs)],
      ['voorbij', alert.clearedAtMs === null ? 'niet gezien' : timeOf(alert.clearedAtMs)],
      ['afgesloten als', alert.outcome ?? 'niet afgesloten'],
      ['maatregel', order],
      ['rekenwijze', versions],
    ]),
    table(
      'Waarop het oordeel rust',
      facts.map(([name, value]) => [name, String(value)]),
    ),
    evidence.isNotAsSealed === true
      ? '<p><strong>Het bewijs van de melding klopt niet met zijn zegel: iemand heeft het veranderd, of de sleutel ervan. De posities van het oordeel zijn weggelaten, en de getallen hierboven zijn niet zeker.</strong></p>'
      : '',
    rows(
      'Posities van het oordeel',
      ['wie', 'toestel', 'opgenomen', 'ontvangen', 'lengte', 'breedte', 'meter', 'geloofd'],
      evidence.fixes.map((fix) => [
        fix.role,
        fix.deviceId,
        timeOf(fix.recordedAtMs),
        timeOf(fix.receivedAtMs),
        fix.longitude,
        fix.latitude,
        fix.accuracyMeters,
        fix.isBelieved ? 'ja' : fix.disbelief.join(' '),
      ]),
    ),
    rows(
      'Toestellen',
      ['drager', 'toestel', 'serienummer', 'leverancier'],
      devices.map((one) => [one.personId, one.deviceId, one.serialNumber, one.vendor]),
    ),
  ].join('\n')
}

function printHistory({ diary, tellings }: Bundle): string {
  return [
    rows(
      'Wat is verteld',
      ['wanneer', 'wat', 'soort', 'aan', 'uitkomst'],
      tellings.map((one) => [one.at, one.what, one.name, one.target, one.outcome]),
    ),
    rows(
      'Wat is gedaan',
      ['wanneer', 'wat', 'door', 'aantekening'],
      diary.map((one) => [one.at, one.kind, one.actor, one.note]),
    ),
  ].join('\n')
}

function printProof({ alert, record }: Bundle): string {
  const proven = record.entries.filter(({ path }) => path !== null).length
  return `<h2>Bewijs van het logboek</h2>
<p>${record.entries.length} regels over deze melding, waarvan ${proven} onder het getekende hoofd:</p>
<pre>${escapeHtml(record.head ?? 'er is nog niets getekend')}</pre>
<p>Controleer deze map zonder dit programma: <code>node verify.mjs MAP SLEUTEL</code>, met de openbare sleutel die de organisatie bekend heeft gemaakt. Opnieuw berekenen op de server: <code>npm run explain -- --alert ${alert.id}</code>.</p>`
}

type Cell = string | number | null

function table(title: string, pairs: readonly (readonly [string, string])[]): string {
  const lines = pairs.map(
    ([name, value]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  )
  return `<h2>${title}</h2>\n<table>${lines.join('\n')}</table>`
}

function rows(
  title: string,
  names: readonly string[],
  lines: readonly (readonly Cell[])[],
): string {
  const head = names.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('')
  const body = lines.map(
    (line) =>
      `<tr>${line.map((cell) => `<td>${escapeHtml(String(cell ?? '–'))}</td>`).join('')}</tr>`,
  )
  return `<h2>${title}</h2>\n<table><tr>${head}</tr>\n${body.join('\n')}</table>`
}

function timeOf(atMs: number): string {
  return new Date(atMs).toISOString()
}

const style = `body { font: 10pt/1.4 serif; max-width: 60rem; margin: 1rem auto; }
table { border-collapse: collapse; width: 100%; font-size: 8pt; }
th, td { border: 1px solid #999; padding: .1rem .3rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
tr { break-inside: avoid; }
@media print { body { margin: 0; } }`
