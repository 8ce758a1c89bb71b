import { createHash } from 'node:crypto'
import { z } from 'zod'
import { errorCodes } from '../../errors.ts'
import { policyOf } from '../door/headers.ts'
import { sendBytes } from '../door/serialization.ts'
import type { App } from '../door/app-type.ts'
import { outgoingEvents } from '../../schemas/alert-event.ts'
import { renderEvents, renderOperations, renderSchemas } from './docs-operations.ts'
import { followAlerts } from './follow-alerts.ts'
import { escapeHtml } from '../../escape-html.ts'
import { renderMarkup } from './html.ts'
import type { OpenapiDocument } from './document.ts'

/**
 * The API as a page to browse: made from the document, with nothing from elsewhere and no script.
 */
export function registerDocsPage(app: App, getDocument: () => OpenapiDocument): void {
  let page: Buffer | null = null
  // Whoever opens the bare address is led to where everything else is linked from.
  app.route({
    method: 'GET',
    url: '/',
    config: { roles: 'public' },
    schema: { operationId: 'getStart', summary: 'Leads to the API as a page' },
    handler: async (_request, reply) =>
      reply.type('text/plain; charset=utf-8').redirect('/docs', 302),
  })
  app.route({
    method: 'GET',
    url: '/docs',
    config: { roles: 'public' },
    schema: {
      operationId: 'getDocsPage',
      summary: 'The API as a page',
      response: { 200: { content: { 'text/html': { schema: z.string() } } } },
    },
    handler: async (_request, reply) => {
      page ??= Buffer.from(renderPage(getDocument()))
      reply
        .header(
          'content-security-policy',
          policyOf(`style-src 'sha256-${styleHash}'`, "frame-ancestors 'none'"),
        )
        .type('text/html; charset=utf-8')
      sendBytes(reply, page)
      return reply
    },
  })
}

function renderPage(document: OpenapiDocument): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(document.info.title)} API ${escapeHtml(document.info.version)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(document.info.title)} API <small>${escapeHtml(document.info.version)}</small></h1>
<p>The same, for programs: <a href="/v1/openapi.json">/v1/openapi.json</a> (OpenAPI ${escapeHtml(document.openapi)}). This server: <a href="/health/live">does it run</a>, <a href="/health/ready">can it work</a>.</p>
${renderMarkup(document.info.description)}
</header>
<main>
${renderOperations(document)}
<h2 id="events">Events</h2>
<p>What other systems are told: on the stream (<a href="#streamAlertEvents"><code>GET /v1/alert-events</code></a>) and by webhook (<a href="#createWebhookSubscription"><code>POST /v1/webhook-subscriptions</code></a>). Each is a CloudEvent; ids, kind, urgency, state and times, and never where anybody is.</p>
${renderEvents(outgoingEvents)}
<h3 id="follow-in-a-browser">Follow alerts in a browser</h3>
<p><code>EventSource</code> cannot send a token, so a page reads the stream with <code>fetch</code>. A page that was not served from this address needs its origin in <code>HOEDE_CORS_ORIGINS</code>.</p>
<pre id="follow-alerts">${escapeHtml(followAlerts)}</pre>
<h2 id="schemas">Schemas</h2>
${renderSchemas(document)}
<h2 id="problems">Problems</h2>
<p>Every answer of 400 and above is <code>application/problem+json</code>; its <code>type</code> points here.</p>
${renderProblems()}
</main>
</body>
</html>
`
}

function renderProblems(): string {
  const entries = Object.entries(errorCodes)
    .filter(([, { status }]) => status !== null)
    .map(
      ([code, { status, sentence }]) =>
        `<div id="problem-${code}"><dt><code>${code}</code> (${status})</dt><dd>${escapeHtml(sentence)}</dd></div>`,
    )
  return `<dl>${entries.join('\n')}</dl>`
}

const style = `
:root { color-scheme: light dark; --line: #8886; --soft: #8882; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; }
nav ul { columns: 18rem; padding-left: 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .92em; }
pre { background: var(--soft); padding: .75rem; overflow-x: auto; }
code { overflow-wrap: anywhere; }
dl { margin: .5rem 0 1rem; }
dt { border-top: 1px solid var(--line); padding-top: .3rem; }
dd { margin: 0 0 .3rem 1rem; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; padding: .3rem .8rem; }
summary { cursor: pointer; }
summary b { display: inline-block; min-width: 4rem; }
h2 { margin-top: 2.5rem; border-bottom: 2px solid var(--line); }
:target { outline: 3px solid Highlight; outline-offset: 3px; scroll-margin-top: 4rem; }
`
const styleHash = createHash('sha256').update(style).digest('base64')
