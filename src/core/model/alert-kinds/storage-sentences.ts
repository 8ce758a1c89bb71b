import type { Evidence } from '../alert.ts'
import { formatFact } from './sentence.ts'
import type { Sentence } from './sentence.ts'

/** What runs out, how soon where that is known, and what comes of it. */
export const storageLow: Sentence = {
  english: ({ facts }) => {
    const [what, then] = tellStore(facts['store']).english
    return `${what}${inHours(facts['hoursLeft'], 'in about', 'hours')}. ${then}`
  },
  dutch: ({ facts }) => {
    const [what, then] = tellStore(facts['store']).dutch
    return `${what}${inHours(facts['hoursLeft'], 'over ongeveer', 'uur')}. ${then}`
  },
}

/** It names the key: whoever mends it looks for that. */
export const keyUnreadable: Sentence = {
  english: ({ facts }) =>
    `A key does not open (${nameKey(facts)}): its row was changed, or the master key is another one. ` +
    (facts['hasWaiting'] === true
      ? 'Devices reported what waits for it and is not judged: watch their people in another way. Have the key put back; what waits is judged by itself then.'
      : 'What was sealed with it cannot be read. Have the key put back.'),
  dutch: ({ facts }) =>
    `Een sleutel is niet te gebruiken (${nameKey(facts)}): de sleutel is gewijzigd, of de hoofdsleutel is een andere. ` +
    (facts['hasWaiting'] === true
      ? 'Meldingen van toestellen wachten erop en worden niet beoordeeld: bewaak de betrokkenen op een andere manier. Laat de sleutel herstellen; wat wacht wordt dan vanzelf beoordeeld.'
      : 'Wat ermee is verzegeld, is niet te lezen. Laat de sleutel herstellen.'),
}

function nameKey({ keyScope, keyId }: Evidence['facts']): string {
  return formatFact(keyScope ?? keyId)
}

type StoreWords = {
  readonly english: readonly [what: string, then: string]
  readonly dutch: readonly [what: string, then: string]
}

function tellStore(store: unknown): StoreWords {
  return (typeof store === 'string' ? stores[store] : undefined) ?? unknownStore
}

const stores: Readonly<Record<string, StoreWords>> = {
  disk: {
    english: [
      'The disk of the server is getting full',
      'Once it is full, nothing more is taken in and nobody is watched.',
    ],
    dutch: [
      'De schijf van de server raakt vol',
      'Als die vol is, komt er niets meer binnen en wordt niemand bewaakt.',
    ],
  },
  connections: {
    english: [
      'The connections of the database are nearly all in use',
      'Once none is free, reports may not be taken in and alerts may not be shown.',
    ],
    dutch: [
      'De verbindingen van de database zijn bijna allemaal in gebruik',
      'Als er geen meer vrij is, komen meldingen van apparaten en alarmen mogelijk niet door.',
    ],
  },
  sequences: {
    english: [
      'The numbers of a sequence of the database run out',
      'Once they are used up, reports or alerts can no longer be stored.',
    ],
    dutch: [
      'De nummers van een reeks in de database raken op',
      'Als ze op zijn, kunnen meldingen van apparaten of alarmen niet meer worden opgeslagen.',
    ],
  },
  partitions: {
    english: [
      'The history has no partition for tomorrow',
      'Nothing is lost and watching goes on, but a worker failed to make one: see its log.',
    ],
    dutch: [
      'De geschiedenis heeft geen partitie voor morgen',
      'Er gaat niets verloren en de bewaking gaat door, maar een worker kon er geen maken: zie het logboek.',
    ],
  },
}

/** Of an older version, or a newer one. */
const unknownStore: StoreWords = {
  english: [
    'Something that the server needs runs out',
    'Once it has, reports or alerts may no longer be stored.',
  ],
  dutch: [
    'Iets dat de server nodig heeft raakt op',
    'Daarna worden meldingen van apparaten of alarmen mogelijk niet meer opgeslagen.',
  ],
}

function inHours(hours: unknown, before: string, after: string): string {
  return typeof hours === 'number' ? `, ${before} ${formatFact(Math.round(hours))} ${after}` : ''
}
