import type { BothLanguages } from './protocol.ts'

/**
 * What an order asks beside its areas and distances, in words of this list alone: a line that
 * somebody types may name a place or a person, and goes to partners. Nothing here is watched.
 */
export const orderConditions = [
  'no-contact',
  'no-contact-through-others',
  'nothing-published',
  'no-weapons',
  'no-alcohol-or-drugs',
  'keys-handed-in',
  'wears-device',
  'reports-to-supervision',
  'follows-treatment',
] as const
export type OrderCondition = (typeof orderConditions)[number]

export const conditionTexts: Readonly<Record<OrderCondition, BothLanguages>> = {
  'no-contact': {
    nl: 'Geen contact, ook niet per telefoon, bericht of internet.',
    en: 'No contact, nor by telephone, message or internet.',
  },
  'no-contact-through-others': {
    nl: 'Geen contact via anderen.',
    en: 'No contact through others.',
  },
  'nothing-published': {
    nl: 'Niets over de ander plaatsen of delen.',
    en: 'Publishes or shares nothing about the other.',
  },
  'no-weapons': { nl: 'Geen wapen bij zich hebben.', en: 'Carries no weapon.' },
  'no-alcohol-or-drugs': { nl: 'Geen alcohol of drugs.', en: 'No alcohol or drugs.' },
  'keys-handed-in': { nl: 'Sleutels inleveren.', en: 'Hands in the keys.' },
  'wears-device': {
    nl: 'Toestel dragen en opgeladen houden.',
    en: 'Wears the device and keeps it charged.',
  },
  'reports-to-supervision': { nl: 'Melden bij het toezicht.', en: 'Reports to the supervision.' },
  'follows-treatment': { nl: 'Meewerken aan behandeling.', en: 'Takes part in treatment.' },
}
