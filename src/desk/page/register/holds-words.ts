import type { HoldAuthority, RetentionPurpose } from '../../../core/model/retention-terms.ts'
import { language } from '../words/words.ts'

/** The texts about who holds a case, in the language of the page. */
export function holdWords(): typeof english {
  return language.value === 'nl' ? dutch : english
}

const english = {
  title: 'Kept from being erased',
  none: 'Nobody holds this case.',
  held: 'for {who} until {until}',
  released: 'ended on {time}, by two people',
  hold: 'Hold this case',
  who: 'For whom',
  why: 'Why',
  until: 'Until',
  document: 'Document',
  release: 'Ask that it ends',
  releaseNote: 'Somebody else confirms it. Nothing is erased for another 30 days.',
  keptTitle: 'How long it is kept',
  isHeld: 'Held: nothing of it is erased, nor for 30 days after.',
  keptUntil: 'kept until {time}',
  whileItRuns: 'kept; a term counts from the end of the order',
  noEnd: 'kept, without an end of its own',
  termsNote: 'By the terms of version {n}, which a lawyer has still to confirm.',
  erasingSince: 'being erased since {time}; what is gone does not come back',
  erasedAt: 'erased on {time}',
  keptElsewhere: 'Another case that is held needs it.',
  purposes: {
    monitoring: 'Watching',
    evidence: 'Evidence',
    statistics: 'Statistics',
    audit: 'Record of who did what',
  } satisfies Record<RetentionPurpose, string>,
  erase: 'Ask that its places are erased for good',
  eraseNote:
    'Where its areas and fixed addresses lie is read by nobody any more. Somebody else confirms it; it does not come back.',
  eraseWhy: 'By what right or duty.',
  authorities: {
    court: 'court',
    prosecutor: 'prosecutor',
    defence: 'defence',
    inspection: 'inspection',
    'data-subject': 'somebody it is about',
  } satisfies Record<HoldAuthority, string>,
}

const dutch: typeof english = {
  title: 'Bewaren: niet wissen',
  none: 'Niemand laat deze zaak bewaren.',
  held: 'voor {who} tot {until}',
  released: 'beëindigd op {time}, door twee mensen',
  hold: 'Laat deze zaak bewaren',
  who: 'Voor wie',
  why: 'Waarom',
  until: 'Tot',
  document: 'Stuk',
  release: 'Vraag om te beëindigen',
  releaseNote: 'Een ander bevestigt het. Nog 30 dagen wordt niets gewist.',
  keptTitle: 'Hoe lang het wordt bewaard',
  isHeld: 'Iemand laat deze zaak bewaren: er wordt niets van gewist, ook niet in de 30 dagen erna.',
  keptUntil: 'bewaard tot {time}',
  whileItRuns: 'bewaard; een termijn telt vanaf het einde van de maatregel',
  noEnd: 'bewaard, zonder eigen einde',
  termsNote: 'Naar de termijnen van versie {n}, die een jurist nog moet bevestigen.',
  erasingSince: 'wordt gewist sinds {time}; wat weg is komt niet terug',
  erasedAt: 'gewist op {time}',
  keptElsewhere: 'Een andere zaak die wordt bewaard heeft het nodig.',
  purposes: {
    monitoring: 'Toezicht',
    evidence: 'Bewijs',
    statistics: 'Statistiek',
    audit: 'Vastlegging van wie wat deed',
  },
  erase: 'Vraag de plaatsen voorgoed te wissen',
  eraseNote:
    'Waar de gebieden en vaste adressen liggen leest daarna niemand meer. Een ander bevestigt het; het komt niet terug.',
  eraseWhy: 'Op grond van welk recht of welke plicht.',
  authorities: {
    court: 'de rechter',
    prosecutor: 'de officier van justitie',
    defence: 'de verdediging',
    inspection: 'de inspectie',
    'data-subject': 'een betrokkene',
  },
}
