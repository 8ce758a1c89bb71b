import type { Addresses } from '../../core/roads/street-map.ts'
import type { Tags } from '../pbf/block.ts'
import { Growing } from './growing.ts'
import type { Names } from './names.ts'

/** House numbers as they are found. A country has ten million, so that no text is kept of any. */
export class AddressList {
  private readonly columns = {
    longitudesE7: new Growing(Int32Array),
    latitudesE7: new Growing(Int32Array),
    streets: new Growing(Uint32Array),
    numbers: new Growing(Uint32Array),
    postcodes: new Growing(Uint32Array),
    towns: new Growing(Uint32Array),
  }
  private readonly names: Names

  constructor(names: Names) {
    this.names = names
  }

  /** Of what carries these tags, if it has a number at all. */
  add(longitudeE7: number, latitudeE7: number, tags: Tags): void {
    if (!tags.has('addr:housenumber')) return
    const { columns, names } = this
    columns.longitudesE7.push(longitudeE7)
    columns.latitudesE7.push(latitudeE7)
    columns.streets.push(names.numberOf(tags.get('addr:street') ?? tags.get('addr:place')))
    columns.numbers.push(names.numberOf(tags.get('addr:housenumber')))
    columns.postcodes.push(names.numberOf(tags.get('addr:postcode')))
    columns.towns.push(names.numberOf(tags.get('addr:city')))
  }

  finish(): Addresses {
    const { columns } = this
    return withoutTwins({
      longitudesE7: columns.longitudesE7.take(),
      latitudesE7: columns.latitudesE7.take(),
      streets: columns.streets.take(),
      numbers: columns.numbers.take(),
      postcodes: columns.postcodes.take(),
      towns: columns.towns.take(),
    })
  }
}

/**
 * One house is often mapped twice, as a node and as its building: the first stays. Rows are found
 * again by open addressing over their numbers alone.
 */
function withoutTwins(all: Addresses): Addresses {
  const { longitudesE7, latitudesE7, streets, numbers, postcodes } = all
  const slotCount = 2 ** Math.ceil(Math.log2(2 * streets.length + 1))
  const rowOf = new Int32Array(slotCount).fill(-1)
  // Streets of one name in two towns without a town in the data lie far from each other.
  const about = (values: Int32Array, row: number) => Math.round((values[row] ?? 0) / aboutE7)
  const isSame = (one: number, other: number) =>
    streets[one] === streets[other] &&
    numbers[one] === numbers[other] &&
    postcodes[one] === postcodes[other] &&
    about(longitudesE7, one) === about(longitudesE7, other) &&
    about(latitudesE7, one) === about(latitudesE7, other)
  let kept = 0
  for (let row = 0; row < streets.length; row++) {
    let slot = streets[row] ?? 0
    for (const part of [numbers[row] ?? 0, postcodes[row] ?? 0, about(longitudesE7, row)]) {
      slot = Math.imul(slot ^ part, 0x9e3779b1)
      slot ^= slot >>> 15
    }
    slot &= slotCount - 1
    while ((rowOf[slot] ?? -1) >= 0 && !isSame(rowOf[slot] ?? 0, row)) {
      slot = (slot + 1) & (slotCount - 1)
    }
    if ((rowOf[slot] ?? -1) >= 0) continue
    for (const column of Object.values(all)) column[kept] = column[row] ?? 0
    rowOf[slot] = kept++
  }
  return {
    longitudesE7: longitudesE7.slice(0, kept),
    latitudesE7: latitudesE7.slice(0, kept),
    streets: streets.slice(0, kept),
    numbers: numbers.slice(0, kept),
    postcodes: postcodes.slice(0, kept),
    towns: all.towns.slice(0, kept),
  }
}

/** About a kilometre. */
const aboutE7 = 1e5
