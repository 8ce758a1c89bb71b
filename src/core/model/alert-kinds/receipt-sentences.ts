import type { Evidence } from '../alert.ts'
import { formatFact, type Sentence } from './sentence.ts'

/** Who has not said that they know of a ban, or what is asked of them, and for how long. */
export const receiptMissing: Sentence = {
  english: ({ facts }) => {
    const { who, what } = tellEnglish(facts['partner'])
    return `${who} not confirmed for ${formatFact(facts['minutes'])} minutes that they ${what}. Call them.`
  },
  dutch: ({ facts }) => {
    const { who, what } = tellDutch(facts['partner'])
    return `${who} al ${formatFact(facts['minutes'])} minuten niet bevestigd ${what}. Bel.`
  },
}

type Partner = Evidence['facts'][string] | undefined

function tellEnglish(partner: Partner): { readonly who: string; readonly what: string } {
  const what = 'received this order as it is now'
  if (partner === 'police') return { who: 'The police have', what }
  if (partner === 'data-protection')
    return {
      who: 'Whoever looks after the protection of data has',
      what: 'know who looked where somebody is',
    }
  return partner === 'victim-information'
    ? { who: 'Whoever informs the protected person has', what }
    : { who: 'Whoever decides about this order has', what: 'know what is asked of them' }
}

function tellDutch(partner: Partner): { readonly who: string; readonly what: string } {
  const what = 'dat deze maatregel, zoals die nu is, is ontvangen'
  if (partner === 'police') return { who: 'De politie heeft', what }
  if (partner === 'data-protection')
    return {
      who: 'De functionaris gegevensbescherming heeft',
      what: 'te weten wie keek waar iemand is',
    }
  return partner === 'victim-information'
    ? { who: 'Wie de beschermde persoon informeert heeft', what }
    : { who: 'Wie over deze maatregel beslist heeft', what: 'te weten wat er wordt gevraagd' }
}
