import type { AlertPriority } from '../../../core/model/alert.ts'
import type { Term } from '../../../core/model/order-terms.ts'
import { language } from '../words/words.ts'

/** The texts about kinds of order, in the language of the page. */
export function orderTypeWords(): typeof english {
  return language.value === 'nl' ? dutch : english
}

/** One day, and two days. */
export function termIn(term: Term | null): string {
  const text = orderTypeWords()
  if (term === null) return text.none
  const { amount, unit } = term
  return `${amount} ${(amount === 1 ? text.oneOf : text.units)[unit]}`
}

const english = {
  title: 'Kinds of order',
  note: 'Orientation and no advice: what somebody wrote down of each kind, and how sure we are. A change waits for a second supervisor. Orders that run are reminded by it within a minute; what was asked already stays asked.',
  version: 'version {version}',
  delivered: 'as delivered',
  statute: 'Article',
  term: 'One term',
  extensionTerm: 'One extension',
  extensionCountMax: 'Extensions at most',
  maximum: 'At most in all',
  extendedBy: 'Extended by',
  reminders: 'Before the end',
  afterExtension: 'Before the end, once extended',
  reviewEvery: 'Reviewed every',
  afterEnd: 'After the end',
  afterLast: 'When no extension is left',
  source: 'Source',
  sourceNl: 'Source in Dutch',
  confidence: 'Confidence',
  confidenceOf: {
    term: 'term',
    extensions: 'extensions',
    maximum: 'in all',
    reminders: 'reminders',
  },
  none: 'not known',
  step: '{term} before: {who}: {task}; answer within {hours} h',
  stepEvery: ', and again after {n} h',
  stepUrgent: ', unanswered {priority}',
  after: '{who}: {task}, every {hours} h until somebody decides',
  review: '{term}: {who}: {task}; answer within {hours} h',
  change: 'Change: {name}',
  amount: 'how many',
  unit: 'of what',
  who: 'who',
  task: 'what',
  hours: 'answer within (h)',
  every: 'again after (h)',
  priority: 'unanswered',
  stepNumber: 'Step {n}',
  emptyStep: 'Empty: no such step.',
  emptyTerm: 'Empty: not known.',
  why: 'Why',
  units: {
    hours: 'hours',
    days: 'days',
    weeks: 'weeks',
    months: 'months',
    years: 'years',
  } satisfies Record<Term['unit'], string>,
  oneOf: {
    hours: 'hour',
    days: 'day',
    weeks: 'week',
    months: 'month',
    years: 'year',
  } satisfies Record<Term['unit'], string>,
  priorities: { P1: 'P1', P2: 'P2', P3: 'P3: on the list' } satisfies Record<AlertPriority, string>,
}

const dutch: typeof english = {
  title: 'Soorten maatregelen',
  note: 'Houvast en geen advies: wat iemand van elke soort heeft opgeschreven, en hoe zeker dat is. Een wijziging wacht op een tweede leidinggevende. Bij lopende maatregelen wordt er binnen een minuut volgens gevraagd; wat al is gevraagd blijft gevraagd.',
  version: 'versie {version}',
  delivered: 'zoals geleverd',
  statute: 'Artikel',
  term: 'Eén termijn',
  extensionTerm: 'Eén verlenging',
  extensionCountMax: 'Ten hoogste zoveel verlengingen',
  maximum: 'Ten hoogste in totaal',
  extendedBy: 'Verlengd door',
  reminders: 'Voor het einde',
  afterExtension: 'Voor het einde, eenmaal verlengd',
  reviewEvery: 'Herbeoordeeld elke',
  afterEnd: 'Na het einde',
  afterLast: 'Als er geen verlenging meer is',
  source: 'Bron',
  sourceNl: 'Bron in het Nederlands',
  confidence: 'Zekerheid',
  confidenceOf: {
    term: 'termijn',
    extensions: 'verlengingen',
    maximum: 'in totaal',
    reminders: 'vragen',
  },
  none: 'niet bekend',
  step: '{term} ervoor: {who}: {task}; antwoord binnen {hours} uur',
  stepEvery: ', en opnieuw na {n} uur',
  stepUrgent: ', onbeantwoord {priority}',
  after: '{who}: {task}, elke {hours} uur tot iemand beslist',
  review: '{term}: {who}: {task}; antwoord binnen {hours} uur',
  change: 'Wijzig: {name}',
  amount: 'hoeveel',
  unit: 'waarvan',
  who: 'wie',
  task: 'wat',
  hours: 'antwoord binnen (uur)',
  every: 'opnieuw na (uur)',
  priority: 'onbeantwoord',
  stepNumber: 'Stap {n}',
  emptyStep: 'Leeg: geen stap.',
  emptyTerm: 'Leeg: niet bekend.',
  why: 'Waarom',
  units: { hours: 'uur', days: 'dagen', weeks: 'weken', months: 'maanden', years: 'jaar' },
  oneOf: { hours: 'uur', days: 'dag', weeks: 'week', months: 'maand', years: 'jaar' },
  priorities: { P1: 'P1', P2: 'P2', P3: 'P3: op de lijst' },
}
