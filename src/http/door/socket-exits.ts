import { bodyBytesMax } from './body-bytes.ts'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { errorCodes, type ErrorCode } from '../../errors.ts'
import { answerFailure } from './answer-failure.ts'
import { commonHeaders } from './headers.ts'
import { problemContentType, problemOf } from './problem.ts'

/**
 * The ways out that no route and no error handler sees: node answers them itself, or fastify before
 * routing. All of them must still say problem+json with the version and the security headers.
 */

/** A request line that cannot be routed, such as broken percent-encoding. */
export function answerUnroutable(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  void answerFailure(error, request, reply).then((body) => reply.send(body))
}

/** Bytes that are not HTTP: there is no request object, only the socket. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  // A connection that was reset, or on which an answer is already on its
  // way, cannot be told anything.
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const [code, detail] = unreadable[error.code ?? ''] ?? [
    'malformed-http' as const,
    errorCodes['malformed-http'].sentence,
  ]
  endSocket(socket, code, detail)
}

/** What node would answer, or drop, on its own before our code runs. */
export function guardServer(server: Server, silentMsMax: number = silentMsMaxDefault): void {
  server.maxConnections = connectionCountMax
  // Whoever sends a header now and then holds a connection as the silent one does.
  server.headersTimeout = silentMsMax
  server.on('connection', (socket: Socket) => closeWhenSilent(socket, silentMsMax))
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const body = bodyOf('expectation-failed', 'Expected no Expect header other than 100-continue.')
    response.writeHead(417, {
      ...commonHeaders,
      'content-type': problemContentType,
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
  })
  // A large body that will be refused is not asked for: the sender waits for
  // our word before it sends.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const announced = Number(request.headers['content-length'] ?? 0)
    if (announced <= bodyBytesMax) response.writeContinue()
    server.emit('request', request, response)
  })
  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    endSocket(socket, 'method-not-allowed', 'CONNECT is not offered: this is not a proxy.')
  })
}

/**
 * Far above a thousand desks and what vendors keep open; the memory and the descriptors of more
 * would be missing for those that are served.
 */
const connectionCountMax = 5_000
/** Node's own limits begin with the first byte; until then a connection would stay for ever. */
const silentMsMaxDefault = 15_000
/** How often node looks for what is over its time; its own half a minute would treble the limit. */
export const connectionsCheckedMs = 5_000

function closeWhenSilent(socket: Socket, silentMsMax: number): void {
  const timer = setTimeout(() => {
    if (socket.bytesRead === 0) socket.destroy()
  }, silentMsMax)
  timer.unref()
  socket.once('close', () => clearTimeout(timer))
}

const unreadable: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: [
    'headers-too-large',
    'Expected headers of at most 16 KiB in all, got more.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['request-timeout', 'The request did not arrive in time.'],
}

function bodyOf(code: ErrorCode, detail: string): string {
  return JSON.stringify(problemOf(code, errorCodes[code].status ?? 400, detail))
}

function endSocket(socket: Socket, code: ErrorCode, detail: string): void {
  const status = errorCodes[code].status ?? 400
  const body = bodyOf(code, detail)
  const headers = {
    ...commonHeaders,
    'content-type': problemContentType,
    'content-length': String(Buffer.byteLength(body)),
    date: new Date().toUTCString(),
    connection: 'close',
    ...(status === 405 ? { allow: '' } : {}),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`)
}
