import { once } from 'node:events'
import { request } from 'node:http'
import { fastify } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { answerOnGrid } from '../../../src/http/door/answer-grid.ts'
import type { App } from '../../../src/http/door/app-type.ts'
import { createTestApp } from '../../support/http-app.ts'

const apps: App[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

const pause = async (ms: number): Promise<void> =>
  await new Promise((resolve) => void setTimeout(resolve, ms))

/** A route of devices whose work takes as long as asked, and one of a desk. */
async function serveWork(
  stepMs: number,
  { chooseMs = (_belowMs: number): number => 0, askMs = 0 } = {},
): Promise<string> {
  const app = fastify() as unknown as App
  apps.push(app)
  answerOnGrid(app, stepMs, chooseMs)
  // Who sends is asked before the body is read.
  app.addHook('onRequest', async () => await pause(askMs))
  for (const [url, role] of [
    ['/busy/:ms', 'vendor'],
    ['/desk/:ms', 'operator'],
  ] as const) {
    app.route({
      method: 'POST',
      url,
      config: { roles: [role] },
      handler: async (request) => {
        await pause(Number((request.params as { ms: string }).ms))
        return { done: true }
      },
    })
  }
  return await app.listen({ host: '127.0.0.1', port: 0 })
}

async function timeOf(url: string): Promise<number> {
  const startMs = performance.now()
  const answer = await fetch(url, { method: 'POST' })
  await answer.text()
  return performance.now() - startMs
}

/** By how much the answer to work of 60 ms is later than to work of 2, at the median of twelve. */
async function measureTold(address: string): Promise<number> {
  const near: number[] = []
  const far: number[] = []
  for (let round = 0; round < 12; round += 1) {
    near.push(await timeOf(`${address}/busy/60`))
    far.push(await timeOf(`${address}/busy/2`))
  }
  return medianOf(near) - medianOf(far)
}

function medianOf(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN
}

describe('answers to whoever reports', () => {
  it('answers do not tell how long the work took, which they do without the steps', async () => {
    expect(await measureTold(await serveWork(0))).toBeGreaterThan(40)
    expect(Math.abs(await measureTold(await serveWork(150)))).toBeLessThan(30)
  })

  it('answers leave at the next step when one was not enough', async () => {
    const address = await serveWork(50)
    expect(await timeOf(`${address}/busy/60`)).toBeGreaterThanOrEqual(99)
  })

  it('answers leave up to a step later, by chance', async () => {
    const address = await serveWork(50, { chooseMs: (belowMs) => belowMs - 1 })
    expect(await timeOf(`${address}/busy/1`)).toBeGreaterThanOrEqual(98)
  })

  it('steps begin when the last byte was received, not when it was known who sent it', async () => {
    const address = await serveWork(600, { askMs: 400 })
    expect(await timeOf(`${address}/busy/1`)).toBeLessThan(950)
    const heldBack = request(`${address}/busy/1`, { method: 'POST' })
    heldBack.setHeader('content-type', 'application/json')
    heldBack.write('{')
    await pause(450)
    const startMs = performance.now()
    heldBack.end('}')
    await once(heldBack, 'response')
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(598)
  })

  it('answers wait beside each other, so that many connections lose nothing', async () => {
    const address = await serveWork(50)
    const startMs = performance.now()
    await Promise.all(Array.from({ length: 100 }, () => timeOf(`${address}/busy/1`)))
    // One after the other they would take five seconds.
    expect(performance.now() - startMs).toBeLessThan(2_500)
  })

  it('answers of a desk leave at once', async () => {
    const address = await serveWork(5_000)
    expect(await timeOf(`${address}/desk/1`)).toBeLessThan(2_500)
  })

  it('answers leave on a step whatever they say: taken, refused, not let in', async () => {
    const app = await createTestApp({ answerStepMs: 60 })
    try {
      const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
      const send = async (path: string, token: string, body: string): Promise<[number, number]> => {
        const startMs = performance.now()
        const answer = await fetch(`${address}${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body,
        })
        await answer.text()
        return [answer.status, performance.now() - startMs]
      }
      const phone = app.tokens['victim-device']
      const answers = [
        await send('/v1/positions', app.tokens.vendor, '{"positions":[]}'),
        await send('/v1/positions', app.tokens.vendor, 'no JSON'),
        await send('/v1/positions', 'a-token-of-nobody', '{}'),
        await send('/v1/positions', app.tokens.operator, '{}'),
        await send('/v1/device-events', app.tokens.vendor, '{"events":[{"serialNumber":"X"}]}'),
        await send('/adapters/owntracks', phone, '{}'),
        await send('/adapters/overland', phone, '{}'),
        await send('/adapters/traccar', phone, '{}'),
      ]
      expect(answers.map(([status]) => status)).toEqual([400, 400, 401, 403, 400, 200, 200, 200])
      for (const [, ms] of answers) expect(ms).toBeGreaterThanOrEqual(59)
    } finally {
      await app.close()
    }
  })
})
