import { createHash } from 'node:crypto'
import { z } from 'zod'
import { errorCodes } from '../../errors.ts'
import type { App } from '../door/app-type.ts'
import { renderOperations, renderSchemas } from './docs-operations.ts'
import { escapeHtml, renderMarkup } from './html.ts'
import type { OpenapiDocument } from './document.ts'

/** The API as a page to browse: made from the document, with nothing from elsewhere and no script. */
export function registerDocsPage(app: App, getDocument: () => OpenapiDocument): void {
  let page: string | null = null
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
      page ??= renderPage(getDocument())
      reply
        .header(
          'content-security-policy',
          `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
        )
        .type('text/html; charset=utf-8')
        .serializer((body: unknown) => body as string)
      return page
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
<p>The same, for programs: <a href="/v1/openapi.json">/v1/openapi.json</a> (OpenAPI ${escapeHtml(document.openapi)}).</p>
${renderMarkup(document.info.description)}
</header>
<main>
${renderOperations(document)}
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
  const rows = Object.entries(errorCodes)
    .filter(([, { status }]) => status !== null)
    .map(
      ([code, { status, sentence }]) =>
        `<tr id="problem-${code}"><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(sentence)}</td></tr>`,
    )
  return `<table><thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`
}

const style = `
:root { color-scheme: light dark; --line: #8886; --soft: #8882; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; }
nav ul { columns: 18rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .92em; }
pre { background: var(--soft); padding: .75rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; padding: .3rem .8rem; }
summary { cursor: pointer; }
summary b { display: inline-block; min-width: 4rem; }
h2 { margin-top: 2.5rem; border-bottom: 2px solid var(--line); }
:target { outline: 3px solid Highlight; outline-offset: 3px; }
`
const styleHash = createHash('sha256').update(style).digest('base64')
