import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Json } from './document.ts'

/** Turns zod schemas into the document's schemas; those with an id become components, each once. */
export function collectComponents(): Components {
  const schemas: Record<string, Json> = {}

  function describe(schema: z.ZodType, direction: 'input' | 'output'): Json {
    // Wrapped, so that a schema with an id comes out as a reference also
    // when it is the whole of it.
    const wrapped = z.toJSONSchema(z.strictObject({ schema }), {
      io: direction,
      target: 'draft-2020-12',
      unrepresentable: 'any',
      reused: 'inline',
      override: ({ jsonSchema }) => {
        dropKnownPattern(jsonSchema as Record<string, unknown>)
        if (direction === 'input') tellDefault(jsonSchema as Record<string, unknown>)
      },
    }) as unknown as { properties: { schema: Json }; $defs?: Record<string, Json> }
    for (const [id, definition] of Object.entries(wrapped.$defs ?? {})) {
      const { id: _, ...component } = relink(definition) as Record<string, unknown>
      const former = schemas[id]
      if (former !== undefined && !isDeepStrictEqual(former, component)) {
        throw new Error(`two different schemas have the id ${id}`)
      }
      schemas[id] = component
    }
    return relink(wrapped.properties.schema) as Json
  }

  return { schemas, describe }
}

export type Components = {
  readonly schemas: Readonly<Record<string, Json>>
  readonly describe: (schema: z.ZodType, direction: 'input' | 'output') => Json
}

/**
 * zod's patterns of well-known formats are longer than everything else in the document together.
 */
function dropKnownPattern(schema: Record<string, unknown>): void {
  if (schema['format'] === 'uuid' || schema['format'] === 'date-time') delete schema['pattern']
}

/**
 * Told as a sentence: a generator takes a `default` for a promise and makes the field
 * required in what is sent.
 */
function tellDefault(schema: Record<string, unknown>): void {
  if (!('default' in schema)) return
  const told = `Absent: \`${JSON.stringify(schema['default'])}\`.`
  const description = schema['description']
  schema['description'] = typeof description === 'string' ? `${description} ${told}` : told
  delete schema['default']
}

function relink(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relink)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) =>
      key === '$ref' && typeof child === 'string'
        ? [key, child.replace('#/$defs/', '#/components/schemas/')]
        : [key, relink(child)],
    ),
  )
}
