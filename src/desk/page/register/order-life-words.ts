import type { AssessedFinding } from '../../../core/enforceability/compare-with-assessed.ts'
import type { Audience, Decider } from '../../../core/model/order-terms.ts'
import type { LegalBasis } from '../../../core/model/registry.ts'
import type { ExtensionFinding } from '../../../core/orders/check-end.ts'
import { lifeDutch } from '../../../core/orders/life-dutch.ts'
import type { LifeAct, LifeState } from '../../../core/orders/order-life.ts'
import { language } from '../words/words.ts'

/** The texts of an order's life, in the language of the page. */
export function lifeWords(): typeof english {
  return language.value === 'nl' ? dutch : english
}

/** What a lawyer should look at in something that was done. */
type Finding = 'no-document' | ExtensionFinding | AssessedFinding

const english = {
  title: 'Life of the order',
  reminders: 'Asked about ends of orders',
  nothingAsked: 'Nothing waits for an answer.',
  order: 'Order',
  asks: 'What is asked',
  owner: 'Whose it is',
  nobodyLeads: 'NOBODY LEADS THIS CASE',
  asked: 'Asked',
  askedSince: 'since {since}, {n} times; next {next}',
  endsAt: 'End of the order',
  next: 'Next: {task}, by {who}, on {time}.',
  now: 'NOW: {task}, by {who}. Asked so often: {n}.',
  nothing: 'Nothing is asked any more.',
  extension: 'Extension {n} of {max}.',
  extensionUnbounded: 'Extended {n} times.',
  longest: 'The next extension may last until {time}.',
  later: 'The end in the order is {hours} hours later than we count.',
  monthsForDays: 'Ninety days may have been read as three months.',
  missing: 'Done without a document, or beyond its kind',
  done: 'What was done',
  system: 'by itself',
  second: 'with a second person',
  document: 'Document',
  decidedBy: 'Decided by',
  answer: 'Answer',
  answerNote:
    'Needed where no extension is sought. An answer quiets this question until the next one; in the last week for a day, in the last two days for an hour.',
  byDecision: 'Only an act on the order answers this.',
  states: {
    proposed: 'proposed',
    assessed: 'assessed',
    declined: 'declined',
    imposed: 'imposed, not begun',
    active: 'active',
    ending: 'ending',
    suspended: 'suspended',
    lapsed: 'LAPSED: confirm the stop, or extend',
    lifted: 'lifted',
    stopped: 'stopped, confirmed',
    closed: 'closed',
  } satisfies Record<LifeState, string>,
  acts: {
    propose: 'proposed',
    assess: 'assessed',
    decline: 'declined',
    impose: 'imposed',
    change: 'changed',
    extend: 'extended',
    shorten: 'shortened',
    suspend: 'suspended',
    resume: 'resumed',
    lift: 'lifted',
    'confirm-stop': 'stop confirmed',
    reinstate: 'put back',
    close: 'closed',
  } satisfies Record<LifeAct, string>,
  audiences: {
    'case-lead': 'case lead',
    prosecutor: 'prosecutor',
    mayor: 'mayor',
    supervisor: 'supervisor',
    coordinator: 'coordinator',
  } satisfies Record<Audience, string>,
  deciders: {
    prosecutor: 'prosecutor',
    court: 'court',
    mayor: 'mayor',
    'foreign-authority': 'foreign authority',
  } satisfies Record<Decider, string>,
  answers: {
    'in-hand': 'in hand',
    'extension-asked': 'extension asked',
    'other-measure-asked': 'other measure asked',
    'no-extension-sought': 'no extension sought',
  },
  tasks: {
    prepare: 'prepare what follows the end',
    'ask-for-decision': 'ask for a decision',
    decide: 'decide what follows the end',
    'confirm-stop': 'confirm the stop, or extend',
    'inform-victim': 'inform the protected person',
    review: 'review',
    'review-suspension': 'review the suspension: resume or end',
    'check-underlying-measure': 'check the measure it rests on',
  } as Readonly<Record<string, string>>,
  findings: {
    'no-document': 'no document',
    'not-competent': 'by whoever may not decide it',
    'no-extension-left': 'no extension was left',
    'beyond-one-extension': 'longer than one extension',
    'beyond-maximum': 'longer than the longest allowed in all',
    'after-the-end': 'only after the end',
    'assessed-other-ban': 'another ban than was assessed',
    'assessed-other-band': 'another approach band than was assessed',
    'assessed-more-bans': 'more bans than were assessed',
    'assessed-other-basis': 'another legal basis than was assessed',
    'assessed-other-term': 'another term than was assessed',
    'assessed-not-enforceable': 'assessed as not enforceable',
    'assessed-unreadable': 'the assessment cannot be read any more',
  } satisfies Record<Finding, string>,
  afterLast: {
    'prosecutor-behaviour-order':
      'No further extension: ask for a measure (art. 38v Sr) or special conditions.',
    'temporary-home-ban': "No further extension: ask for a prosecutor's order or a civil ban.",
    'mayor-area-ban': 'No further extension known: ask for another measure.',
  } satisfies Partial<Record<LegalBasis, string>>,
}

const dutch: typeof english = {
  title: 'Levensloop van de maatregel',
  reminders: 'Gevraagd over het einde',
  nothingAsked: 'Niets wacht op antwoord.',
  order: 'Maatregel',
  asks: 'Wat er wordt gevraagd',
  owner: 'Van wie',
  nobodyLeads: 'NIEMAND LEIDT DEZE ZAAK',
  asked: 'Gevraagd',
  askedSince: 'sinds {since}, {n} keer; weer {next}',
  endsAt: 'Einde van de maatregel',
  next: 'Hierna: {task}, door {who}, op {time}.',
  now: 'NU: {task}, door {who}. Zo vaak gevraagd: {n}.',
  nothing: 'Er wordt niets meer gevraagd.',
  extension: 'Verlenging {n} van {max}.',
  extensionUnbounded: '{n} keer verlengd.',
  longest: 'De volgende verlenging kan duren tot {time}.',
  later: 'Het einde in de maatregel is {hours} uur later dan onze telling.',
  monthsForDays: 'Negentig dagen zijn misschien als drie maanden gelezen.',
  missing: 'Gedaan zonder stuk, of verder dan de soort toelaat',
  done: 'Wat er is gedaan',
  system: 'vanzelf',
  second: 'met een tweede persoon',
  document: 'Stuk',
  decidedBy: 'Besloten door',
  answer: 'Antwoord',
  answerNote:
    'Nodig waar geen verlenging nodig is. Na een antwoord blijft deze vraag stil tot de volgende; in de laatste week een dag, in de laatste twee dagen een uur.',
  byDecision: 'Alleen een handeling aan de maatregel beantwoordt dit.',
  tasks: {
    prepare: 'bereid voor wat na het einde komt',
    'ask-for-decision': 'vraag een beslissing',
    decide: 'beslis wat na het einde komt',
    'confirm-stop': 'bevestig het einde of verleng',
    'inform-victim': 'informeer de beschermde persoon',
    review: 'herbeoordeel',
    'review-suspension': 'herbeoordeel de schorsing: hervat of beëindig',
    'check-underlying-measure': 'controleer de onderliggende maatregel',
  },
  ...lifeDutch,
  findings: {
    'no-document': 'zonder stuk',
    'not-competent': 'door wie dit niet mag besluiten',
    'no-extension-left': 'er was geen verlenging meer over',
    'beyond-one-extension': 'langer dan één verlenging',
    'beyond-maximum': 'langer dan in totaal mag',
    'after-the-end': 'pas na het einde',
    'assessed-other-ban': 'een ander verbod dan is getoetst',
    'assessed-other-band': 'een andere naderingszone dan is getoetst',
    'assessed-more-bans': 'meer verboden dan zijn getoetst',
    'assessed-other-basis': 'een andere grondslag dan is getoetst',
    'assessed-other-term': 'een andere looptijd dan is getoetst',
    'assessed-not-enforceable': 'getoetst als niet handhaafbaar',
    'assessed-unreadable': 'de toetsing is niet meer te lezen',
  },
  afterLast: {
    'prosecutor-behaviour-order':
      'Geen verlenging meer: vraag een maatregel (art. 38v Sr) of bijzondere voorwaarden.',
    'temporary-home-ban':
      'Geen verlenging meer: vraag een gedragsaanwijzing van de officier of een civiel verbod.',
    'mayor-area-ban': 'Geen verlenging bekend: vraag een andere maatregel.',
  },
}
