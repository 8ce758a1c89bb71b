import type { Confidence } from '../../../core/model/order-terms.ts'
import type { ProtocolSetName } from '../../../core/model/protocol.ts'
import { language } from '../words/words.ts'

/** The texts about how grave a case is, in the language of the page. */
export function riskWords(): typeof english {
  return language.value === 'nl' ? dutch : english
}

const english = {
  title: 'How grave this case is',
  rowsTitle: 'Risk profiles',
  none: 'No risk profile: as the order and the organisation have it.',
  chosen: '{name} (version {version})',
  choose: 'Choose a risk profile',
  profile: 'Risk profile',
  nothing: 'none',
  why: 'Why',
  document: 'Document',
  note: 'It holds from now on. Less in any of it waits for a second person.',
  interval: 'reports every {n} s',
  recall: 'an answered alert is back after {n} min at most',
  called: 'also called: {who}',
  step: '{target} after {seconds} s',
  steps: 'steps: {name}',
  nothingAdded: 'adds nothing',
  source: 'Source',
  confidence: 'Confidence',
  sources: {} as Readonly<Record<string, string>>,
  behind: 'Cases with an older version',
  change: 'Change: {name}',
  changeNote: 'A change waits for a second supervisor. No case changes by it: choose anew in each.',
  intervalField: 'Reports every (s)',
  recallField: 'Back after at most (min)',
  emptyHint: 'Empty: as the order and the organisation have it.',
  own: 'the organisation’s',
  protocol: 'Steps',
  protocols: {
    'dutch-pilot': 'Dutch pilot',
    'french-order': 'French model',
    'high-risk': 'high risk, the police at once',
  } satisfies Record<ProtocolSetName, string>,
  confidences: {
    high: 'high',
    medium: 'medium',
    low: 'low',
    judgement: 'judgement',
  } satisfies Record<Confidence, string>,
}

const dutch: typeof english = {
  title: 'Hoe ernstig deze zaak is',
  rowsTitle: 'Risicoprofielen',
  none: 'Geen risicoprofiel: zoals de maatregel en de organisatie het hebben.',
  chosen: '{name} (versie {version})',
  choose: 'Kies een risicoprofiel',
  profile: 'Risicoprofiel',
  nothing: 'geen',
  why: 'Waarom',
  document: 'Document',
  note: 'Het geldt vanaf nu. Wat ergens minder wordt, wacht op een tweede persoon.',
  interval: 'meldt zich elke {n} s',
  recall: 'een beantwoorde melding is na ten hoogste {n} min terug',
  called: 'ook gebeld: {who}',
  step: '{target} na {seconds} s',
  steps: 'werkwijze: {name}',
  nothingAdded: 'voegt niets toe',
  source: 'Bron',
  confidence: 'Zekerheid',
  // Of the rows as they are delivered; what an organisation writes is in its own words.
  sources: {
    standard: 'Zoals de maatregel en de organisatie het hebben.',
    raised:
      'De helft van de tussentijd van een abonnement van een minuut, die enkelbanden in het veld een dag volhouden. Geen openbaar cijfer gaat over één niveau van risico.',
    high: 'Enkelbanden in het veld melden zich op zijn snelst elke vijftien seconden. De politie doet er tot een kwartier over (85 van de 100 spoedmeldingen, 2017), en wordt daarom eerst gebeld.',
  },
  behind: 'Zaken met een oudere versie',
  change: 'Wijzig: {name}',
  changeNote:
    'Een wijziging wacht op een tweede leidinggevende. Geen zaak verandert erdoor: kies in elke zaak opnieuw.',
  intervalField: 'Meldt zich elke (s)',
  recallField: 'Terug na ten hoogste (min)',
  emptyHint: 'Leeg: zoals de maatregel en de organisatie het hebben.',
  own: 'die van de organisatie',
  protocol: 'Werkwijze',
  protocols: {
    'dutch-pilot': 'Nederlandse pilot',
    'french-order': 'Frans model',
    'high-risk': 'hoog risico, direct de politie',
  },
  confidences: { high: 'hoog', medium: 'middel', low: 'laag', judgement: 'oordeel' },
}
