import type { CaseGap, CaseRoleName } from '../../../core/model/contract-words.ts'
import { language } from '../words/words.ts'

/** The texts about who leads a case, in the language of the page. */
export function casePeopleWords(): typeof english {
  return language.value === 'nl' ? dutch : english
}

const english = {
  title: 'Who leads this case',
  whole: 'Everybody is there.',
  missing: 'Missing',
  give: 'Give a role, or hand it over',
  role: 'Role',
  holder: 'Who',
  phone: 'Telephone',
  standIn: 'Stand-in',
  standInPhone: 'Telephone of the stand-in',
  note: 'What the next one must know',
  noteHint: 'Needed where somebody has the role now.',
  gone: 'no account any more',
  before: 'Before',
  screening: 'Screening ({instrument})',
  screened: '{time}: concern {outcome}, by {author}; again on {due}',
  outcomes: { low: 'low', moderate: 'moderate', high: 'high' },
  roles: {
    'case-lead': 'case lead',
    'contact-point': 'contact point of the protected person',
  } satisfies Record<CaseRoleName, string>,
  gaps: {
    'no-case-lead': 'nobody leads it',
    'case-lead-alone': 'its lead or their stand-in is not here any more',
    'no-contact-point': 'the protected person has nobody to ask',
    'contact-point-alone': 'the contact point or their stand-in is not here any more',
    'no-screening': 'no screening',
    'screening-due': 'the screening is due again',
  } satisfies Record<CaseGap, string>,
  listTitle: 'Cases that lack somebody',
  reference: 'Case',
  nothing: 'No case lacks anybody.',
}

const dutch: typeof english = {
  title: 'Wie deze zaak leidt',
  whole: 'Iedereen is er.',
  missing: 'Ontbreekt',
  give: 'Geef een rol, of draag die over',
  role: 'Rol',
  holder: 'Wie',
  phone: 'Telefoon',
  standIn: 'Vervanger',
  standInPhone: 'Telefoon van de vervanger',
  note: 'Wat de volgende moet weten',
  noteHint: 'Nodig als iemand de rol nu heeft.',
  gone: 'geen account meer',
  before: 'Eerder',
  screening: 'Screening ({instrument})',
  screened: '{time}: zorg {outcome}, door {author}; opnieuw op {due}',
  outcomes: { low: 'laag', moderate: 'matig', high: 'hoog' },
  roles: {
    'case-lead': 'casusregisseur',
    'contact-point': 'aanspreekpunt van de beschermde persoon',
  },
  gaps: {
    'no-case-lead': 'niemand leidt de zaak',
    'case-lead-alone': 'de regisseur of de vervanger is er niet meer',
    'no-contact-point': 'de beschermde persoon kan bij niemand terecht',
    'contact-point-alone': 'het aanspreekpunt of de vervanger is er niet meer',
    'no-screening': 'geen screening',
    'screening-due': 'de screening moet opnieuw',
  },
  listTitle: 'Zaken waarin iemand ontbreekt',
  reference: 'Zaak',
  nothing: 'In geen zaak ontbreekt iemand.',
}
