import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { idleMsMax } from '../../src/http/app.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'

let app: TestApp
let port: number
beforeAll(async () => {
  app = await createTestApp()
  port = Number(new URL(await app.app.listen({ host: '127.0.0.1', port: 0 })).port)
})
afterAll(() => app.close())

let second = 0

function request(): { readonly head: string; readonly body: string } {
  second += 1
  const recordedAt = new Date(app.clock.timeMs - 60_000 + second * 1_000).toISOString()
  const body = JSON.stringify({
    positions: [{ serialNumber: 'PHONE-1', recordedAt, longitude: 4.9, latitude: 52.4 }],
  })
  const head = [
    'POST /v1/positions HTTP/1.1',
    'Host: hoede',
    `Authorization: Bearer ${app.tokens.vendor}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ].join('\r\n')
  return { head: `${head}\r\n\r\n`, body }
}

function open(): { readonly socket: Socket; readonly answer: () => Promise<string> } {
  const socket = connect({ host: '127.0.0.1', port })
  const answer = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const onClose = (): void => reject(new Error('the connection was closed without an answer'))
      socket.once('close', onClose)
      socket.once('data', (chunk) => {
        socket.off('close', onClose)
        resolve(chunk.toString())
      })
    })
  return { socket, answer }
}

describe('a connection that stays open', () => {
  it('many requests are answered over one connection, which stays open as long as promised', async () => {
    const { socket, answer } = open()
    for (let round = 0; round < 20; round += 1) {
      const { head, body } = request()
      socket.write(head + body)
      const text = await answer()
      expect(text).toMatch(/^HTTP\/1.1 202 /)
      expect(text).toMatch(/\r\nconnection: keep-alive\r\n/i)
      expect(text).toMatch(new RegExp(`\\r\\nkeep-alive: timeout=${idleMsMax / 1_000}\\r\\n`, 'i'))
    }
    socket.destroy()
    const described = await app.call(null, 'GET', '/v1/openapi.json')
    expect(JSON.stringify(described.body)).toContain(`closed after ${idleMsMax / 1_000} seconds`)
  })

  it('requests that are sent without waiting for answers are all answered, in their order', async () => {
    const socket = connect({ host: '127.0.0.1', port })
    let text = ''
    const done = new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        text += chunk.toString()
        if (text.split('HTTP/1.1 202 ').length === 6) resolve()
      })
    })
    for (let round = 0; round < 5; round += 1) {
      const { head, body } = request()
      socket.write(head + body)
    }
    await done
    socket.destroy()
  })

  it('a stop answers the request that has begun, says that the connection ends, and ends it', async () => {
    const { socket, answer } = open()
    const idle = open()
    const first = request()
    idle.socket.write(first.head + first.body)
    await idle.answer()
    const idleClosed = new Promise((resolve) => {
      idle.socket.once('close', resolve)
    })
    const { head, body } = request()
    const begun = once(app.app.server, 'request')
    socket.write(head + body.slice(0, 20))
    await begun
    const closed = new Promise((resolve) => {
      socket.once('close', resolve)
    })
    const stopping = app.app.close()
    await idleClosed
    const answered = answer()
    socket.write(body.slice(20))
    const text = await answered
    expect(text).toMatch(/^HTTP\/1.1 202 /)
    expect(text).toMatch(/\r\nconnection: close\r\n/i)
    await closed
    await stopping
  })
})
