import { createCipheriv, hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openPairs, sealPairs } from '../../../src/store/keys/place-cipher.ts'

const key = Buffer.alloc(32, 7)
const ownerId = '0192f000-0000-7000-8000-000000000001'
const row = { ownerId, atMs: 1_795_000_010_000 }
const place = { row, column: 'place', first: 4.8952345, second: 52.3702157 } as const

it('a pair comes back to the last digit, whatever lies beside it', () => {
  const number = fc.option(
    fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      fc.integer({ min: -180_000_000, max: 180_000_000 }).map((value) => value / 1e6),
    ),
    { nil: null },
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { minLength: 1 }), (given) => {
      const pairs = given.map(([first, second]) => ({ ...place, first, second }))
      const sealed = sealPairs(key, pairs).map((digits) => ({
        row,
        column: place.column,
        sealed: Buffer.from(digits, 'hex'),
      }))
      expect(openPairs(key, sealed)).toEqual(given)
    }),
  )
})

it('the cipher is AES-256-XTS, as another program does it', () => {
  const halves = Buffer.from(hkdfSync('sha512', key, '', 'places', 64))
  const unit = createCipheriv('aes-256-ecb', halves.subarray(32), null)
    .setAutoPadding(false)
    .update(Buffer.from(ownerId.replaceAll('-', ''), 'hex'))
  unit.writeBigInt64BE(unit.readBigInt64BE(8) ^ BigInt(row.atMs), 8)
  const plain = Buffer.alloc(16)
  plain.writeIntBE(4_895_234_500, 0, 5)
  plain.writeIntBE(52_370_215_700, 5, 5)
  const expected = createCipheriv('aes-256-xts', halves, unit).update(plain)
  expect(sealPairs(key, [place])).toEqual([expected.toString('hex')])
})

it('one that was touched, or laid in another row, moment or column, does not open', () => {
  const long = { ...place, first: 1 / 3 }
  const [short = Buffer.alloc(0), both = Buffer.alloc(0)] = [place, long].map((pair) =>
    Buffer.from(sealPairs(key, [pair])[0] ?? '', 'hex'),
  )
  for (const sealed of [short, both]) {
    const touched = Buffer.from(sealed)
    touched[3] = (touched[3] ?? 0) ^ 1
    const here = { row, column: 'place', sealed } as const
    expect(
      openPairs(key, [
        here,
        { ...here, sealed: touched },
        { ...here, sealed: sealed.subarray(1) },
        { ...here, row: { ...row, atMs: row.atMs + 1 } },
        { ...here, row: { ...row, ownerId: ownerId.replace('1', '2') } },
        { ...here, column: 'motion' },
      ]).map((pair) => pair !== null),
    ).toEqual([true, false, false, false, false, false])
  }
  expect(openPairs(Buffer.alloc(32, 8), [{ row, column: 'place', sealed: short }])).toEqual([null])
})
