import { describe, expect, it } from 'vitest'
import { CorruptJournal } from '../../../src/errors.ts'
import {
  openPayload,
  packUuids,
  sealPayload,
  UuidReader,
} from '../../../src/store/journal/journal-frame.ts'

const uuids = ['0192f3a4-5b6c-7d8e-9f00-112233445566', 'ffffffff-ffff-ffff-ffff-ffffffffffff']

describe('the frame of a packed row', () => {
  it('a frame gives back the row that it was put around', () => {
    const sealed = sealPayload(2, 7, [Buffer.from('ab'), Buffer.from('c')])
    expect(openPayload(sealed, 2)).toEqual({ count: 7, body: Buffer.from('abc') })
  })

  it('a row of a later format is refused by name, not by its checksum', () => {
    const sealed = sealPayload(2, 7, [Buffer.from('abc')])
    sealed.writeUInt8(2, 0)
    expect(() => openPayload(sealed, 2)).toThrow('expected format version 1, got 2')
  })

  it('a row shorter than its frame is refused', () => {
    expect(() => openPayload(Buffer.alloc(11), 1)).toThrow(CorruptJournal)
  })
})

describe('the table of device ids', () => {
  it('the table of device ids holds each id once and says for each entry which', () => {
    const entries = [uuids[1], uuids[0], uuids[1]].map((deviceId) => ({ deviceId: deviceId ?? '' }))
    const { table, indices } = packUuids(entries)
    expect([...indices]).toEqual([0, 1, 0])
    const reader = new UuidReader(table)
    expect([reader.get(0), reader.get(1)]).toEqual([uuids[1], uuids[0]])
    expect(reader.endsAt).toBe(table.length)
    expect(() => reader.get(2)).toThrow('expected one of 2 device ids, got number 2')
  })

  it.each([
    ['upper case', '0192F3A4-5b6c-7d8e-9f00-112233445566'],
    ['no hyphens', '0192f3a45b6c7d8e9f00112233445566'],
    ['a letter too far', '0192g3a4-5b6c-7d8e-9f00-112233445566'],
    ['too short', '0192f3a4-5b6c-7d8e-9f00-11223344556'],
    ['a sign outside ASCII', '0192f3a4-5b6c-7d8e-9f00-11223344556é'],
    ['nothing', ''],
  ])('the table of device ids takes no id with %s', (_, deviceId) => {
    expect(() => packUuids([{ deviceId }])).toThrow('lower-case UUIDs')
  })

  it('a table of device ids is refused when it says more ids than there are', () => {
    const { table } = packUuids([{ deviceId: uuids[0] ?? '' }])
    table.writeUInt32LE(1_000_000, 0)
    expect(() => new UuidReader(table)).toThrow(CorruptJournal)
    expect(() => new UuidReader(Buffer.alloc(3))).toThrow(CorruptJournal)
  })
})
