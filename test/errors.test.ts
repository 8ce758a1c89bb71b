import { expect, it } from 'vitest'
import {
  CorruptJournal,
  errorCodes,
  OperatingError,
  RefusedInput,
  StartError,
} from '../src/errors.ts'

it.each(Object.entries(errorCodes))(
  'the error %s has a status of HTTP or none, and one sentence',
  (code, entry) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    if (entry.status !== null) expect(entry.status).toBeGreaterThanOrEqual(400)
    expect(entry.sentence).toMatch(/^[A-Z].*[.]$/)
    expect(entry.sentence).not.toMatch(/\. /)
  },
)

it('a refusal carries its code, its status and every fault', () => {
  const fault = {
    pointer: '/positions/0/latitude',
    code: 'out-of-range',
    detail: 'expected −90 to 90',
  }
  const refused = new RefusedInput('invalid-request', null, [fault])
  expect(refused).toMatchObject({
    status: 400,
    message: errorCodes['invalid-request'].sentence,
    faults: [fault],
  })
})

it('an operating error keeps its cause', () => {
  const cause = new Error('connection reset')
  for (const error of [
    new OperatingError('database-unavailable', null, cause),
    new StartError('database-unavailable', null, cause),
    new CorruptJournal('expected 12 bytes, got 3', cause),
  ]) {
    expect(error.cause).toBe(cause)
    expect(error).toBeInstanceOf(OperatingError)
  }
  expect(new OperatingError('overloaded').status).toBe(503)
})
