import { escapeHtml, renderLine, renderMarkup } from './html.ts'
import type { Json, OpenapiDocument, OpenapiOperation } from './document.ts'

/** A contents list and every operation under its tag. */
export function renderOperations(document: OpenapiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  )
  const sections = document.tags.map((tag) => {
    const own = operations.filter(({ operation }) => operation.tags[0] === tag.name)
    return `<h2>${escapeHtml(tag.name)}</h2>
<p>${renderLine(tag.description)}</p>
${own.map(({ path, method, operation }) => renderOperation(path, method, operation)).join('\n')}`
  })
  const contents = operations.map(
    ({ path, method, operation }) =>
      `<li><a href="#${operation.operationId}"><code>${method.toUpperCase()} ${escapeHtml(path)}</code></a></li>`,
  )
  return `<nav aria-label="Operations"><ul>${contents.join('')}</ul></nav>\n${sections.join('\n')}`
}

/** Every named schema as JSON Schema. */
export function renderSchemas(document: OpenapiDocument): string {
  return Object.entries(document.components.schemas)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => {
      const { description, ...rest } = schema as Json & { description?: string }
      const about = description === undefined ? '' : `<p>${renderLine(description)}</p>`
      return `<details id="schema-${escapeHtml(name)}"><summary><code>${escapeHtml(name)}</code></summary>${about}${renderJson(rest)}</details>`
    })
    .join('\n')
}

function renderOperation(path: string, method: string, operation: OpenapiOperation): string {
  return `<details id="${operation.operationId}">
<summary><b>${method.toUpperCase()}</b> <code>/v1${escapeHtml(path)}</code> — ${escapeHtml(operation.summary)}</summary>
${renderMarkup(operation.description ?? '')}
${renderParameters(operation.parameters ?? [])}
${renderBody(operation.requestBody)}
${renderResponses(operation.responses)}
</details>`
}

function renderParameters(parameters: readonly Json[]): string {
  if (parameters.length === 0) return ''
  const rows = parameters.map((parameter) => {
    const isRequired = parameter['required'] === true
    return `<tr><td><code>${escapeHtml(String(parameter['name']))}</code></td><td>${escapeHtml(String(parameter['in']))}${isRequired ? ', required' : ''}</td><td>${renderLine(textOf(parameter['description']))}${renderJson(parameter['schema'])}</td></tr>`
  })
  return `<table><thead><tr><th scope="col">Parameter</th><th scope="col">Where</th><th scope="col">What</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

function renderBody(body: Json | undefined): string {
  if (body === undefined) return ''
  return `<h4>Body</h4>${renderContent(body['content'])}`
}

function renderResponses(responses: Readonly<Record<string, Json>>): string {
  const rows = Object.entries(responses).map(([status, response]) => {
    const reference = response['$ref']
    const what =
      typeof reference === 'string'
        ? '<a href="#problems">problem</a>'
        : `${renderLine(textOf(response['description']))}${status < '400' ? renderContent(response['content']) : ''}`
    return `<tr><td>${status}</td><td>${what}</td></tr>`
  })
  return `<h4>Answers</h4><table><tbody>${rows.join('')}</tbody></table>`
}

function renderContent(content: unknown): string {
  return Object.entries((content ?? {}) as Record<string, Json>)
    .map(([type, media]) => `<p><code>${escapeHtml(type)}</code></p>${renderJson(media['schema'])}`)
    .join('')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** JSON with its references as links to the schemas on this page. */
function renderJson(value: unknown): string {
  const text = escapeHtml(JSON.stringify(value ?? {}, null, 2))
  const linked = text.replaceAll(/#\/components\/schemas\/(\w+)/g, '<a href="#schema-$1">$1</a>')
  return `<pre>${linked}</pre>`
}
