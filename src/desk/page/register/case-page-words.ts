import type { DisclosureGround, DisclosurePurpose } from '../../../core/model/disclosure.ts'
import { language } from '../words/words.ts'

/** The texts about the page of a case, in the language of the desk. */
export function casePageWords(): typeof english {
  return language.value === 'nl' ? dutch : english
}

const english = {
  title: 'Page of this case, for a meeting',
  note: 'To print. No places are on it. That you take it, for what and on what ground, is on record.',
  purpose: 'For which meeting',
  ground: 'On what ground',
  open: 'Open the page',
  purposes: {
    actieoverleg: 'Actieoverleg',
    zsm: 'ZSM',
    'zorg-en-veiligheidshuis': 'Zorg- en Veiligheidshuis',
  } satisfies Record<DisclosurePurpose, string>,
  grounds: {
    wgs: 'law on data processing by partnerships (Wgs)',
    covenant: 'covenant of the meeting',
    consent: 'consent of the protected person',
    'vital-interest': 'immediate danger to somebody',
  } satisfies Record<DisclosureGround, string>,
}

const dutch: typeof english = {
  title: 'Overzicht van deze zaak, voor een overleg',
  note: 'Om af te drukken. Er staan geen plaatsen op. Dat u het opent, waarvoor en op welke grondslag, staat vast.',
  purpose: 'Voor welk overleg',
  ground: 'Op welke grondslag',
  open: 'Open het overzicht',
  purposes: {
    actieoverleg: 'Actieoverleg',
    zsm: 'ZSM',
    'zorg-en-veiligheidshuis': 'Zorg- en Veiligheidshuis',
  },
  grounds: {
    wgs: 'Wet gegevensverwerking door samenwerkingsverbanden',
    covenant: 'convenant van het overleg',
    consent: 'toestemming van de beschermde persoon',
    'vital-interest': 'onmiddellijk gevaar voor iemand',
  },
}
