import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createAlertHub, type AlertHub } from '../../src/live/alert-hub.ts'
import type { StreamEvent } from '../../src/live/alert-event-source.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { openEventStream, type EventStream } from '../support/event-stream.ts'
import { waitUntil } from '../support/wait-until.ts'

const nobody = { organisationId: null, vendorId: null, protectionOrderId: null }

const log = createSilentLog()
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

type Faults = {
  reads: number
  isBroken: boolean
  /** The next read is held until what it left in `held` is called. */
  holdNext: boolean
  readonly held: (() => void)[]
}

/** A hub over a list in memory, served on a real socket. */
async function serveHub(
  options: { readonly drainMsMax?: number; readonly heartbeatMs?: number } = {},
) {
  const rows: StreamEvent[] = []
  const faults: Faults = { reads: 0, isBroken: false, holdNext: false, held: [] }
  const doorbell = createLocalDoorbell({ log, pollMs: 20 })
  const hub: AlertHub = createAlertHub({
    log,
    doorbell,
    source: {
      read: (after, limit) => {
        faults.reads += 1
        if (faults.isBroken) return Promise.reject(new Error('the database is away'))
        const found = rows.filter((row) => row.sequence > after).slice(0, limit)
        if (!faults.holdNext) return Promise.resolve(found)
        faults.holdNext = false
        // It saw what was there when it was asked, and comes when the test lets it.
        return new Promise((resolve) => faults.held.push(() => resolve(found)))
      },
      last: () => Promise.resolve(rows.at(-1)?.sequence ?? 0),
    },
    bufferedBytesMax: 32 * 1024,
    ...options,
  })
  const responses: ServerResponse[] = []
  const server = createServer((request, response) => {
    responses.push(response)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    const lastEventId = request.headers['last-event-id']
    void hub.subscribe(response, lastEventId === undefined ? null : Number(lastEventId), () => true)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  closers.push(
    () => doorbell.close(),
    () => server.close(),
    () => hub.close(),
  )
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    hub,
    faults,
    responses,
    append: (count: number, bytes = 10) => {
      for (let added = 0; added < count; added += 1) {
        const data = JSON.stringify({ data: { filler: 'x'.repeat(bytes) } })
        // Gaps, as rolled-back transactions leave them.
        const sequence = (rows.at(-1)?.sequence ?? 0) + 1 + (added % 2)
        rows.push({ sequence, data, concerns: nobody })
      }
      hub.announce()
      return rows.map(({ sequence }) => sequence)
    },
    open: async (lastEventId?: string): Promise<EventStream> => {
      const stream = await openEventStream({
        address,
        token: '',
        ...(lastEventId === undefined ? {} : { lastEventId }),
      })
      closers.push(stream.close)
      return stream
    },
  }
}

const idsOf = (stream: EventStream): number[] => stream.events.map(({ id }) => id)

describe('the hub of alert events', () => {
  it('the hub of alert events reads rows once per ring for any number of streams', async () => {
    const { open, append, hub, faults } = await serveHub()
    const streams = await Promise.all(Array.from({ length: 20 }, () => open()))
    await waitUntil('all are live', () => hub.stats().subscribers === 20)
    await waitUntil('all have caught up', () => faults.reads >= 20)
    const before = faults.reads
    const all = append(5)
    await waitUntil('all have it', () => streams.every(({ events }) => events.length === 5))
    for (const stream of streams) expect(idsOf(stream)).toEqual(all)
    expect(faults.reads - before).toBeLessThan(15)
  })

  it('the hub bounds what it holds for a desk that does not read, then cuts that desk off', async () => {
    const { open, append, hub, responses } = await serveHub({ drainMsMax: 200 })
    const slow = await open()
    const quick = await open()
    await waitUntil('both are live', () => hub.stats().subscribers === 2)
    slow.pause()
    let heldBytesMax = 0
    let all: number[] = []
    for (let round = 0; round < 200; round += 1) {
      all = append(50, 1_000)
      await waitUntil('the quick desk keeps up', () => quick.events.length === all.length)
      heldBytesMax = Math.max(heldBytesMax, responses[0]?.writableLength ?? 0)
    }
    await waitUntil('the slow desk is cut off', () => responses[0]?.destroyed === true)
    expect(heldBytesMax).toBeLessThan(64 * 1024)
    expect(hub.stats()).toMatchObject({ cutOff: 1, subscribers: 1 })
    expect(idsOf(quick)).toEqual(all)
    slow.resume()
    await waitUntil('the slow desk notices', slow.isClosed)
    const resumed = await open(String(idsOf(slow).at(-1) ?? 0))
    await waitUntil('it has the rest', () => {
      return slow.events.length + resumed.events.length === all.length
    })
    expect([...idsOf(slow), ...idsOf(resumed)]).toEqual(all)
  })

  it('the hub of alert events goes on after rows could not be read for a while', async () => {
    const { open, append, faults, hub } = await serveHub()
    const stream = await open()
    await waitUntil('it is live', () => hub.stats().subscribers === 1)
    faults.isBroken = true
    append(3)
    await waitUntil('a read failed', () => hub.stats().failedReads > 0)
    faults.isBroken = false
    await waitUntil('it has all', () => stream.events.length === 3)
  })

  it('a desk that comes while the last other one goes misses nothing that is being read', async () => {
    const { open, append, faults, hub } = await serveHub()
    const leaving = await open('0')
    await waitUntil('the first is live', () => hub.stats().subscribers === 1)
    faults.holdNext = true
    const coming = await open('0')
    await waitUntil('what the second missed is being read', () => faults.held.length === 1)
    append(1)
    await waitUntil('the first has one event', () => leaving.events.length === 1)
    faults.holdNext = true
    const all = append(1)
    await waitUntil('the next event is being read', () => faults.held.length === 2)
    leaving.close()
    await waitUntil('the first has gone', () => hub.stats().subscribers === 1)
    faults.held[0]?.()
    await waitUntil('the second is live', () => hub.stats().lastSequence === 0)
    faults.held[1]?.()
    await waitUntil('the second has the newest', () => idsOf(coming).includes(all[1] ?? 0))
    expect(idsOf(coming)).toEqual(all)
  })

  it('the hub says to each stream that it is still there while nothing happens', async () => {
    const { open } = await serveHub({ heartbeatMs: 20 })
    const stream = await open()
    await waitUntil('two signs of life', () => stream.commentCount() >= 2)
  })

  it('the hub of alert events ends every stream when it closes', async () => {
    const { open, hub } = await serveHub()
    const stream = await open()
    await waitUntil('it is live', () => hub.stats().subscribers === 1)
    await hub.close()
    await waitUntil('it ended', stream.isClosed)
  })
})
