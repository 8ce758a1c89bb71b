import { expect, it } from 'vitest'
import { protectionStateSchema } from '../../../src/schemas/protection-state.ts'
import { protectionStateBodyOf } from '../../../src/http/answers/protection-state-answer.ts'

const id = '019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e21'

it.each([
  ['protected', false, 'protected', []],
  ['protected', true, 'unknown', ['detection-behind']],
  [null, false, 'unknown', ['not-judged-yet']],
  [null, true, 'unknown', ['not-judged-yet', 'detection-behind']],
] as const)(
  'the state %s on record, with detection behind %s, is answered as %s',
  (recorded, isBehind, state, codes) => {
    const record = {
      id,
      reference: '09/1-26',
      state: recorded,
      reasons: recorded === null ? null : [],
      changedAtMs: recorded === null ? null : 1_000,
    }
    const body = protectionStateBodyOf(record, { isBehind, judgedAtMs: 2_000 })
    expect(protectionStateSchema.parse(body)).toEqual(body)
    expect(body.state).toBe(state)
    expect(body.reasons.map(({ code }) => code)).toEqual(codes)
  },
)
