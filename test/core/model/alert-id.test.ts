import { expect, it } from 'vitest'
import { alertId, startOfAlert } from '../../../src/core/model/alert-id.ts'

const startMs = Date.UTC(2026, 10, 2, 12)

it('an alert id is a version 8 UUID that begins with the start of the episode', () => {
  const id = alertId(['order', 'location-ban-breach', 'ban'], startMs)
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(startMs)
  expect([id, alertId(['x'], startMs + 0.5)].map(startOfAlert)).toEqual([startMs, startMs])
})

it('an alert id is the same for the same facts', () => {
  expect(alertId(['a', 'b'], startMs)).toBe(alertId(['a', 'b'], startMs))
})

it('an alert id differs when any fact differs, and when the parts only read the same joined', () => {
  const ids = [
    alertId(['a', 'b'], startMs),
    alertId(['a', 'c'], startMs),
    alertId(['ab'], startMs),
    alertId(['a', 'b', ''], startMs),
    alertId(['a', 'b'], startMs + 1),
    alertId(['a', 'b'], startMs + 0.5),
  ]
  expect(new Set(ids).size).toBe(ids.length)
})

it('an alert id sorts by time', () => {
  const ids = [3, 1, 2].map((seconds) => alertId(['x'], startMs + seconds * 1000))
  expect(ids.toSorted()).toEqual([ids[1], ids[2], ids[0]])
})

it('an alert id refuses a time before 1970', () => {
  expect(() => alertId(['x'], -1)).toThrow('after 1970')
})
