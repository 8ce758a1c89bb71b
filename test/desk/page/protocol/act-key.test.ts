import { beforeEach, expect, it, vi } from 'vitest'

const kept = new Map<string, string>()
vi.stubGlobal('sessionStorage', {
  getItem: (name: string) => kept.get(name) ?? null,
  setItem: (name: string, value: string) => kept.set(name, value),
  removeItem: (name: string) => kept.delete(name),
})

/** A page that is loaded anew: what it kept in its own memory is gone. */
async function loadPage() {
  vi.resetModules()
  return await import('../../../../src/desk/page/protocol/act-key.ts')
}

const answered = { lostAtMs: null, isKept: false }
const lostAt = (lostAtMs: number, isKept = false) => ({ lostAtMs, isKept })

beforeEach(() => kept.clear())

it('an act whose answer was lost keeps its key for two minutes, until an answer comes', async () => {
  const { keyOf, noteAnswer } = await loadPage()
  const key = keyOf('escalated', 1_000)
  expect(keyOf('escalated', 1_000)).not.toBe(key)
  noteAnswer('escalated', key, lostAt(1_000))
  expect(keyOf('escalated', 120_999)).toBe(key)
  expect(keyOf('escalated', 121_000)).not.toBe(key)
  expect(keyOf('escalated to another', 1_001)).not.toBe(key)
  noteAnswer('escalated', key, answered)
  expect(keyOf('escalated', 1_001)).not.toBe(key)
})

it('an act keeps its key in a page loaded anew, lost or still on its way, and nothing of what it says', async () => {
  const before = await loadPage()
  const onItsWay = before.keyOf('escalated to the supervisor', 1_000)
  const lost = before.keyOf('offered to M.', 1_000)
  before.noteAnswer('offered to M.', lost, lostAt(2_000))
  expect([...kept.values()].join()).not.toMatch(/escalated|offered|M\./)
  const after = await loadPage()
  expect(after.keyOf('escalated to the supervisor', 120_999)).toBe(onItsWay)
  expect(after.keyOf('offered to M.', 3_000)).toBe(lost)
  after.noteAnswer('offered to M.', lost, answered)
  after.noteAnswer('escalated to the supervisor', onItsWay, answered)
  expect(after.keyOf('offered to M.', 3_001)).not.toBe(lost)
  expect((await loadPage()).keyOf('escalated to the supervisor', 3_002)).not.toBe(onItsWay)
})

it('an act that the page sends by itself is another one when it is pressed again, and the same in a page loaded anew', async () => {
  const before = await loadPage()
  const key = before.keyOf('note: nobody answers', 1_000)
  before.noteAnswer('note: nobody answers', key, lostAt(1_000, true))
  const after = await loadPage()
  expect(after.keyOf('note: nobody answers', 2_000)).toBe(key)
  expect(before.keyOf('note: nobody answers', 2_000)).not.toBe(key)
})

it('an act that was answered leaves nothing in the browser', async () => {
  const { keyOf, noteAnswer } = await loadPage()
  noteAnswer('shelved', keyOf('shelved', 1_000), answered)
  expect(kept.size).toBe(0)
})

it('an act that was kept and has gone by itself is another one when it is done again, in a page loaded anew too', async () => {
  const before = await loadPage()
  const key = before.keyOf('note: nobody answers', 1_000)
  before.noteAnswer('note: nobody answers', key, lostAt(1_000, true))
  before.noteKeptAnswer(key, 4_000)
  expect(kept.size).toBe(0)
  const after = await loadPage()
  expect(after.keyOf('note: nobody answers', 5_000)).not.toBe(key)
})
