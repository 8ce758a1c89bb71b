import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { StartError } from '../../errors.ts'

/**
 * What `HOEDE_GROUND_PATH` names: the ground that desks see under bans and tracks, as GeoJSON. Each
 * feature says in `layer` what it is; a layer that the page does not draw is left out of the tiles.
 */
export function readGroundFile(path: string | null): GroundFile | null {
  if (path === null) return null
  const faultOf = (what: string): StartError =>
    new StartError('invalid-configuration', `HOEDE_GROUND_PATH: ${what}`)
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) throw faultOf('expected GeoJSON, got text that is no JSON')
    throw faultOf(`expected a file that this user may read, got ${JSON.stringify(path)}`)
  }
  const parsed = fileSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw faultOf(
    `expected a FeatureCollection with attribution, got a fault at ${issue?.path.join('.') ?? ''}`,
  )
}

/** In the order in which they are drawn. */
export const groundLayers = ['green', 'water', 'rail', 'building', 'street'] as const

const fileSchema = z.object({
  type: z.literal('FeatureCollection'),
  /** Whose map it is: shown on every picture of it. */
  attribution: z.string().min(1).max(500),
  features: z.array(
    z.object({
      type: z.literal('Feature'),
      properties: z.object({
        layer: z.string(),
        name: z.string().max(200).optional(),
        /** `main`: drawn wider and from further away. */
        class: z.string().max(40).optional(),
      }),
      geometry: z.object({
        type: z.enum(['LineString', 'MultiLineString', 'Polygon', 'MultiPolygon']),
        coordinates: z.array(z.any()),
      }),
    }),
  ),
})

export type GroundFile = z.output<typeof fileSchema>
