import type { AssessedFinding } from '../../../core/enforceability/compare-with-assessed.ts'
import type { OrderAdvisory } from '../../../core/model/order-terms.ts'
import { language } from '../words/words.ts'

/** What the server advises on, in the language of the page. */
export function advisoryWords(): typeof english {
  return language.value === 'nl' ? dutch : english
}

type Code =
  | OrderAdvisory['code']
  | AssessedFinding
  | 'geometry-repaired'
  | 'not-assessed'
  | 'outside-ban'
  | 'outside-map'

const english = {
  codes: {
    'longer-than-maximum': 'Longer than the longest allowed in all.',
    'longer-than-term': 'Longer than one term.',
    'separation-below-advised': 'The distance leaves the police no time.',
    'assessed-other-ban': 'Another ban than was assessed.',
    'assessed-other-band': 'Another approach band than was assessed.',
    'assessed-other-times': 'Other times than were assessed.',
    'assessed-more-bans': 'More bans than were assessed.',
    'assessed-other-basis': 'Another legal basis than was assessed.',
    'assessed-other-term': 'Another term than was assessed.',
    'assessed-not-enforceable': 'Assessed as not enforceable.',
    'assessed-unreadable': 'The assessment cannot be read any more.',
    'assessed-never': 'Never assessed: have it assessed.',
    'geometry-repaired': 'The area was repaired.',
    'not-assessed': 'Not assessed: too large to measure meanwhile.',
    'outside-ban': 'An address lies outside the ban.',
    'outside-map': 'The map knows no roads at an address.',
  } satisfies Record<Code, string>,
}

const dutch: typeof english = {
  codes: {
    'longer-than-maximum': 'Langer dan in totaal mag.',
    'longer-than-term': 'Langer dan één termijn.',
    'separation-below-advised': 'De afstand laat de politie geen tijd.',
    'assessed-other-ban': 'Een ander verbod dan is getoetst.',
    'assessed-other-band': 'Een andere naderingszone dan is getoetst.',
    'assessed-other-times': 'Andere tijden dan zijn getoetst.',
    'assessed-more-bans': 'Meer verboden dan zijn getoetst.',
    'assessed-other-basis': 'Een andere grondslag dan is getoetst.',
    'assessed-other-term': 'Een andere looptijd dan is getoetst.',
    'assessed-not-enforceable': 'Getoetst als niet handhaafbaar.',
    'assessed-unreadable': 'De toetsing is niet meer te lezen.',
    'assessed-never': 'Nooit getoetst: laat toetsen.',
    'geometry-repaired': 'Het gebied is hersteld.',
    'not-assessed': 'Niet getoetst: te groot om intussen te meten.',
    'outside-ban': 'Een adres ligt buiten het verbod.',
    'outside-map': 'De kaart kent geen wegen bij een adres.',
  },
}
