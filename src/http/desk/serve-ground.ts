import { gzipSync } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { StreetMap } from '../../core/roads/street-map.ts'
import { RefusedInput } from '../../errors.ts'
import type { App } from '../door/app-type.ts'
import { createRateLimiter } from '../door/rate-limit.ts'
import type { AppDeps } from '../route-deps.ts'
import { readGroundFile } from './ground-file.ts'
import {
  countryBounds,
  createOutsideTiles,
  outsideZoomMax,
  outsideZoomMin,
  type OutsideTiles,
} from './outside-tiles.ts'
import { cutStreetMap } from './street-map-tiles.ts'
import { cutGround, tileZoomMax, type GroundTiles } from './ground-tiles.ts'

/**
 * The ground under bans and tracks, for who works at a desk: it says nothing of anybody, but each
 * square costs this process some milliseconds, which no stranger may spend. A request names a
 * square of the map and never a case; the address of a case stands behind the # of the page, which
 * browsers keep to themselves. No browser may keep a tile either: a disk full of squares would tell
 * where its desk has looked.
 */
export function registerGround(app: App, deps: GroundDeps): void {
  const found = openGround({ groundPath: deps.config.groundPath, streetMap: deps.places.map })
  const pictures = openPictures(app, deps)
  const slowDown = createSlowDown(deps)
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
      const over = pictures === null ? {} : { pictures: picturesFacts }
      if (found === null) return { kind: 'none' as const, ...over }
      const { attribution, tiles } = found
      const bounds = tiles.bounds === null ? null : [...tiles.bounds]
      return { kind: 'tiles' as const, attribution, bounds, tileZoomMax, ...over }
    },
  })
  registerTiles(app, found?.tiles ?? null, slowDown)
  registerPictures(app, pictures, slowDown)
}

function registerTiles(app: App, tiles: GroundTiles | null, slowDown: SlowDown): void {
  app.route({
    method: 'GET',
    url: '/desk/tiles/:z/:x/:y',
    config: { roles: [...deskRoles] },
    schema: {
      operationId: 'getDeskTile',
      summary: 'One square of the ground, as a vector tile',
      params: tileSchemaUpTo(tileZoomMax),
    },
    handler: async (request, reply) => {
      slowDown(request, reply)
      const tile = tiles?.findTile(request.params) ?? null
      if (tile === null) return await reply.code(204).send()
      reply.type('application/vnd.mapbox-vector-tile')
      if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return await reply.send(tile)
      return await reply.header('content-encoding', 'gzip').send(gzipSync(tile))
    },
  })
}

function registerPictures(app: App, pictures: OutsideTiles | null, slowDown: SlowDown): void {
  app.route({
    method: 'GET',
    url: '/desk/pictures/:z/:x/:y',
    config: { roles: [...deskRoles] },
    schema: {
      operationId: 'getDeskPicture',
      summary: 'One square of the map of the Kadaster, where this server is configured to ask it',
      params: tileSchemaUpTo(outsideZoomMax),
    },
    handler: async (request, reply) => {
      slowDown(request, reply)
      const tile = (await pictures?.findTile(request.params)) ?? null
      if (tile === null) return await reply.code(204).send()
      if (tile !== 'missing') return await reply.type(tile.type).send(tile.bytes)
      throw new RefusedInput('unavailable', 'The map of the Kadaster does not answer just now.')
    },
  })
}

function createSlowDown({ clock }: GroundDeps): SlowDown {
  const limiter = createRateLimiter(clock.nowMs)
  return (request, reply) => {
    reply.header('cache-control', 'no-store')
    const verdict = limiter.take(request.apiClient.id, tileLimit)
    if (verdict.isAllowed) return
    reply.header('retry-after', String(verdict.retryAfterSeconds))
    throw new RefusedInput('rate-limited', 'Too many squares of the map are asked at once.')
  }
}

type SlowDown = (request: FastifyRequest, reply: FastifyReply) => void

/** What is under way when the server stops is let go: nobody waits for a picture. */
function openPictures(app: App, { config, clock }: GroundDeps) {
  if (config.brtTilesUrl === null) return null
  const stop = new AbortController()
  app.addHook('preClose', async () => stop.abort())
  const { nowMs } = clock
  return createOutsideTiles({ template: config.brtTilesUrl, nowMs, signal: stop.signal })
}

const picturesFacts = {
  /** Its licence (CC BY 4.0) asks for this wherever it is shown. */
  attribution: 'Kaartgegevens © Kadaster, BRT Achtergrondkaart (CC BY 4.0)',
  bounds: [...countryBounds],
  tileZoomMin: outsideZoomMin,
  tileZoomMax: outsideZoomMax,
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

const tileSchemaUpTo = (zoomMax: number) =>
  z.strictObject({ z: whole(zoomMax), x: whole(2 ** zoomMax - 1), y: whole(2 ** zoomMax - 1) })

const groundSchema = z
  .strictObject({
    kind: z.enum(['none', 'tiles']).describe('`none`: bans and tracks on a plain ground.'),
    attribution: z.string().optional().describe('Whose map it is; to be shown with it.'),
    bounds: z.array(z.number()).nullable().optional().describe('West, south, east, north.'),
    tileZoomMax: z.number().int().optional(),
    pictures: z
      .strictObject({
        attribution: z.string(),
        bounds: z.array(z.number()).describe('West, south, east, north.'),
        tileZoomMin: z.number().int(),
        tileZoomMax: z.number().int(),
      })
      .optional()
      .describe('A map of somebody else over it, fetched and kept by this server.'),
  })
  .meta({ id: 'DeskGround' })
