import { lifeDutch } from '../core/orders/life-dutch.ts'
import type { DisclosureGround, DisclosurePurpose } from '../core/model/disclosure.ts'

export const disclosureDutch: {
  readonly purposes: Readonly<Record<DisclosurePurpose, string>>
  readonly grounds: Readonly<Record<DisclosureGround, string>>
} = {
  purposes: {
    actieoverleg: 'het Actieoverleg',
    zsm: 'het ZSM-overleg',
    'zorg-en-veiligheidshuis': 'het Zorg- en Veiligheidshuis',
  },
  grounds: {
    wgs: 'Wet gegevensverwerking door samenwerkingsverbanden',
    covenant: 'het convenant van het overleg',
    consent: 'toestemming van de beschermde persoon',
    'vital-interest': 'onmiddellijk gevaar voor iemand',
  },
}

/** What is said of a case in Dutch; a word that is not here is shown as it is. */
export function caseDutch(word: string): string {
  return Object.hasOwn(words, word) ? (words[word] ?? word) : word
}

/** What is asked; the same word stands for the act that answers it. */
export function taskDutch(task: string): string {
  return task === 'confirm-stop' ? 'bevestig het einde of verleng' : caseDutch(task)
}

const words: Readonly<Record<string, string>> = {
  ...lifeDutch.states,
  ...lifeDutch.acts,
  ...lifeDutch.audiences,
  ...lifeDutch.deciders,
  ...lifeDutch.answers,
  protected: 'beschermd',
  degraded: 'verminderd',
  unknown: 'onbekend',
  ended: 'beëindigd',
  'contact-point': 'aanspreekpunt van de beschermde persoon',
  prepare: 'bereid voor',
  'ask-for-decision': 'vraag om een besluit',
  decide: 'beslis wat na het einde komt',
  'inform-victim': 'informeer de beschermde persoon',
  review: 'herbeoordeel',
  'review-suspension': 'herbeoordeel de schorsing',
  'check-underlying-measure': 'controleer de onderliggende maatregel',
  suspendProtectionOrder: 'schorsing',
  replaceProtectionOrder: 'wijziging',
  police: 'politie',
  'victim-information': 'slachtofferinformatie (CJIB/IDV)',
  defence: 'verdediging',
  inspection: 'inspectie',
  'data-subject': 'iemand over wie het gaat',
  imposed: 'opgelegd',
  changed: 'gewijzigd',
  extended: 'verlengd',
  resumed: 'hervat',
  'lead-named': 'wie de zaak leidt',
  'contact-named': 'wie het aanspreekpunt is',
  screened: 'een screening',
  moved: 'een verhuizing',
  low: 'laag',
  moderate: 'matig',
  high: 'hoog',
  'no-case-lead': 'niemand leidt de zaak',
  'case-lead-alone': 'de regisseur of de vervanger is er niet meer',
  'no-contact-point': 'de beschermde persoon kan bij niemand terecht',
  'contact-point-alone': 'het aanspreekpunt of de vervanger is er niet meer',
  'no-screening': 'geen screening',
  'screening-due': 'de screening moet opnieuw',
  'risk-not-chosen': 'hoog risico gevonden, en geen risicoprofiel gekozen',
  'no-device': 'er is geen toestel',
  'device-never-heard': 'het toestel is nooit gehoord',
  'device-silent': 'het toestel is stil',
  'vendor-silent': 'de leverancier is stil',
  'awaiting-fix': 'wacht op een positie',
  'position-held': 'de laatste positie is oud',
  'position-unreliable': 'de positie is onbetrouwbaar',
  'not-judged-yet': 'nog niet beoordeeld',
  'detection-behind': 'de detectie loopt achter',
  'order-unreadable': 'de maatregel is niet te lezen',
  'order-not-in-force': 'de maatregel is niet van kracht',
}
