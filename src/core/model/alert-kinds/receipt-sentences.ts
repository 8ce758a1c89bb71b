import { formatFact, type Sentence } from './sentence.ts'

/** Who has not said that they know of a ban, and for how long. */
export const receiptMissing: Sentence = {
  english: ({ facts }) =>
    `${facts['partner'] === 'police' ? 'The police have' : 'Whoever informs the protected person has'} not confirmed for ${formatFact(facts['minutes'])} minutes that they received this order as it is now. Call them.`,
  dutch: ({ facts }) =>
    `${facts['partner'] === 'police' ? 'De politie heeft' : 'Wie de beschermde persoon informeert heeft'} al ${formatFact(facts['minutes'])} minuten niet bevestigd dat deze maatregel, zoals die nu is, is ontvangen. Bel.`,
}
