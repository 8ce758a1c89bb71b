import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commonHeaders } from '../../../src/http/door/headers.ts'
import { guardServer } from '../../../src/http/door/socket-exits.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { sendRaw, type RawAnswer } from '../../support/raw-http.ts'

let world: TestApp
let port: number
beforeAll(async () => {
  world = await createTestApp()
  await world.app.listen({ host: '127.0.0.1', port: 0 })
  const address = world.app.server.address()
  if (address === null || typeof address === 'string') throw new Error('expected a port')
  port = address.port
})
afterAll(async () => {
  await world.close()
})

describe('every way out answers problem+json with the version and the security headers', () => {
  const host = 'Host: hoede\r\nConnection: close\r\n'
  const cases: readonly (readonly [string, string, number])[] = [
    ['an unknown route', `GET /v1/nothing HTTP/1.1\r\n${host}\r\n`, 404],
    ['an address outside the API', `GET /nowhere HTTP/1.1\r\n${host}\r\n`, 404],
    ['a trailing slash', `GET /v1/vendors/ HTTP/1.1\r\n${host}\r\n`, 404],
    ['a doubled slash', `GET /v1//vendors HTTP/1.1\r\n${host}\r\n`, 404],
    ['a wrong method', `DELETE /v1/vendors HTTP/1.1\r\n${host}\r\n`, 405],
    ['a method that fastify does not know', `PROPFIND /v1/vendors HTTP/1.1\r\n${host}\r\n`, 405],
    ['a method nobody knows', `FETCH /v1/vendors HTTP/1.1\r\n${host}\r\n`, 400],
    ['a tunnel', `CONNECT example.org:443 HTTP/1.1\r\n${host}\r\n`, 405],
    ['broken percent-encoding', `GET /v1/vendors/%zz HTTP/1.1\r\n${host}\r\n`, 400],
    ['an id far too long', `GET /v1/vendors/${'a'.repeat(500)} HTTP/1.1\r\n${host}\r\n`, 414],
    ['no token', `GET /v1/vendors HTTP/1.1\r\n${host}\r\n`, 401],
    ['two Hosts', `GET /health/live HTTP/1.1\r\n${host}host: other\r\n\r\n`, 400],
    [
      'two tokens',
      `GET /v1/vendors HTTP/1.1\r\n${host}Authorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n`,
      400,
    ],
    [
      'two types of a body',
      `POST /v1/vendors HTTP/1.1\r\n${host}Content-Type: application/json\r\ncontent-type: text/plain\r\nContent-Length: 2\r\n\r\n{}`,
      400,
    ],
    ['metrics spelled otherwise', `GET /%6detrics HTTP/1.1\r\n${host}\r\n`, 404],
    ['health spelled otherwise', `GET /health/%6cive HTTP/1.1\r\n${host}\r\n`, 404],
    ['no Host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['bytes that are not HTTP', 'hello\r\n\r\n', 400],
    ['a TLS hello', '\u0016\u0003\u0001\u0002\u0000\r\n\r\n', 400],
    [
      'two lengths',
      `POST /v1/vendors HTTP/1.1\r\n${host}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
      400,
    ],
    [
      'a length and chunks',
      `POST /v1/vendors HTTP/1.1\r\n${host}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    [
      'headers of 100 kB',
      `GET /health/live HTTP/1.1\r\n${host}X-Large: ${'a'.repeat(100_000)}\r\n\r\n`,
      431,
    ],
    [
      'an expectation nobody can meet',
      `POST /v1/vendors HTTP/1.1\r\n${host}Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}`,
      417,
    ],
  ]

  test.each(cases)(
    'every way out answers problem+json with the version and the security headers problem+json with the version and the security headers answers %s',
    async (_name, bytes, status) => {
      const answer = await sendRaw(port, bytes)
      expect(answer.status).toBe(status)
      expectProblem(answer)
    },
  )

  test('a wrong method is told which methods there are', async () => {
    const answer = await sendRaw(port, `PATCH /v1/vendors HTTP/1.1\r\n${host}\r\n`)
    expect(answer.status).toBe(405)
    expect(answer.headers['allow']).toBe('GET, HEAD, POST')
  })

  test('a method that changes is not tried on an address that only reads', async () => {
    const answer = await sendRaw(port, `POST /health/live HTTP/1.1\r\n${host}\r\n`)
    expect(answer.status).toBe(405)
    expect(answer.headers['allow']).toBe('GET, HEAD')
  })

  test('the server still serves afterwards', async () => {
    const answer = await sendRaw(port, `GET /health/live HTTP/1.1\r\n${host}\r\n`)
    expect(answer.status).toBe(200)
    for (const [name, value] of Object.entries(commonHeaders)) {
      expect(answer.headers[name], name).toBe(value)
    }
  })
})

describe('a body of 50 MB is refused before it is read', () => {
  const size = 50 * 1024 * 1024
  const head = (extra: string): string =>
    `POST /v1/vendors HTTP/1.1\r\nHost: hoede\r\nAuthorization: Bearer ${world.tokens.administrator}\r\nContent-Type: application/json\r\n${extra}\r\n`

  test('a body of 50 MB is refused before the first byte of it', async () => {
    const answer = await sendRaw(port, head(`Content-Length: ${size}\r\n`))
    expect(answer.status).toBe(413)
    expectProblem(answer)
  })

  test('a body of 50 MB announced with Expect: 100-continue is not asked for', async () => {
    const answer = await sendRaw(port, head(`Content-Length: ${size}\r\nExpect: 100-continue\r\n`))
    expect(answer.status).toBe(413)
    expectProblem(answer)
  })

  test('a small body announced with Expect: 100-continue is asked for', async () => {
    const answer = await sendRaw(port, head('Content-Length: 2\r\nExpect: 100-continue\r\n'), {
      isDone: (text) => text.endsWith('\r\n\r\n'),
    })
    expect(answer.status).toBe(100)
  })

  test('a body of 50 MB in chunks is refused at the bound', async () => {
    const chunk = 'a'.repeat(1024 * 1024)
    const chunks = Array.from({ length: 3 }, () => `100000\r\n${chunk}\r\n`)
    const answer = await sendRaw(port, head('Transfer-Encoding: chunked\r\n') + chunks.join(''))
    expect(answer.status).toBe(413)
    expectProblem(answer)
  })

  test('a client that sends it all reads the answer, and the connection is good for another call', async () => {
    const send = async (body: string | Buffer): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/v1/vendors`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${world.tokens.administrator}`,
          'content-type': 'application/json',
        },
        body,
      })
    const answer = await send(Buffer.alloc(size, 0x20))
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ status: 413, type: '/docs#problem-body-too-large' })
    expect((await send('{"name":"After the flood"}')).status).toBe(201)
  })

  test('a body of 50 MB of a stranger is refused with 401, without reading it', async () => {
    const answer = await sendRaw(
      port,
      `POST /v1/vendors HTTP/1.1\r\nHost: hoede\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\n\r\n`,
    )
    expect(answer.status).toBe(401)
    expectProblem(answer)
  })
})

test('a call under way while the server stops is answered, and told that its connection ends', async () => {
  const other = await createTestApp()
  await other.app.listen({ host: '127.0.0.1', port: 0 })
  const address = other.app.server.address()
  if (address === null || typeof address === 'string') throw new Error('expected a port')
  const socket = connect({ host: '127.0.0.1', port: address.port })
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  const arrived = once(other.app.server, 'request')
  const body = '{"name":"Half sent"}'
  socket.write(
    `POST /v1/vendors HTTP/1.1\r\nHost: hoede\r\nAuthorization: Bearer ${other.tokens.administrator}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n{`,
  )
  await arrived
  const closing = other.app.close()
  await expect.poll(() => other.app.server.listening).toBe(false)
  socket.write(`${body.slice(1)}GET /health/live HTTP/1.1\r\nHost: hoede\r\n\r\n`)
  // What was sent behind it is not begun: whoever sent it is told so by the end, and asks anew.
  await expect.poll(() => text.toLowerCase()).toContain('connection: close')
  expect(text).toMatch(/^HTTP\/1\.1 201 /)
  expect(text).not.toContain('HTTP/1.1 200')
  socket.destroy()
  await closing
  await other.close()
})

function expectProblem(answer: RawAnswer): void {
  expect(answer.headers['content-type']).toBe('application/problem+json')
  for (const [name, value] of Object.entries(commonHeaders)) {
    expect(answer.headers[name], name).toBe(value)
  }
  const problem = JSON.parse(answer.body) as Record<string, unknown>
  expect(problem['status']).toBe(answer.status)
  expect(problem['title']).toEqual(expect.any(String))
  expect(problem['detail']).toEqual(expect.any(String))
  expect(problem['type']).toMatch(/^\/docs#problem-[a-z-]+$/)
}

describe('connections', () => {
  test('a connection that never says a word is closed, one that has spoken is not', async () => {
    const server = createServer((_request, response) => response.end('ok'))
    guardServer(server, 100)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port: own } = server.address() as { port: number }
    try {
      const silent = connect({ host: '127.0.0.1', port: own })
      const spoken = connect({ host: '127.0.0.1', port: own })
      await once(spoken, 'connect')
      spoken.write('GET / HTTP/1.1\r\nHost: hoede\r\n\r\n')
      await once(spoken, 'data')
      await once(silent, 'close')
      spoken.write('GET / HTTP/1.1\r\nHost: hoede\r\n\r\n')
      expect(String((await once(spoken, 'data'))[0])).toContain('200 OK')
      spoken.destroy()
    } finally {
      server.close()
      server.closeAllConnections()
    }
  })

  test('a connection that sends its headers drop by drop is closed, and one that sent them is not', async () => {
    const server = createServer({ connectionsCheckingInterval: 50 }, (_request, response) => {
      setTimeout(() => response.end('late'), 1_000)
    })
    guardServer(server, 200)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port: own } = server.address() as { port: number }
    const spoken = connect({ host: '127.0.0.1', port: own })
    const dripping = connect({ host: '127.0.0.1', port: own })
    dripping.on('error', () => undefined)
    spoken.write('GET / HTTP/1.1\r\nHost: hoede\r\n\r\n')
    dripping.write('GET / HTTP/1.1\r\nHost: hoede\r\n')
    const drops = setInterval(() => dripping.write('X-Drop: 1\r\n'), 20)
    try {
      await once(dripping.resume(), 'close')
      expect(String((await once(spoken, 'data'))[0])).toContain('200 OK')
    } finally {
      clearInterval(drops)
      spoken.destroy()
      server.close()
      server.closeAllConnections()
    }
  })

  test('the server takes a bounded number of connections', () => {
    expect(world.app.server.maxConnections).toBe(5_000)
  })
})
