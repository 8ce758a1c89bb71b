import { gzipSync } from 'node:zlib'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ApiClientRole } from '../../../src/core/model/contract-words.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

const megabyte = 1024 * 1024
const bodyLimits = { bytesMax: 24 * megabyte, clientBytesMax: 13 * megabyte }

let world: TestApp
beforeEach(async () => {
  world = await createTestApp({ bodyLimits })
})
afterEach(async () => {
  await world.close()
})

async function metric(name: string): Promise<number> {
  // They are worked out once a second.
  world.clock.timeMs += 1_000
  const { body } = await world.call(null, 'GET', '/metrics')
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(String(body['text']))?.[1])
}

/** Four kilobytes on the wire, four megabytes in memory. */
function bomb(listName: string): Buffer {
  const payload = gzipSync(JSON.stringify({ [listName]: [{ x: 'a'.repeat(4 * megabyte - 100) }] }))
  expect(payload.length).toBeLessThan(5_000)
  return payload
}

async function send(role: ApiClientRole, url: string, payload: Buffer) {
  return await world.app.inject({
    method: 'POST',
    url,
    headers: {
      authorization: `Bearer ${world.tokens[role]}`,
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    },
    payload,
  })
}

describe('small bodies that are large once they are inflated', () => {
  it.each([
    ['vendor', '/v1/positions', 'positions', 400],
    ['vendor', '/v1/device-events', 'events', 400],
    ['victim-device', '/adapters/overland', 'locations', 200],
    ['victim-device', '/adapters/traccar', 'location', 200],
  ] as const)(
    'small bodies of a %s to %s that inflate are sent away when its memory is full, and leave the others theirs',
    async (role, url, listName, statusAfterwards) => {
      const payload = bomb(listName)
      // Nothing can be answered before this lock is gone: every refused element
      // goes to quarantine first.
      const client = await world.database.pool.connect()
      await client.query('begin; lock table quarantined_fixes')
      const flood = Array.from({ length: 100 }, async () => await send(role, url, payload))
      try {
        // Three bodies of four megabytes have room in a share of thirteen.
        const refusedCount = () => metric('hoede_http_bodies_overloaded_total')
        await expect.poll(refusedCount, { timeout: 20_000 }).toBe(97)
        const heldBytes = await metric('hoede_http_body_bytes')
        expect(heldBytes).toBeGreaterThan(12 * megabyte - 1_000)
        expect(heldBytes).toBeLessThanOrEqual(bodyLimits.clientBytesMax)
        const other = await world.call('administrator', 'POST', '/v1/vendors', { name: 'Another' })
        expect(other.status).toBe(201)
      } finally {
        await client.query('rollback')
        client.release()
      }
      const answers = await Promise.all(flood)
      const refused = answers.filter(({ statusCode }) => statusCode === 503)
      expect(refused).toHaveLength(97)
      expect(refused[0]?.json()).toMatchObject({ type: '/docs#problem-overloaded' })
      for (const { headers } of refused) {
        expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1)
        expect(Number(headers['retry-after'])).toBeLessThanOrEqual(5)
      }
      expect(answers.filter(({ statusCode }) => statusCode === statusAfterwards)).toHaveLength(3)
      expect(await metric('hoede_http_body_bytes')).toBe(0)
      expect((await send(role, url, payload)).statusCode).toBe(statusAfterwards)
    },
  )
})

describe('the memory of a body', () => {
  it('the memory of a body is free again when its sender hangs up in the middle, however much was announced', async () => {
    const address = new URL(await world.app.listen({ host: '127.0.0.1', port: 0 }))
    const socket = connect({ host: '127.0.0.1', port: Number(address.port) })
    socket.write(
      `POST /v1/positions HTTP/1.1\r\nHost: hoede\r\nAuthorization: Bearer ${world.tokens.vendor}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${megabyte}\r\n\r\n${' '.repeat(100_000)}`,
    )
    await expect.poll(() => metric('hoede_http_body_bytes')).toBe(100_000)
    socket.destroy()
    await expect.poll(() => metric('hoede_http_body_bytes')).toBe(0)
  })

  it('the memory of a body is counted by what the text becomes', async () => {
    // Half a megabyte of text, more than thirteen of objects.
    const wide = gzipSync(`{"name":[${'{},'.repeat(160_000)}{}]}`)
    expect((await send('administrator', '/v1/vendors', wide)).statusCode).toBe(503)
    expect(await metric('hoede_http_body_bytes')).toBe(0)
  })
})

describe('a body of too many values', () => {
  it.each([
    ['vendor', '/v1/positions', 60_000],
    ['victim-device', '/adapters/overland', 60_000],
    ['supervisor', '/v1/protection-orders', 700_000],
  ] as const)(
    'a body of too many values of a %s to %s is refused for good',
    async (role, url, valueCountMax) => {
      const valuesOf = (count: number) => gzipSync(`{"a":[${'1,'.repeat(count - 2)}1]}`)
      const answer = await send(role, url, valuesOf(valueCountMax + 2))
      expect(answer.statusCode).toBe(413)
      expect(answer.json()).toMatchObject({
        type: '/docs#problem-body-too-large',
        detail: expect.stringContaining(`at most ${valueCountMax} values`),
      })
      expect((await send(role, url, valuesOf(valueCountMax - 1))).statusCode).not.toBe(413)
    },
  )
})
