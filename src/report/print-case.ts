import type { OrderCondition } from '../core/model/order-conditions.ts'
import type { DisclosureGround, DisclosurePurpose } from '../core/model/disclosure.ts'
import type { LifeState } from '../core/orders/order-life.ts'
import { escapeHtml } from '../escape-html.ts'
import type { CaseRole } from '../store/cases/case-roles.ts'
import type { Screening } from '../store/cases/screenings.ts'
import type { OrderAgainst } from '../store/report/case-facts.ts'
import type { OrderAct } from '../store/registry/order-acts.ts'
import type { OrderReminderRow } from '../store/registry/order-reminders.ts'
import type { CasePattern, Week } from './case-pattern.ts'
import { dayOf, table, timeOf, typed } from './case-parts.ts'
import { caseDutch, disclosureDutch, taskDutch } from './case-words.ts'
import { printActions, printDone, type PageActions } from './print-actions.ts'
import { dutch } from './words.ts'

/**
 * A case on one page for the people at one table, in Dutch, to print. No place, no distance, no
 * name of an area, and no words that somebody typed: any of them may say where somebody lives.
 */
export function printCase(page: CasePage): string {
  const { offenderReferences, order, victimReferences } = page
  const named = (names: readonly string[]): string =>
    names.map((name) => escapeHtml(typed(name))).join(', ')
  return `<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Zaak ${escapeHtml(typed(order.reference))}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Zaak ${escapeHtml(typed(order.reference))}</h1>
<p class="for">Voor: ${disclosureDutch.purposes[page.purpose]}. Grondslag: ${disclosureDutch.grounds[page.ground]}. Gemaakt ${timeOf(page.nowMs)}; wie dit las staat vast. Vertrouwelijk: deel dit niet verder. Plaatsen, adressen en afstanden staan er niet op.</p>
<p>Betrokkene: ${named(offenderReferences)}. Beschermd: ${victimReferences.length === 0 ? 'niemand bij naam' : named(victimReferences)}.${printRisk(page)}</p>
${printProtection(page, 'Bescherming nu')}
${page.others.map((one) => printProtection(one, `Bescherming nu door ${escapeHtml(typed(one.reference))}`)).join('\n')}
${printOrders(page)}
<h2>Overtredingen</h2>
${printPattern(page.pattern)}
${printDone(page.actions.counts, page.pattern.outcomes)}
${printPromises(page)}
</main>
</body>
</html>
`
}

/** Orders of one case may be watched by other profiles, or by none. */
function printRisk({ order, others, risk }: CasePage): string {
  const nameOf = (name: string | null): string => escapeHtml(typed(name ?? 'geen'))
  if (others.length === 0) return risk === null ? '' : ` Risicoprofiel: ${nameOf(risk)}.`
  const each = [{ reference: order.reference, risk }, ...others].map(
    (one) => `${escapeHtml(typed(one.reference))}: ${nameOf(one.risk)}`,
  )
  return ` Risicoprofiel van ${each.join('; van ')}.`
}

type Protects = {
  readonly protection: string
  readonly protectionReasons: readonly string[]
}

function printProtection({ protection, protectionReasons }: Protects, title: string): string {
  const reasons = protectionReasons.map((code) => escapeHtml(caseDutch(code))).join('; ')
  return `<p class="${protection}"><strong>${title}: ${caseDutch(protection)}</strong>${reasons === '' ? '' : ` (${reasons})`}.</p>`
}

export type CasePage = Protects & {
  readonly nowMs: number
  readonly purpose: DisclosurePurpose
  readonly ground: DisclosureGround
  readonly order: { readonly id: string; readonly reference: string }
  readonly state: LifeState
  readonly offenderReferences: readonly string[]
  readonly victimReferences: readonly string[]
  /** Of orders that are one case with this one, and run. */
  readonly others: readonly (Protects & {
    readonly reference: string
    readonly risk: string | null
    readonly reminders: readonly OrderReminderRow[]
    readonly conditions?: readonly OrderCondition[]
  })[]
  /** The name of its risk profile; null: none. */
  readonly risk: string | null
  readonly orders: readonly OrderAgainst[]
  /** By when they were decided, the newest first. */
  readonly acts: readonly (OrderAct & { readonly decidedAtMs: number })[]
  readonly extensionCount: number
  readonly extensionCountMax: number | null
  readonly pattern: CasePattern
  readonly gaps: readonly string[]
  readonly roles: readonly CaseRole[]
  readonly screenings: readonly Screening[]
  /** Those that are not over. */
  readonly reminders: readonly OrderReminderRow[]
  readonly actions: PageActions
}

function printOrders(page: CasePage): string {
  return `<h2>Maatregelen</h2>
${table(
  'Van deze zaak en deze betrokkene',
  ['Kenmerk', 'Soort', 'Van', 'Tot', 'Stand'],
  page.orders.map((one) => [
    typed(one.reference),
    dutch(one.legalBasis),
    dayOf(one.validFromMs),
    dayOf(one.validUntilMs),
    caseDutch(one.id === page.order.id ? page.state : one.status),
  ]),
)}
<p>Verlengd: ${page.extensionCount} keer${page.extensionCountMax === null ? '' : `, van ten hoogste ${page.extensionCountMax}`}.</p>
${table(
  `Besluiten over ${typed(page.order.reference)}, het laatste eerst`,
  ['Besloten', 'Vanaf', 'Wat', 'Door wie besloten', 'Geldt tot'],
  page.acts.map((act) => [
    dayOf(act.decidedAtMs),
    dayOf(act.effectiveAtMs),
    caseDutch(act.act),
    act.decidedBy === null ? 'niet vastgelegd' : caseDutch(act.decidedBy),
    dayOf(act.validUntilMs),
  ]),
)}`
}

function printPromises(page: CasePage): string {
  return `<h2>Afspraken en wie er is</h2>
${page.gaps.length === 0 ? '' : `<p class="fault"><strong>Ontbreekt:</strong> ${page.gaps.map(caseDutch).join('; ')}.</p>`}
${table(
  'Wie',
  ['Rol', 'Wie', 'Vervanger'],
  page.roles.map((role) => [caseDutch(role.role), typed(role.name), typed(role.standInName)]),
)}
${table(
  'Open vragen over het einde, met hun termijn',
  ['Maatregel', 'Wat', 'Aan wie', 'Uiterlijk', 'Gevraagd', 'Antwoord'],
  [page, ...page.others]
    .flatMap(({ reminders }) => reminders)
    .map((one) => [
      typed(one.reference),
      taskDutch(one.task),
      caseDutch(one.audience),
      dayOf(one.dueAtMs),
      `${one.askedCount} keer`,
      one.answer === null ? 'nog geen' : caseDutch(one.answer),
    ]),
)}
${table(
  'Screening',
  ['Instrument', 'Gedaan', 'Zorg', 'Opnieuw op'],
  page.screenings.map((one) => [
    one.instrument.toUpperCase(),
    dayOf(one.screenedAtMs),
    caseDutch(one.outcome),
    dayOf(one.nextDueAtMs),
  ]),
)}
${printActions(page.actions)}`
}

function printPattern(pattern: CasePattern): string {
  if (pattern.weeks.length === 0) return '<p>Er is nooit iets gemeld.</p>'
  const { fourWeeksBefore, lastBreachMs, lastFourWeeks, leftOutCount, longestQuietDays } = pattern
  const { reportedCount, unjudgedCount } = pattern
  const trend =
    lastFourWeeks > fourWeeksBefore
      ? 'vaker'
      : lastFourWeeks < fourWeeksBefore
        ? 'minder vaak'
        : 'even vaak'
  return `<p>Laatste vier weken: <strong>${lastFourWeeks}</strong>, vier weken daarvoor: ${fourWeeksBefore} (${trend}).${
    lastBreachMs === null
      ? ''
      : ` Laatste overtreding ${timeOf(lastBreachMs)}; langste rust ${longestQuietDays} dagen.`
  }${leftOutCount === 0 ? '' : ` Niet meegeteld: ${leftOutCount} (vals alarm, fout van een toestel, toegestaan of test).`}${unjudgedCount === 0 ? '' : ` Nog door niemand beoordeeld: ${unjudgedCount}.`}${reportedCount === 0 ? '' : ` Gemeld door wie beschermd wordt (noodknop, zelf gezien): ${reportedCount}, onder andere meldingen.`}</p>
${plot(pattern.weeks)}
<details><summary>Per week, in getallen</summary>
${table(
  'Per week',
  ['Week van', 'Overtredingen', 'Andere meldingen'],
  pattern.weeks.map((week) => [
    dayOf(week.startMs),
    String(week.breachCount),
    String(week.otherCount),
  ]),
)}
</details>
${table(
  'Overtredingen naar dagdeel',
  ['Dagdeel', 'Werkdagen', 'Weekend'],
  pattern.parts.map((part) => [
    `${part.fromHour}–${part.fromHour + 6} uur`,
    String(part.workdays),
    String(part.weekend),
  ]),
)}`
}

/** Bars by week: dark what was broken, light what else was told, as the table after it says. */
function plot(weeks: readonly Week[]): string {
  const most = weeks.reduce((max, week) => Math.max(max, week.breachCount + week.otherCount), 1)
  const step = Math.min(40, Math.floor(720 / weeks.length))
  const bars = weeks.map(({ breachCount, otherCount }, place) => {
    const [breachHeight, otherHeight] = [breachCount, otherCount].map((count) =>
      Math.round((count / most) * plotHeight),
    ) as [number, number]
    const left = 30 + place * step
    const breachTop = plotHeight + 10 - breachHeight
    return `<rect class="breach" x="${left}" y="${breachTop}" width="${step - 2}" height="${breachHeight}"/><rect class="other" x="${left}" y="${breachTop - otherHeight}" width="${step - 2}" height="${otherHeight}"/>`
  })
  const width = 40 + weeks.length * step
  const bottom = plotHeight + 10
  return `<svg viewBox="0 0 ${width} ${bottom + 20}" width="${width}" height="${bottom + 20}" aria-hidden="true" focusable="false"><text x="0" y="16">${most}</text><line x1="30" y1="${bottom}" x2="${width}" y2="${bottom}"/>${bars.join('')}<text x="30" y="${bottom + 16}">${dayOf(weeks[0]?.startMs ?? 0)}</text></svg>
<p class="key">Donker: overtredingen. Licht: andere meldingen.</p>`
}

const plotHeight = 120

const style = `body { font: 10.5pt/1.45 system-ui, sans-serif; color: #111; background: #fff; margin: 1rem; }
main { max-width: 60rem; margin: 0 auto; }
table { border-collapse: collapse; margin: 1rem 0 .4rem; }
caption { text-align: left; font-weight: 600; padding-bottom: .2rem; }
th, td { border: 1px solid #767676; padding: .15rem .5rem; text-align: left; vertical-align: top; font-weight: 400; }
thead th { font-weight: 600; }
.for, .key { color: #444; }
.fault, .unknown, .degraded { border-left: .3rem solid #b00020; padding-left: .5rem; }
svg { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; }
svg line { stroke: #111; }
.breach { fill: #1f4e79; }
.other { fill: #b9cde2; stroke: #1f4e79; }
@media (max-width: 40rem) { table { font-size: .8em; } th, td { padding: .1rem .2rem; overflow-wrap: anywhere; } }
@media print { body { font-size: 9pt; line-height: 1.25; margin: 0; } th, td { padding: .05rem .4rem; } table { margin: .4rem 0 .2rem; } h1, h2, h3, p { margin: .3rem 0; } table, svg { break-inside: avoid; } details { display: none; } }`
