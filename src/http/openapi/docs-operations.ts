import { escapeHtml } from '../../escape-html.ts'
import { renderLine, renderMarkup } from './html.ts'
import type { OutgoingEvent } from '../../schemas/alert-event.ts'
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
      return renderFolded(
        `schema-${name}`,
        `<code>${escapeHtml(name)}</code>`,
        `${about}${renderJson(rest)}`,
      )
    })
    .join('\n')
}

/** What other systems are told: each event with its meaning, its schema and its ways out. */
export function renderEvents(events: readonly OutgoingEvent[]): string {
  const entries = events.map(({ type, name, about, isOnStream, isPosted }) => {
    const ways = [...(isOnStream ? ['stream'] : []), ...(isPosted ? ['webhook'] : [])].join(', ')
    return `<dt><code>${escapeHtml(type)}</code> (${ways})</dt><dd>${renderLine(about)} Schema: <a href="#schema-${name}">${name}</a>.</dd>`
  })
  return `<dl>${entries.join('')}</dl>`
}

function renderOperation(path: string, method: string, operation: OpenapiOperation): string {
  return renderFolded(
    operation.operationId,
    `<b>${method.toUpperCase()}</b> <code>/v1${escapeHtml(path)}</code> — ${escapeHtml(operation.summary)}`,
    `${renderMarkup(operation.description ?? '')}
${renderParameters(operation.parameters ?? [])}
${renderBody(operation.requestBody)}
${renderResponses(operation.responses)}`,
  )
}

/**
 * The target of a link lies inside what is folded away: a browser that follows the link unfolds it.
 */
function renderFolded(id: string, summary: string, inside: string): string {
  return `<details><summary>${summary}</summary><div id="${escapeHtml(id)}">
${inside}
</div></details>`
}

function renderParameters(parameters: readonly Json[]): string {
  if (parameters.length === 0) return ''
  const entries = parameters.map((parameter) => {
    const isRequired = parameter['required'] === true
    const where = `${String(parameter['in'])}${isRequired ? ', required' : ''}`
    return `<dt><code>${escapeHtml(String(parameter['name']))}</code> (${escapeHtml(where)})</dt><dd>${renderLine(textOf(parameter['description']))}${renderJson(parameter['schema'])}</dd>`
  })
  return `<h4>Parameters</h4><dl>${entries.join('')}</dl>`
}

function renderBody(body: Json | undefined): string {
  if (body === undefined) return ''
  return `<h4>Body</h4>${renderContent(body['content'])}`
}

function renderResponses(responses: Readonly<Record<string, Json>>): string {
  const entries = Object.entries(responses).map(([status, response]) => {
    const reference = response['$ref']
    const what =
      typeof reference === 'string'
        ? '<a href="#problems">problem</a>'
        : `${renderLine(textOf(response['description']))}${status < '400' ? renderContent(response['content']) : ''}`
    return `<dt>${status}</dt><dd>${what}</dd>`
  })
  return `<h4>Answers</h4><dl>${entries.join('')}</dl>`
}

function renderContent(content: unknown): string {
  return Object.entries((content ?? {}) as Record<string, Json>)
    .map(([type, { schema, example }]) => {
      const shown = example === undefined ? '' : `<p>For example:</p>${renderJson(example)}`
      return `<p><code>${escapeHtml(type)}</code></p>${renderJson(schema)}${shown}`
    })
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
