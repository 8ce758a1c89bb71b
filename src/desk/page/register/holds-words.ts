import type { HoldAuthority } from '../../../core/model/retention-terms.ts'
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
  authorities: {
    court: 'de rechter',
    prosecutor: 'de officier van justitie',
    defence: 'de verdediging',
    inspection: 'de inspectie',
    'data-subject': 'een betrokkene',
  },
}
