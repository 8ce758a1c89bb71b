import { afterEach, expect, it, vi } from 'vitest'

vi.stubGlobal('localStorage', { getItem: () => null })
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('location', { hash: '' })

/** The server as one page sees it: who is signed in, and what it was sent. */
const server = {
  who: 'ann' as string | null,
  isThere: true,
  /** What a proxy says in its place. */
  proxySays: null as number | null,
  /** The same, to an act alone. */
  actsSay: null as number | null,
  notes: [] as string[],
  doneAts: [] as (string | undefined)[],
}
vi.stubGlobal('fetch', async (path: string, { body }: { readonly body?: string }) => {
  if (!server.isThere) throw new TypeError('no connection')
  if (server.proxySays !== null) return new Response('<html>', { status: server.proxySays })
  if (server.who === null) return Response.json({}, { status: 401 })
  if (path === '/v1/me')
    return Response.json({ id: server.who, displayName: server.who, roles: ['operator'] })
  if (server.actsSay !== null) return new Response('<html>', { status: server.actsSay })
  const sent = JSON.parse(body ?? '{}') as { readonly note: string; readonly doneAt?: string }
  server.notes.push(`${server.who}: ${sent.note}`)
  server.doneAts.push(sent.doneAt)
  return Response.json({ before: null })
})
const { act, dismiss, flush, isOfAnother, outbox, sendAsNote } =
  await import('../../../../src/desk/page/state/outbox.ts')
const { askWho } = await import('../../../../src/desk/page/state/session.ts')
const { keyOf, noteAnswer } = await import('../../../../src/desk/page/protocol/act-key.ts')

const write = async (note: string) =>
  (await act('alert', '09/1', { kind: 'note', note, key: note })).kind

afterEach(() => {
  outbox.value = []
  Object.assign(server, { who: 'ann', isThere: true, proxySays: null, notes: [], doneAts: [] })
})

it('a note without a connection is kept, and what comes after it waits behind it', async () => {
  await askWho()
  server.isThere = false
  expect(await write('first')).toBe('unsent')
  server.isThere = true
  expect(await write('second')).toBe('unsent')
  await flush()
  expect(server.notes).toEqual(['ann: first', 'ann: second'])
  expect(outbox.value.map(({ state }) => state)).toEqual(['sent', 'sent'])
  // Each says when it was done; what is sent at once says nothing of it.
  const kept = outbox.value.map(({ sinceMs }) => new Date(sinceMs).toISOString())
  expect(server.doneAts).toEqual(kept)
  await write('third')
  expect(server.doneAts.at(-1)).toBe(undefined)
})

it('a note that has gone by itself leaves no key in the tab for the next page to do the same under', async () => {
  const inTab = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    setItem: (name: string, value: string) => inTab.set(name, value),
    removeItem: (name: string) => inTab.delete(name),
  })
  await askWho()
  const key = keyOf('note: no answer', Date.now())
  server.isThere = false
  await write(key)
  noteAnswer('note: no answer', key, { lostAtMs: Date.now(), isKept: true })
  expect(inTab.size).toBe(1)
  server.isThere = true
  await flush()
  expect([server.notes, inTab.size]).toEqual([[`ann: ${key}`], 0])
})

it('a note waits where a proxy alone answers, and is not thrown away as refused', async () => {
  for (const status of [429, 502, 503, 504]) {
    await askWho()
    server.proxySays = status
    expect(await write(`at ${status}`)).toBe('unsent')
    await flush()
    server.proxySays = null
    await flush()
    expect(server.notes.at(-1)).toBe(`ann: at ${status}`)
  }
  // The server starts between the question who is here and the act.
  await askWho()
  const kept = { kind: 'note', note: 'later', key: 'later' } as const
  server.isThere = false
  await act('alert', '09/1', kept)
  server.isThere = true
  server.actsSay = 503
  await flush()
  expect(outbox.value.at(-1)?.state).toBe('unsent')
  server.actsSay = null
  await flush()
  expect(server.notes.at(-1)).toBe('ann: later')
})

it('a kept note is sent by nobody but who wrote it, and holds up nobody else', async () => {
  await askWho()
  server.isThere = false
  await write('of ann')
  Object.assign(server, { isThere: true, who: 'bob' })
  await flush()
  expect(server.notes).toEqual([])
  expect(outbox.value.map(isOfAnother)).toEqual([true])
  expect(await write('of bob')).toBe('done')
  server.who = null
  await flush()
  server.who = 'ann'
  await flush()
  expect(server.notes).toEqual(['bob: of bob', 'ann: of ann'])
})

it('what was typed is not sent as the act of somebody who has signed in since', async () => {
  await askWho()
  server.who = 'bob'
  expect(await write('of ann')).toBe('refused')
  expect([server.notes, outbox.value]).toEqual([[], []])
})

it('a kept note of another can be put away, and one’s own cannot before it is sent', async () => {
  await askWho()
  server.isThere = false
  await write('mine')
  dismiss('mine')
  expect(outbox.value.length).toBe(1)
  Object.assign(server, { isThere: true, who: 'bob' })
  await askWho()
  dismiss('mine')
  expect(outbox.value).toEqual([])
})

it('an act that was refused after waiting goes into the diary as a note, at the time that it was done', async () => {
  await askWho()
  server.isThere = false
  await act('alert', '09/1', {
    kind: 'step',
    step: 'call-police',
    outcome: 'reached',
    key: 'late',
  })
  const sinceMs = outbox.value[0]?.sinceMs ?? 0
  server.isThere = true
  // The alert was closed meanwhile.
  server.actsSay = 409
  await flush()
  expect(outbox.value.map(({ state }) => state)).toEqual(['refused'])
  server.actsSay = null
  sendAsNote('late', 'Police called: safe.')
  // Not twice, however often it is pressed.
  sendAsNote('late', 'Police called: safe.')
  await flush()
  await vi.waitFor(() => expect(outbox.value.map(({ state }) => state)).toEqual(['sent']))
  expect(server.notes).toEqual(['ann: Police called: safe.'])
  expect(server.doneAts).toEqual([new Date(sinceMs).toISOString()])
  // Of another it is never sent.
  server.isThere = false
  await write('mine')
  server.isThere = true
  server.actsSay = 409
  await flush()
  server.actsSay = null
  server.who = 'bob'
  await askWho()
  sendAsNote('mine', 'mine')
  await flush()
  expect(server.notes.length).toBe(1)
})
