import { afterEach, beforeEach, expect, it, vi } from 'vitest'

vi.stubGlobal('localStorage', { getItem: () => null })
const here = { visibilityState: 'visible', onVisible: () => {} }
vi.stubGlobal('document', {
  documentElement: {},
  get visibilityState() {
    return here.visibilityState
  },
  addEventListener: (_type: string, listener: () => void) => (here.onVisible = listener),
  removeEventListener: () => {},
})
const id = '00000000-0000-4000-8000-000000000001'
vi.stubGlobal('location', { hash: `#/incidents/${id}` })
const told: unknown[] = []
let isThere = true
vi.stubGlobal('fetch', async (_path: string, { body }: { readonly body: string }) => {
  if (!isThere) throw new TypeError('no connection')
  told.push(JSON.parse(body))
  return Response.json({})
})
const { me } = await import('../../../../src/desk/page/state/session.ts')
const { incidents, rows } = await import('../../../../src/desk/page/state/desk.ts')
const { keepLooked } = await import('../../../../src/desk/page/state/looked.ts')

const toldAt = '2026-11-20T21:04:10.000Z'
const alert = { status: 'open', priority: 'P2', toldAt, occurredAt: toldAt, recallAt: null }
const list = (looked: object | null, changes: object = {}): void => {
  const alerts = [{ ...alert, ...changes }]
  incidents.value = new Map([[id, { incidentId: id, looked, shelved: [], alerts } as never]])
}
const sits = (name: string): void => {
  me.value = { id: name, displayName: name } as never
}
const seen = () => rows.value[0]?.change

let stop = (): void => {}
beforeEach(() => {
  sits('ann')
  incidents.value = new Map()
  told.length = 0
  isThere = true
  here.visibilityState = 'visible'
})
afterEach(() => stop())

it('what is open on a page that somebody sees is looked at, once for each that it tells', async () => {
  stop = keepLooked()
  list(null)
  expect(told).toEqual([{ incidentId: id, toldAt, rank: 2 }])
  expect(seen()).toBe(null)
  list(null)
  expect(told.length).toBe(1)
  list(null, { priority: 'P1' })
  expect(told.length).toBe(2)
  // Known from another seat, nothing is told.
  list({ toldAt: '2026-11-20T22:00:00.000Z', rank: 2 }, { toldAt: '2026-11-20T22:00:00.000Z' })
  expect([told.length, seen()]).toEqual([2, null])
})

it('an incident whose newest alert is closed is looked at once more, as what is left of it', () => {
  stop = keepLooked()
  const newest = '2026-11-20T22:00:00.000Z'
  list(null, { toldAt: newest, priority: 'P1' })
  list({ toldAt: newest, rank: 0 })
  list({ toldAt: newest, rank: 2 })
  const look = { incidentId: id, toldAt: newest }
  expect(told).toEqual([
    { ...look, rank: 0 },
    { ...look, rank: 2 },
  ])
  expect(seen()).toBe(null)
})

it('a page that nobody sees looks at nothing until it is seen', () => {
  here.visibilityState = 'hidden'
  stop = keepLooked()
  list(null)
  expect([told.length, seen()]).toEqual([0, 'new'])
  here.visibilityState = 'visible'
  here.onVisible()
  expect([told.length, seen()]).toEqual([1, null])
})

it('a look that did not arrive is told with the next list, and never as that of the next person', async () => {
  stop = keepLooked()
  isThere = false
  list(null)
  await vi.waitFor(() => expect(seen()).toBe(null))
  await new Promise((resolve) => setImmediate(resolve))
  isThere = true
  list(null)
  expect(told).toEqual([{ incidentId: id, toldAt, rank: 2 }])
  isThere = false
  list(null, { priority: 'P1' })
  await new Promise((resolve) => setImmediate(resolve))
  isThere = true
  here.visibilityState = 'hidden'
  sits('bob')
  list(null, { priority: 'P1' })
  expect([told.length, seen()]).toEqual([1, 'new'])
})
