import type { LifeAct } from '../../../core/orders/order-life.ts'
import { language } from '../words/words.ts'
import type { Decision } from './rows.ts'

/** The texts of the list of decisions, in the language of the page. */
export function decisionWords(): typeof english {
  return language.value === 'nl' ? dutch : english
}

const english = {
  title: 'Decisions that came',
  nothing: 'No decision came by itself.',
  from: 'From',
  act: 'Decides',
  status: 'What became of it',
  why: 'What is wrong with it',
  waits: 'waits since {time}',
  setAside: 'Set aside',
  setAsideNote:
    'Say here why it is not carried out. Whoever decided must know it: they believe that it holds.',
  reason: 'Why',
  sources: {
    court: 'court',
    prosecutor: 'prosecutor',
    mayor: 'mayor',
    cjib: 'CJIB',
  } as Readonly<Record<string, string>>,
  statuses: {
    incomplete: 'NOT CARRIED OUT: it lacks something',
    refused: 'NOT CARRIED OUT: refused',
    'set-aside': 'set aside',
    imported: 'carried out',
    proposed: 'waits for a second person',
    'not-done': 'a second person said no, or nobody answered',
  } satisfies Record<Decision['status'], string>,
  acts: {
    impose: 'an order',
    extend: 'an extension',
    lift: 'an end',
  } as Readonly<Record<string, string>> satisfies Partial<Record<LifeAct, string>>,
  codes: {
    missing: 'Missing',
    'not-competent': 'Whoever decided it may not',
    'not-of-this-order': 'Not so of this order, or not to be changed so',
    'lifted-before': 'Its end was decided since',
    'invalid-value': 'Cannot be so',
    'unknown-reference': 'Not known',
  } as Readonly<Record<string, string>>,
  fields: {
    decidedBy: 'who decided',
    reference: 'case number',
    validFrom: 'start',
    validUntil: 'end',
    effectiveAt: 'from when on',
    legalBasis: 'legal basis',
    offenderReference: 'whom it binds',
    victimReference: 'whom it protects',
    body: 'who supervises',
    electronicMonitoring: 'electronic monitoring',
    locationBans: 'banned area',
    proximityBans: 'person to stay away from',
    assessmentId: 'assessment',
  } as Readonly<Record<string, string>>,
}

const dutch: typeof english = {
  title: 'Besluiten',
  nothing: 'Er kwam geen besluit vanzelf binnen.',
  from: 'Van',
  act: 'Besluit',
  status: 'Wat ermee is gedaan',
  why: 'Wat er niet klopt',
  waits: 'wacht sinds {time}',
  setAside: 'Leg terzijde',
  setAsideNote:
    'Zeg hier waarom dit niet wordt uitgevoerd. Wie het besloot moet dat weten: die denkt dat het geldt.',
  reason: 'Waarom',
  sources: {
    court: 'rechter',
    prosecutor: 'officier van justitie',
    mayor: 'burgemeester',
    cjib: 'CJIB',
  },
  statuses: {
    incomplete: 'NIET UITGEVOERD: er ontbreekt iets',
    refused: 'NIET UITGEVOERD: geweigerd',
    'set-aside': 'terzijde gelegd',
    imported: 'uitgevoerd',
    proposed: 'wacht op een tweede persoon',
    'not-done': 'een tweede persoon zei nee, of niemand antwoordde',
  },
  acts: { impose: 'een maatregel', extend: 'een verlenging', lift: 'een einde' },
  codes: {
    missing: 'Ontbreekt',
    'not-competent': 'Wie dit besloot mag dat niet',
    'not-of-this-order': 'Niet zo bij deze maatregel, of zo niet te wijzigen',
    'lifted-before': 'Daarna is over het einde besloten',
    'invalid-value': 'Kan zo niet',
    'unknown-reference': 'Niet bekend',
  },
  fields: {
    decidedBy: 'wie besloot',
    reference: 'zaaknummer',
    validFrom: 'begin',
    validUntil: 'einde',
    effectiveAt: 'vanaf wanneer',
    legalBasis: 'grondslag',
    offenderReference: 'voor wie het geldt',
    victimReference: 'wie het beschermt',
    body: 'toezichthouder',
    electronicMonitoring: 'elektronisch toezicht',
    locationBans: 'verboden gebied',
    proximityBans: 'persoon om bij weg te blijven',
    assessmentId: 'toetsing',
  },
}
