import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { advisoryLocks } from '../../../src/store/pg/advisory-locks.ts'

it('no two advisory locks have one number', () => {
  const numbers = Object.values(advisoryLocks)
  expect(new Set(numbers).size).toBe(numbers.length)
})

it('the functions of the schema take the locks of the list', () => {
  const schema = readFileSync('src/store/schema.sql', 'utf8')
  const taken = [...schema.matchAll(/advisory_xact_lock(?:_shared)?\((\d+)\)/g)].map(
    (match) => match[1],
  )
  expect(new Set(taken)).toEqual(
    new Set([advisoryLocks.alertEvents, advisoryLocks.holds, advisoryLocks.journal]),
  )
})
