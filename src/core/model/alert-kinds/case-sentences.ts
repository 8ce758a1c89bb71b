import { formatFact, type Sentence } from './sentence.ts'

/** How many cases lack somebody; which, is on the list of cases and not here. */
export const caseUnled: Sentence = {
  english: ({ facts }) =>
    `${formatFact(facts['caseCount'])} cases have no lead, no contact point, no stand-in for one of them, or no screening that is up to date. See the list of cases.`,
  dutch: ({ facts }) =>
    `In ${formatFact(facts['caseCount'])} zaken ontbreekt een casusregisseur, een aanspreekpunt, een vervanger of een geldige screening. Zie de lijst van zaken.`,
}

/** How many; which, and why, is on the list of decisions. */
export const decisionWaiting: Sentence = {
  english: ({ facts }) =>
    `Decisions that came and were not carried out: ${formatFact(facts['decisionCount'])}. Whoever decided believes that they hold. See the list of decisions.`,
  dutch: ({ facts }) =>
    `Besluiten die binnenkwamen en niet zijn uitgevoerd: ${formatFact(facts['decisionCount'])}. Wie ze nam denkt dat ze gelden. Zie de lijst van besluiten.`,
}

/** How many questions; where anybody lived or lives is said nowhere. */
export const moveUnanswered: Sentence = {
  english: ({ facts }) =>
    `Somebody of this case has moved, and nobody has said what that means for its bans (${formatFact(facts['questionCount'])} questions, ${formatFact(facts['hours'])} hours). A ban may protect a place where nobody lives any more. See the questions of the case.`,
  dutch: ({ facts }) =>
    `Iemand in deze zaak is verhuisd, en niemand heeft gezegd wat dat voor de verboden betekent (${formatFact(facts['questionCount'])} vragen, ${formatFact(facts['hours'])} uur). Een verbod beschermt misschien een plaats waar niemand meer woont. Zie de vragen van de zaak.`,
}

/** What was asked, and of whom, is in the life of the order. */
export const endUnanswered: Sentence = {
  english: ({ facts }) =>
    `Nobody has answered what is asked about this order (asked ${formatFact(facts['askedCount'])} times; it ends in ${formatFact(facts['days'])} days). See its reminders, and decide.`,
  dutch: ({ facts }) =>
    `Niemand heeft geantwoord op wat over deze maatregel is gevraagd (${formatFact(facts['askedCount'])} keer gevraagd; nog ${formatFact(facts['days'])} dagen tot het einde). Zie de vragen bij de maatregel, en beslis.`,
}

/** Which change, is in the proposals of the order. */
export const planOvertaken: Sentence = {
  english: () =>
    'A change of this order was to begin, and was not made: the order was changed otherwise since it was decided, or it cannot be made like this any more. Whoever decided it believes that it holds. Look at the order, and change it by hand.',
  dutch: () =>
    'Een wijziging van deze maatregel zou ingaan en is niet gedaan: de maatregel is sinds het besluit anders gewijzigd, of het kan zo niet meer. Wie besloot denkt dat het geldt. Bekijk de maatregel en wijzig die met de hand.',
}

/** What the protected person says, and how long ago; their own words are kept elsewhere. */
export const sightingReported: Sentence = {
  english: ({ facts }) =>
    `The protected person says ${facts['kind'] === 'contacted' ? 'there was contact' : facts['kind'] === 'seen' ? 'the offender was seen' : 'something happened'} ${formatFact(facts['minutesAgo'])} minutes before this was told.${facts['hasEnded'] === true ? ' The order that protected them has ended: nobody forbids it now. Look whether that is right.' : ''}`,
  dutch: ({ facts }) =>
    `De beschermde persoon meldt: ${facts['kind'] === 'contacted' ? 'er was contact' : facts['kind'] === 'seen' ? 'de persoon onder toezicht is gezien' : 'er gebeurde iets'}, ${formatFact(facts['minutesAgo'])} minuten voor deze melding.${facts['hasEnded'] === true ? ' De maatregel die deze persoon beschermde is geëindigd: niets verbiedt dit nu. Kijk of dat klopt.' : ''}`,
}
