import { gzipSync } from 'node:zlib'
import { z } from 'zod'
import type { StreetMap } from '../../core/roads/street-map.ts'
import { RefusedInput } from '../../errors.ts'
import type { App } from '../door/app-type.ts'
import { createRateLimiter } from '../door/rate-limit.ts'
import type { AppDeps } from '../route-deps.ts'
import { readGroundFile } from './ground-file.ts'
import { cutStreetMap } from './street-map-tiles.ts'
import { cutGround, tileZoomMax } from './ground-tiles.ts'

/**
 * The ground under bans and tracks, for who works at a desk: it says nothing of anybody, but each
 * square costs this process some milliseconds, which no stranger may spend. A request names a
 * square of the map and never a case; the address of a case stands behind the # of the page, which
 * browsers keep to themselves. No browser may keep a tile either: a disk full of squares would tell
 * where its desk has looked.
 */
export function registerGround(app: App, deps: GroundDeps): void {
  const found = openGround({ groundPath: deps.config.groundPath, streetMap: deps.places.map })
  const limiter = createRateLimiter(deps.clock.nowMs)
  app.route({
    method: 'GET',
    url: '/desk/ground',
    config: { roles: [...deskRoles] },
    schema: {
      operationId: 'getDeskGround',
      summary: 'Which ground the maps of the alert desk have',
      response: { 200: groundSchema },
    },
    handler: async (_request, reply) => {
      reply.header('cache-control', 'no-store')
      if (found === null) return { kind: 'none' as const }
      const { attribution, tiles } = found
      const bounds = tiles.bounds === null ? null : [...tiles.bounds]
      return { kind: 'tiles' as const, attribution, bounds, tileZoomMax }
    },
  })
  app.route({
    method: 'GET',
    url: '/desk/tiles/:z/:x/:y',
    config: { roles: [...deskRoles] },
    schema: {
      operationId: 'getDeskTile',
      summary: 'One square of the ground, as a vector tile',
      params: tileSchema,
    },
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const verdict = limiter.take(request.apiClient.id, tileLimit)
      if (!verdict.isAllowed) {
        reply.header('retry-after', String(verdict.retryAfterSeconds))
        throw new RefusedInput('rate-limited', 'Too many squares of the map are asked at once.')
      }
      const tile = found?.tiles.findTile(request.params) ?? null
      if (tile === null) return await reply.code(204).send()
      reply.type('application/vnd.mapbox-vector-tile')
      if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return await reply.send(tile)
      return await reply.header('content-encoding', 'gzip').send(gzipSync(tile))
    },
  })
}

const deskRoles = ['operator', 'supervisor'] as const

/**
 * Ten screens full at once, and one a second after that, faster than a hand moves a map. Beside the
 * limit of all calls, so that nobody who looks about is kept from answering an alert.
 */
const tileLimit = { burst: 300, perSecond: 30 }

type GroundDeps = Pick<AppDeps, 'clock' | 'config' | 'places'>

type GroundSources = {
  /** A file of its own, such as the demo's town; it wins. */
  readonly groundPath: string | null
  /** The map that assessments are judged by. */
  readonly streetMap: StreetMap | null
}

function openGround({ groundPath, streetMap }: GroundSources) {
  const file = readGroundFile(groundPath)
  if (file !== null) return { attribution: file.attribution, tiles: cutGround(file) }
  if (streetMap === null) return null
  return { attribution: openStreetMapAttribution, tiles: cutStreetMap(streetMap) }
}

/** Its licence asks for this wherever it is shown. */
const openStreetMapAttribution = '© OpenStreetMap contributors, ODbL'

const whole = (max: number) =>
  z.preprocess(
    (text) => (typeof text === 'string' && /^\d{1,6}$/.test(text) ? Number(text) : text),
    z.number().int().min(0).max(max),
  )

const tileSchema = z.strictObject({
  z: whole(tileZoomMax),
  x: whole(2 ** tileZoomMax - 1),
  y: whole(2 ** tileZoomMax - 1),
})

const groundSchema = z
  .strictObject({
    kind: z.enum(['none', 'tiles']).describe('`none`: bans and tracks on a plain ground.'),
    attribution: z.string().optional().describe('Whose map it is; to be shown with it.'),
    bounds: z.array(z.number()).nullable().optional().describe('West, south, east, north.'),
    tileZoomMax: z.number().int().optional(),
  })
  .meta({ id: 'DeskGround' })
