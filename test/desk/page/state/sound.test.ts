import { expect, it, vi } from 'vitest'

// The words of the page read what the browser keeps; there is no browser here.
vi.stubGlobal('localStorage', { getItem: () => null })
vi.stubGlobal('document', { documentElement: {} })
const { countCalls } = await import('../../../../src/desk/page/state/sound.ts')

const incident = (status: string, toldAt: string) =>
  ({ incidentId: 'a', alerts: [{ priority: 'P1', status, toldAt }] }) as never
const known = (...entries: readonly [string, never][]) => new Map(entries)

it('a call sounds for what is new or told again, beside others that were open already', () => {
  const old = incident('open', '2026-11-23T18:30:00Z')
  const again = incident('open', '2026-11-23T18:31:00Z')
  expect(countCalls(known(['a', old]), known(['a', old], ['b', old]), 'P1')).toBe(1)
  expect(countCalls(known(['a', old]), known(['a', again]), 'P1')).toBe(1)
  expect(countCalls(known(['a', old]), known(['a', old]), 'P1')).toBe(0)
  expect(
    countCalls(known(), known(['a', incident('acknowledged', '2026-11-23T18:31:00Z')]), 'P1'),
  ).toBe(0)
})
