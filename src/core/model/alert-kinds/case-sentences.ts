import { formatFact, type Sentence } from './sentence.ts'

/** How many cases lack somebody; which, is on the list of cases and not here. */
export const caseUnled: Sentence = {
  english: ({ facts }) =>
    `${formatFact(facts['caseCount'])} cases have no lead, no contact point, no stand-in for one of them, or no screening that is up to date. See the list of cases.`,
  dutch: ({ facts }) =>
    `In ${formatFact(facts['caseCount'])} zaken ontbreekt een casusregisseur, een aanspreekpunt, een vervanger of een geldige screening. Zie de lijst van zaken.`,
}
