import { conditionTexts, type OrderCondition } from '../core/model/order-conditions.ts'
import type { CaseActions, CaseCounts } from '../store/report/case-actions.ts'
import { escapeHtml } from '../escape-html.ts'
import { dayOf, table, timeOf, typed } from './case-parts.ts'
import { caseDutch } from './case-words.ts'
import { dutch } from './words.ts'

export type PageActions = CaseActions & {
  /** What each order that runs asks beside its areas and distances. */
  readonly conditions: readonly {
    readonly reference: string
    readonly conditions: readonly OrderCondition[]
  }[]
}

/** What was done on breaches, and what came of them by the word of whoever closed the alert. */
export function printDone(
  { answeredCount, breachCount, policeCount, stepCount, toldCount, toldInVainCount }: CaseCounts,
  outcomes: ReadonlyMap<string, number>,
): string {
  const told =
    toldCount === 0
      ? ''
      : ` Beschermde personen zijn ${times(toldCount)} over een melding van deze zaak ingelicht${toldInVainCount === 0 ? '' : `, waarvan <strong>${times(toldInVainCount)} voor niets</strong>`}.`
  if (breachCount === 0) return told === '' ? '' : `<p>${told.trim()}</p>`
  const judged = [...outcomes].filter(([outcome]) => outcome !== 'open')
  const found = judged.map(([outcome, count]) => `${escapeHtml(dutch(outcome))} ${count}`)
  const open = outcomes.get('open') ?? 0
  return `<p>Gedaan: ${answeredCount} van de ${breachCount} gemelde overtredingen zijn opgepakt, de politie is bij ${policeCount} gebeld, ${stepCount} stappen van het protocol zijn gezet. Uitkomst: ${found.length === 0 ? 'nog geen' : found.join(', ')}${open === 0 ? '' : `; <strong>nog niet beoordeeld ${open}</strong>`}.${told}</p>`
}

/** What is agreed and still to do, of all orders of the case; of what there is none no table. */
export function printActions(actions: PageActions): string {
  const { conditions, holds, moveQuestions, planned } = actions
  const tables: readonly Table[] = [
    [
      'Besloten, gaat later in',
      ['Maatregel', 'Wat', 'Besloten', 'Vanaf', 'Tot'],
      planned.map((one) => [
        typed(one.reference),
        caseDutch(one.act),
        dayOf(one.decidedAtMs),
        dayOf(one.beginsAtMs),
        one.untilMs === null ? '' : dayOf(one.untilMs),
      ]),
    ],
    [
      'Open vragen na een verhuizing',
      ['Maatregel', 'Aan wie', 'Aantal', 'Uiterlijk'],
      moveQuestions.map((one) => [
        typed(one.reference),
        caseDutch(one.audience),
        String(one.count),
        dayOf(one.dueAtMs),
      ]),
    ],
    [
      'Wordt bewaard: niets wordt gewist',
      ['Maatregel', 'Voor wie', 'Sinds', 'Tot'],
      holds.map((one) => [
        typed(one.reference),
        caseDutch(one.heldFor),
        dayOf(one.atMs),
        dayOf(one.untilMs),
      ]),
    ],
  ]
  return [
    ...conditions.filter((one) => one.conditions.length > 0).map(printConditions),
    printNotices(actions),
    ...tables
      .filter(([, , rows]) => rows.length > 0)
      .map(([title, heads, rows]) => table(title, heads, rows)),
    printNone(tables.filter(([, , rows]) => rows.length === 0).map(([title]) => title)),
  ].join('\n')
}

type Table = readonly [
  title: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
]

function printConditions({ conditions, reference }: PageActions['conditions'][number]): string {
  const texts = conditions.map((code) => escapeHtml(conditionTexts[code].nl))
  return `<p><strong>Voorwaarden van ${escapeHtml(typed(reference))}:</strong> ${texts.join(' ')}</p>`
}

/** Who outside has not said that they have the ban as it is now. */
function printNotices({ counts, unconfirmed }: PageActions): string {
  if (counts.noticeCount === 0) return '<p>Geen partner is over een verbod ingelicht.</p>'
  if (unconfirmed.length === 0) {
    return '<p>Alle partners die zijn ingelicht, hebben de ontvangst bevestigd.</p>'
  }
  return table(
    'Partners die het verbod zoals het nu is niet hebben bevestigd',
    ['Maatregel', 'Partner', 'Wat', 'Verteld', 'Bevestigen voor', 'Gevraagd'],
    unconfirmed.map((one) => [
      typed(one.reference),
      `${typed(one.partnerName)} (${caseDutch(one.partnerKind)})`,
      caseDutch(one.act),
      dayOf(one.madeAtMs),
      timeOf(one.receiptDueAtMs),
      times(one.askedCount),
    ]),
  )
}

function printNone(titles: readonly string[]): string {
  return titles.length === 0 ? '' : `<p>Geen: ${titles.map(lower).join('; ')}.</p>`
}

function lower(title: string): string {
  return `${title.slice(0, 1).toLowerCase()}${title.slice(1)}`
}

function times(count: number): string {
  return count === 1 ? 'één keer' : `${count} keer`
}
