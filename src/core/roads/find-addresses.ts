import { plainText } from '../model/plain-text.ts'
import { placeAt, type Place } from './points-on-edges.ts'
import type { StreetMap } from './street-map.ts'

/**
 * Addresses of the map that a text names: postcode and number (`3511 AB 12`), or street and number
 * with perhaps a town (`Dorpsstraat 12, Ede`). At most `countMax`, and all that fit as well: which
 * one is meant is for a person to say. A text without a number, or with nothing before it, finds
 * nothing.
 */
export function findAddresses(map: StreetMap, text: string, countMax: number): FoundAddress[] {
  const asked = readText(text)
  if (asked === null) return []
  const { addresses } = map
  const names = plainNamesOf(map)
  const isNumber = markNames(names, (name) => withoutSpaces(name) === asked.number)
  const isFirst = markNames(
    names,
    asked.isPostcode
      ? (name) => withoutSpaces(name) === asked.first
      : (name) => name === asked.first,
  )
  const firsts = asked.isPostcode ? addresses.postcodes : addresses.streets
  const found: FoundAddress[] = []
  for (let index = 0; index < firsts.length && found.length < countMax; index++) {
    if (isFirst[firsts[index] ?? 0] !== 1 || isNumber[addresses.numbers[index] ?? 0] !== 1) continue
    const one = describe(map, index)
    if (asked.town === '' || plainText(one.town).startsWith(asked.town)) found.push(one)
  }
  return found
}

export type FoundAddress = Place & {
  readonly street: string
  readonly number: string
  readonly postcode: string
  /** Empty where the map does not say. */
  readonly town: string
}

type AskedAddress = {
  readonly isPostcode: boolean
  readonly first: string
  readonly number: string
  readonly town: string
}

function readText(text: string): AskedAddress | null {
  const [before = '', ...after] = plainText(text).split(',')
  const postcode = /^(\d{4} ?[a-z]{2})[ ,]+(\d+.*)$/.exec(plainText(text).replaceAll(',', ' '))
  if (postcode !== null) {
    const [, first = '', number = ''] = postcode
    return {
      isPostcode: true,
      first: withoutSpaces(first),
      number: withoutSpaces(number),
      town: '',
    }
  }
  const street = /^(.+?) (\d+ ?[a-z]?(?:[-/][a-z0-9]+)?)$/.exec(before.trim())
  if (street === null) return null
  const [, first = '', number = ''] = street
  return {
    isPostcode: false,
    first: first.trim(),
    number: withoutSpaces(number),
    town: after.join(' ').trim(),
  }
}

/** Of a country it takes tenths of a second, so it is done once for each map. */
function plainNamesOf(map: StreetMap): readonly string[] {
  const known = plainNames.get(map)
  if (known !== undefined) return known
  const made = map.names.map(plainText)
  plainNames.set(map, made)
  return made
}

const plainNames = new WeakMap<StreetMap, readonly string[]>()

/** One for each name of the map that fits: a country has some hundred thousand of them. */
function markNames(names: readonly string[], fits: (name: string) => boolean): Uint8Array {
  return Uint8Array.from(names, (name) => (name !== '' && fits(name) ? 1 : 0))
}

function withoutSpaces(text: string): string {
  return text.replaceAll(' ', '')
}

function describe({ addresses, names }: StreetMap, index: number): FoundAddress {
  const nameOf = (column: Uint32Array) => names[column[index] ?? 0] ?? ''
  return {
    ...placeAt(addresses.longitudesE7, addresses.latitudesE7, index),
    street: nameOf(addresses.streets),
    number: nameOf(addresses.numbers),
    postcode: nameOf(addresses.postcodes),
    town: nameOf(addresses.towns),
  }
}
