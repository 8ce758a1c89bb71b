import { formatFact } from './sentence.ts'
import type { Sentence } from './sentence.ts'

/** What runs out, how soon where that is known, and what comes of it. */
export const storageLow: Sentence = {
  english: ({ facts }) => {
    const [what = 'Something that the server needs runs out'] = wordsOf(facts['store'])
    return `${what}${inHours(facts['hoursLeft'], 'in about', 'hours')}. When it has, nothing more is taken in and nobody is watched.`
  },
  dutch: ({ facts }) => {
    const [, what = 'Iets dat de server nodig heeft raakt op'] = wordsOf(facts['store'])
    return `${what}${inHours(facts['hoursLeft'], 'over ongeveer', 'uur')}. Is het op, dan komt er niets meer binnen en wordt niemand bewaakt.`
  },
}

function wordsOf(store: unknown): readonly string[] {
  return typeof store === 'string' ? (stores[store] ?? []) : []
}

const stores: Readonly<Record<string, readonly [string, string]>> = {
  disk: ['The disk of the server is getting full', 'De schijf van de server raakt vol'],
  connections: [
    'The connections of the database are nearly all in use',
    'De verbindingen van de database zijn bijna allemaal in gebruik',
  ],
  sequences: [
    'The numbers of a sequence of the database run out',
    'De nummers van een reeks in de database raken op',
  ],
  partitions: [
    'The history has no partition for tomorrow',
    'De geschiedenis heeft geen partitie voor morgen',
  ],
}

function inHours(hours: unknown, before: string, after: string): string {
  return typeof hours === 'number' ? `, ${before} ${formatFact(Math.round(hours))} ${after}` : ''
}
