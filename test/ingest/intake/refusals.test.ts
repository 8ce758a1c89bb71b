import { describe, expect, it } from 'vitest'
import { describeRefusal } from '../../../src/ingest/intake/refusals.ts'

describe('the sentence of a refusal', () => {
  it('the sentence of a refusal names each field with what is wrong with it', () => {
    const sentence = describeRefusal({
      index: 0,
      reasons: [
        { field: 'latitude', code: 'out-of-range', detail: 'expected less' },
        { field: null, code: 'encrypted', detail: 'expected no secrets' },
      ],
      body: null,
    })
    expect(sentence).toBe('latitude: expected less; expected no secrets')
  })
})
