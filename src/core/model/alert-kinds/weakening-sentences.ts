import type { Sentence } from './sentence.ts'

/** What is asked of a second person, and whether it holds already. */
export const protectionWeakened: Sentence = {
  english: ({ facts }) => {
    const [act] = wordsOf(facts['act'])
    if (facts['stage'] === 'alone')
      return `A token has weakened protection by itself: ${act}. Nobody was asked. Find out who had it done, and put it back if nobody did.`
    return facts['stage'] === 'in-force'
      ? `In an emergency one person has weakened protection: ${act}. A second person must confirm or refuse it now.`
      : `One person asks for less protection: ${act}. A second person must confirm or refuse it; until then nothing changes.`
  },
  dutch: ({ facts }) => {
    const [, act] = wordsOf(facts['act'])
    if (facts['stage'] === 'alone')
      return `Een sleutel heeft zelf de bescherming verminderd: ${act}. Niemand is iets gevraagd. Zoek uit wie dit liet doen, en zet het terug als niemand dat deed.`
    return facts['stage'] === 'in-force'
      ? `In nood heeft een persoon de bescherming verminderd: ${act}. Een tweede persoon moet dit nu bevestigen of weigeren.`
      : `Een persoon vraagt om minder bescherming: ${act}. Een tweede persoon moet dit bevestigen of weigeren; tot dan verandert er niets.`
  },
}

function wordsOf(act: unknown): readonly [english: string, dutch: string] {
  return (typeof act === 'string' ? words[act] : undefined) ?? unknownWords
}

/** By the name of the call that asked for it. */
const words: Readonly<Record<string, readonly [english: string, dutch: string]>> = {
  suspendProtectionOrder: [
    'an order is not watched for a while',
    'een maatregel wordt een tijd niet bewaakt',
  ],
  endProtectionOrder: ['an order ends before its time', 'een maatregel eindigt voor het einde'],
  replaceProtectionOrder: [
    'an order asks for less than before',
    'een maatregel vraagt minder dan eerst',
  ],
  acknowledgeAlert: ['an alert is kept quiet for long', 'een alarm blijft lang stil'],
  closeAlert: [
    'an alert is closed as a test, or for long',
    'een alarm wordt gesloten als test, of voor lang',
  ],
  replaceEscalationLadder: [
    'others are called, or later, when nobody answers',
    'er wordt anders of later gebeld als niemand antwoordt',
  ],
  endDeviceAssignment: [
    'a device is taken from somebody',
    'een apparaat wordt van iemand teruggenomen',
  ],
  createDeviceAssignment: ['somebody gets another device', 'iemand krijgt een ander apparaat'],
  deleteWebhookSubscription: [
    'another system is told of no alerts any more',
    'een ander systeem krijgt geen alarmen meer',
  ],
}

/** Of an older version, or a newer one. */
const unknownWords = ['something is watched less', 'er wordt iets minder bewaakt'] as const
