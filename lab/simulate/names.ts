import { pick } from '../../src/replay/seeded-random.ts'
import type { Random } from '../../src/replay/seeded-random.ts'

/** Dutch-sounding names that belong to nobody and nowhere. */
export function townName(random: Random): string {
  return pick(random, townStarts) + pick(random, townEnds)
}

export function streetName(random: Random): string {
  return pick(random, streetStarts) + pick(random, streetEnds)
}

export function schoolName(random: Random): string {
  return `basisschool De ${pick(random, schoolWords)}`
}

export function workplaceName(random: Random): string {
  return `${pick(random, workplaces)} ${streetName(random)}`
}

/** First names, each given once; a number is added when the list runs out. */
export function createFirstNames(random: Random): () => string {
  let left: string[] = []
  let round = 0
  return () => {
    if (left.length === 0) {
      left = [...firstNames]
      round++
    }
    const index = Math.floor(random.next() * left.length)
    const name = left.splice(index, 1)[0]!
    return round === 1 ? name : `${name} ${round}`
  }
}

const townStarts = ['Lelie', 'Wilgen', 'Kievits', 'Zilver', 'Mos', 'Rietvinken', 'Kalmoes']
const townEnds = ['hage', 'wierde', 'broek', 'sluis', 'monde', 'harde']
const streetStarts = [
  'Merel',
  'Linden',
  'Kastanje',
  'Zwaluw',
  'Berken',
  'Iris',
  'Dotter',
  'Reiger',
  'Korenbloem',
  'Vlier',
  'Ooievaar',
  'Sering',
  'Hazelaar',
  'Klaproos',
  'Specht',
]
const streetEnds = ['straat', 'laan', 'weg', 'pad', 'hof', 'singel', 'kade', 'dreef']
const schoolWords = ['Regenboog', 'Wilgen', 'Vuurtoren', 'Klimop', 'Zonnewijzer', 'Egelantier']
const workplaces = ['kantoor', 'werkplaats', 'magazijn', 'winkel', 'zorgcentrum', 'kwekerij']
const firstNames = [
  'Aad',
  'Bente',
  'Coen',
  'Doortje',
  'Eelco',
  'Femke',
  'Gijs',
  'Hanneke',
  'Ilse',
  'Jorrit',
  'Karlijn',
  'Luuk',
  'Marleen',
  'Nienke',
  'Otto',
  'Pleun',
  'Quinten',
  'Roos',
  'Sietse',
  'Tirza',
  'Udo',
  'Vera',
  'Wessel',
  'Xander',
  'Yfke',
  'Zeger',
  'Anouk',
  'Bram',
  'Dirkje',
  'Evert',
  'Fenna',
  'Harm',
  'Jikke',
  'Koen',
  'Lotte',
  'Maarten',
  'Noor',
  'Pier',
  'Sanne',
  'Teun',
]
