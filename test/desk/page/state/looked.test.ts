import { expect, it, vi } from 'vitest'

const kept = new Map<string, string>()
vi.stubGlobal('localStorage', {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => kept.set(key, value),
})
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('location', { hash: '' })
vi.stubGlobal('addEventListener', () => {})
vi.stubGlobal('removeEventListener', () => {})
const { me } = await import('../../../../src/desk/page/state/session.ts')
const { incidents, looked } = await import('../../../../src/desk/page/state/desk.ts')
const { keepLooked, readLooked, saveLooked } =
  await import('../../../../src/desk/page/state/looked.ts')

const sits = (id: string): void => {
  me.value = { id, displayName: id } as never
}

it('what somebody looked at is known after a reload, to them alone, and only of what is open', () => {
  sits('ann')
  const stop = keepLooked()
  incidents.value = new Map([
    ['open', {} as never],
    ['closed', {} as never],
  ])
  saveLooked('closed', { atMs: 1, rank: 2 })
  incidents.value = new Map([['open', {} as never]])
  saveLooked('open', { atMs: 3, rank: 0 })
  sits('bob')
  expect([...looked.value]).toEqual([])
  sits('ann')
  expect([...looked.value]).toEqual([['open', { atMs: 3, rank: 0 }]])
  expect([...kept]).toEqual([['hoede-looked-ann', '[["open",3,0]]']])
  stop()
})

it('what is no list of looks counts as none', () => {
  for (const text of ['{', '3', '[["a","x",1]]', 'null', '[null]']) {
    kept.set('hoede-looked-ann', text)
    expect([...readLooked('ann')]).toEqual([])
  }
  expect([...readLooked(undefined)]).toEqual([])
})
