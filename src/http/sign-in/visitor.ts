import type { FastifyReply, FastifyRequest } from 'fastify'
import { sessionMsMax } from '../../sign-in/session-rules.ts'
import type { Opened, Visitor } from '../../sign-in/open-session.ts'
import { hostCookie, readCookie } from '../door/cookies.ts'
import { sessionCookieName } from '../door/session-auth.ts'

const browserCookieName = '__Host-hoede-browser'
/** Somebody who was away for long is a stranger once. */
const browserSecondsMax = 180 * 24 * 3_600

export function visitorOf(request: FastifyRequest): Visitor {
  const { cookie, 'user-agent': browser } = request.headers
  return {
    address: request.ip,
    browser: plainLine(browser ?? ''),
    browserToken: readCookie(cookie, browserCookieName),
    sessionToken: readCookie(cookie, sessionCookieName),
  }
}

/** What a browser calls itself is shown to people: one line, of bounded length. */
function plainLine(text: string): string {
  return text.replaceAll(/[^ -~]/g, '?').slice(0, 300)
}

export function giveCookies(reply: FastifyReply, opened: Omit<Opened, 'staffId'>): void {
  giveSession(reply, opened.sessionToken)
  reply.header('set-cookie', hostCookie(browserCookieName, opened.browserToken, browserSecondsMax))
}

export function giveSession(reply: FastifyReply, sessionToken: string): void {
  reply.header('set-cookie', hostCookie(sessionCookieName, sessionToken, sessionMsMax / 1_000))
}

export function takeSession(reply: FastifyReply): void {
  reply.header('set-cookie', hostCookie(sessionCookieName, 'over', 0))
}
