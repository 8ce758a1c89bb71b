import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { escapeHtml } from '../../escape-html.ts'
import type { App } from '../door/app-type.ts'
import { policyOf } from '../door/headers.ts'
import { sendBytes } from '../door/serialization.ts'
import type { RouteDeps } from '../route-deps.ts'
import { sessionIdleMsMax, sessionMsMax } from '../../sign-in/session-rules.ts'
import { languageOf, pageWords, type PageLanguage } from './page-words.ts'

/** Where people sign in: one page and one script of this server, and nothing from elsewhere. */
export function registerSignInPage(app: App, { config, issuerSettings }: RouteDeps): void {
  const script = readFileSync(join(import.meta.dirname, 'page.js'))
  app.route({
    method: 'GET',
    url: '/sign-in',
    config: { roles: 'public' },
    schema: {
      operationId: 'getSignInPage',
      summary: 'Where people sign in',
      querystring: z.object({
        lang: z.string().max(8).optional(),
        fault: z.string().max(40).optional(),
      }),
      response: { 200: { content: { 'text/html': { schema: z.string() } } } },
    },
    handler: async (request, reply) => {
      const language = languageOf(request.query.lang)
      const origin = config.publicOrigin
      reply.header('content-security-policy', policy).type('text/html; charset=utf-8')
      sendBytes(
        reply,
        Buffer.from(renderPage(language, { origin, hasIssuer: issuerSettings !== null })),
      )
      return reply
    },
  })
  app.route({
    method: 'GET',
    url: '/sign-in/page.js',
    config: { roles: 'public' },
    schema: { operationId: 'getSignInScript', summary: 'The script of that page' },
    handler: async (_request, reply) => {
      sendBytes(reply.type('text/javascript; charset=utf-8'), script)
      return reply
    },
  })
}

type PageFacts = {
  /** Where the page must be opened; null: nobody can sign in. */
  readonly origin: string | null
  readonly hasIssuer: boolean
}

function renderPage(language: PageLanguage, { origin, hasIssuer }: PageFacts): string {
  const words = pageWords[language]
  const say = (key: keyof typeof words): string => escapeHtml(words[key])
  const other = language === 'nl' ? 'en' : 'nl'
  const sections = origin === null ? `<p>${say('unavailable')}</p>` : renderSections(say, hasIssuer)
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${say('title')}</title>
<style>${style}</style>
<script type="module" src="/sign-in/page.js"></script>
</head>
<body data-origin="${escapeHtml(origin ?? '')}" data-words="${escapeHtml(JSON.stringify(words))}">
<header><h1>${say('title')}</h1>
<a href="?lang=${other}" lang="${other}" hreflang="${other}" id="other-language">${say('otherLanguage')}</a></header>
<main>
<noscript><p>${say('noScript')}</p></noscript>
<p id="fault" role="alert"></p>
<p id="status" role="status"></p>
${sections}
</main>
</body>
</html>
`
}

type Say = (key: keyof (typeof pageWords)['en']) => string

function renderSections(say: Say, hasIssuer: boolean): string {
  const staying = say('staying')
    .replace('{hours}', String(sessionMsMax / 3_600_000))
    .replace('{minutes}', String(sessionIdleMsMax / 60_000))
  const issuer = `<p><button type="button" id="use-issuer">${say('issuer')}</button></p>\n`
  return `<section id="ways" aria-labelledby="ways-title" hidden>
<h2 id="ways-title" tabindex="-1">${say('waysTitle')}</h2>
${hasIssuer ? issuer : ''}<p><button type="button" id="use-passkey">${say('passkey')}</button></p>
<h3>${say('orPassword')}</h3>
<form id="password-form">
${field('signInName', say('signInName'), 'text', 'username')}
${field('password', say('password'), 'password', 'current-password')}
${field('code', say('code'), 'text', 'one-time-code')}
<button>${say('signIn')}</button>
</form>
</section>
<section id="second" aria-labelledby="second-title" hidden>
<h2 id="second-title" tabindex="-1">${say('secondTitle')}</h2>
<p>${say('secondNote')}</p>
<form id="second-form">
${field('secondCode', say('secondCode'), 'text', 'off')}
<button>${say('goOn')}</button>
</form>
</section>
<section id="enrol" aria-labelledby="enrol-title" hidden>
<h2 id="enrol-title" tabindex="-1">${say('enrolTitle')}</h2>
<p id="enrol-about"></p>
<form id="enrol-form">
<div id="display-name">${field('displayName', say('displayName'), 'text', 'name')}</div>
${field('newName', say('signInName'), 'text', 'username')}
<p><button type="button" id="choose-passkey">${say('choosePasskey')}</button></p>
<h3>${say('orChoosePassword')}</h3>
${field('newPassword', say('newPassword'), 'password', 'new-password', false)}
<p id="totp-about">${say('totp')}</p>
<p><code id="totp-key"></code></p>
<p><a id="totp-link" rel="noreferrer">${say('totpLink')}</a></p>
${field('newCode', say('code'), 'text', 'one-time-code', false)}
<button>${say('finish')}</button>
</form>
</section>
<section id="here" aria-labelledby="here-title" hidden>
<h2 id="here-title" tabindex="-1">${say('hereTitle')}</h2>
<p id="here-as"></p>
<p><a href="/desk" id="to-desk">${say('toDesk')}</a></p>
<p>${staying}</p>
<h3>${say('sessionsTitle')}</h3>
<ul id="sessions"></ul>
<p><button type="button" id="sign-out">${say('signOut')}</button></p>
</section>`
}

function field(
  name: string,
  label: string,
  type: 'text' | 'password',
  autocomplete: string,
  isRequired = true,
): string {
  const digits = autocomplete === 'one-time-code' ? ' inputmode="numeric" maxlength="6"' : ''
  const required = isRequired ? ' required' : ''
  return `<p><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false"${digits}${required}></p>`
}

const style = `
:root { color-scheme: light dark; }
[hidden] { display: none; }
body { font: 1.05rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 34rem; padding: 1rem; }
header { display: flex; flex-wrap: wrap; gap: 1rem; justify-content: space-between; align-items: baseline; }
label { display: block; font-weight: 600; }
input, button { font: inherit; padding: .55rem .7rem; }
input { width: 100%; box-sizing: border-box; }
button { min-height: 2.75rem; cursor: pointer; }
code { overflow-wrap: anywhere; font-size: 1.1em; letter-spacing: .05em; }
#fault:not(:empty) { border-left: .4rem solid #c00; padding: .5rem .8rem; }
#status:not(:empty) { border-left: .4rem solid #07a; padding: .5rem .8rem; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
`
const styleHash = createHash('sha256').update(style).digest('base64')
const policy = policyOf(
  "script-src 'self'",
  "connect-src 'self'",
  `style-src 'sha256-${styleHash}'`,
  "frame-ancestors 'none'",
)
