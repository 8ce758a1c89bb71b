import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hashToken, insertApiClient, makeToken } from '../../../src/store/registry/api-clients.ts'
import { setStaffRoles } from '../../../src/store/people/staff-accounts.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { lastAlertEventSequence } from '../../../src/store/alerts/alert-events.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { makeAlertDraft, raised, saveContextAt } from '../../support/alert-drafts.ts'
import { openEventStream, type EventStream } from '../../support/event-stream.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { signInAs } from '../../support/signed-in.ts'
import { createRandom } from '../../support/random.ts'
import { waitUntil } from '../../support/wait-until.ts'
import { withoutIdsAndTimes } from '../../support/without-ids-and-times.ts'

let world: TestApp
let address: string
const streams = new Set<EventStream>()

beforeAll(async () => {
  world = await createTestApp()
  address = await world.app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(() => {
  for (const stream of streams) stream.close()
  streams.clear()
})
afterAll(() => world.close())

async function open(
  lastEventId?: string,
  token: string = world.tokens.operator,
): Promise<EventStream> {
  // The limit on calls per second is by the app's clock.
  world.clock.timeMs += 1_000
  const stream = await openEventStream({
    address,
    token,
    ...(lastEventId === undefined ? {} : { lastEventId }),
  })
  streams.add(stream)
  return stream
}

async function raise(count: number): Promise<string[]> {
  const effects = Array.from({ length: count }, () => raised())
  await inTransaction(world.database.pool, (tx) =>
    saveEffects(tx, effects, saveContextAt(Date.now())),
  )
  return effects.map(({ alert }) => alert.id)
}

async function sequencesAfter(sequence: number): Promise<number[]> {
  const found = await world.database.pool.query<{ sequence: number }>(
    'select sequence from alert_events where sequence > $1 order by sequence',
    [sequence],
  )
  return found.rows.map((row) => row.sequence)
}

function idsOf(stream: EventStream): number[] {
  return stream.events.map(({ id }) => id)
}

describe('the live stream', () => {
  it('the live stream carries CloudEvents of the Dutch profile, with the headers of every answer', async () => {
    const stream = await open()
    expect(stream.status).toBe(200)
    expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    expect(stream.headers['api-version']).toBe('1.0.0')
    expect(stream.headers['x-content-type-options']).toBe('nosniff')
    expect(stream.headers['cache-control']).toBe('no-store')
    const draft = makeAlertDraft({ distanceMeters: 412.5 })
    await inTransaction(world.database.pool, (tx) =>
      saveEffects(tx, [{ type: 'alert-raised', alert: draft }], saveContextAt(Date.now())),
    )
    await waitUntil('the event', () => stream.events.length === 1)
    const [first] = stream.events
    expect(first?.event).toMatchObject({
      specversion: '1.0',
      source: 'urn:nld:oin:00000000000000000000:systeem:hoede',
      type: 'nl.hoede.alerts.raised',
      subject: draft.id,
      datacontenttype: 'application/json',
      sequence: String(first?.id).padStart(19, '0'),
    })
    expect(first?.event.data).toMatchObject({
      alertId: draft.id,
      kind: 'location-ban-breach',
      priority: 'P1',
      status: 'open',
      late: false,
    })
    expect(withoutIdsAndTimes(first?.event)).not.toMatch(/412|distance|longitude|reason/)
  })

  it('the live stream starts from now without a last id, and from the beginning with 0', async () => {
    await raise(3)
    const fresh = await open()
    const all = await open('0')
    await waitUntil('the whole past', async () => {
      return all.events.length === (await sequencesAfter(0)).length
    })
    expect(fresh.events).toEqual([])
    await raise(1)
    await waitUntil('the new one', () => fresh.events.length === 1)
    await waitUntil('the new one here too', async () => {
      return all.events.length === (await sequencesAfter(0)).length
    })
    expect(idsOf(all)).toEqual(await sequencesAfter(0))
  })

  it('the live stream goes on after a last id that is too new as if it were the newest', async () => {
    const stream = await open('9007199254740991')
    await raise(1)
    await waitUntil('the event', () => stream.events.length === 1)
  })

  it.each(['abc', '-1', '1.5', '99999999999999999999'])(
    'the live stream refuses the last id %s',
    async (id) => {
      expect((await open(id)).status).toBe(400)
    },
  )

  it('the live stream misses nothing and repeats nothing in a storm of reconnects', async () => {
    const seed = 20_261_123
    const random = createRandom(seed)
    const start = await lastAlertEventSequence(world.database.pool)
    const seen: number[] = []
    for (let round = 0; round < 40; round += 1) {
      // Connected before, during or after the events come, and cut at any moment.
      const raising = raise(1 + Math.floor(random() * 20))
      const stream = await open(String(seen.at(-1) ?? start))
      await raising
      const wanted = Math.floor(random() * 10)
      await waitUntil('some events', () => stream.events.length >= Math.min(wanted, 1))
      stream.close()
      seen.push(...idsOf(stream))
    }
    const last = await open(String(seen.at(-1) ?? start))
    const expected = await sequencesAfter(start)
    await waitUntil('the rest', () => seen.length + last.events.length >= expected.length)
    expect([...seen, ...idsOf(last)], `seed ${seed}`).toEqual(expected)
  })

  it('the live stream gives a hundred desks the same events in the same order', async () => {
    const start = await lastAlertEventSequence(world.database.pool)
    // A token carries ten streams.
    const tokens = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const token = makeToken()
        const client = { role: 'operator', vendorId: null, deviceId: null } as const
        await insertApiClient(
          world.database.pool,
          { ...client, name: `Room ${index}` },
          hashToken(token),
        )
        return token
      }),
    )
    const desks = await Promise.all(
      tokens.flatMap((token) =>
        Array.from({ length: 10 }, (_, index) =>
          open(index % 2 === 0 ? undefined : String(start), token),
        ),
      ),
    )
    for (let round = 0; round < 10; round += 1) await raise(20)
    const expected = await sequencesAfter(start)
    expect(expected).toHaveLength(200)
    await waitUntil('every desk has all', () =>
      desks.every((desk) => desk.events.length >= expected.length),
    )
    for (const desk of desks) expect(idsOf(desk)).toEqual(expected)
  })

  it('the live stream carries a burst larger than any buffer, to a desk that reads and to one that lags', async () => {
    const start = await lastAlertEventSequence(world.database.pool)
    const [lagging, quick] = [await open(), await open()]
    lagging.pause()
    for (let round = 0; round < 10; round += 1) await raise(500)
    const expected = await sequencesAfter(start)
    await waitUntil('the quick desk has all', () => quick.events.length === expected.length, 20_000)
    expect(idsOf(quick)).toEqual(expected)
    lagging.resume()
    await waitUntil(
      'the lagging desk has all',
      () => lagging.events.length === expected.length,
      20_000,
    )
    expect(idsOf(lagging)).toEqual(expected)
  })

  it('the live stream has no HEAD, which would never end', async () => {
    const answer = await fetch(`${address}/v1/alert-events`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${world.tokens.operator}` },
    })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET')
  })

  it('the live stream is ended at once when its token is revoked, and those of other tokens are not', async () => {
    const made = await world.call('administrator', 'POST', '/v1/api-clients', {
      name: 'A desk that closes',
      role: 'operator',
    })
    const stream = await openEventStream({ address, token: String(made.body['token']) })
    streams.add(stream)
    const other = await open()
    await world.call('administrator', 'POST', `/v1/api-clients/${String(made.body['id'])}/_revoke`)
    await waitUntil('it is ended', stream.isClosed)
    expect(other.isClosed()).toBe(false)
  })

  it('the live stream of somebody whose role is taken away is ended within a moment', async () => {
    const person = await signInAs(world, { roles: ['operator'] })
    const answer = await fetch(`${address}/v1/alert-events`, {
      headers: { cookie: person.cookie, 'sec-fetch-site': 'same-origin' },
    })
    expect(answer.status).toBe(200)
    await setStaffRoles(world.database.pool, person.staffId, ['auditor'], null)
    // It has no end but this.
    await expect(Array.fromAsync(answer.body ?? [])).rejects.toThrow('terminated')
  }, 20_000)

  it('the live stream is ended when the server stops', async () => {
    const stream = await open()
    expect(stream.isClosed()).toBe(false)
    await world.app.close()
    await waitUntil('it is ended', stream.isClosed)
  })
})
