import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import { z } from 'zod'
import { RefusedInput } from '../../errors.ts'
import type { App } from '../door/app-type.ts'

const builtFolder = fileURLToPath(new URL('../../../dist/desk/', import.meta.url))

/**
 * The page of the alert desk: files that were built before, from this server alone. The page itself
 * needs no session; what it shows it asks for, as anybody does.
 */
export async function registerDesk(app: App, folder: string = builtFolder): Promise<void> {
  await app.register(fastifyStatic, { root: folder, serve: false, preCompressed: true })
  app.addHook('onSend', async (request, reply) => {
    if (request.routeOptions.url?.startsWith('/desk') === true && reply.statusCode < 400)
      reply.header('content-security-policy', deskPolicy)
  })

  app.route({
    method: 'GET',
    url: '/desk',
    config: { roles: 'public' },
    schema: { operationId: 'getDesk', summary: 'The alert desk as a page' },
    handler: async (_request, reply) => {
      if (!existsSync(`${folder}index.html`)) throw new RefusedInput('not-found', notBuilt)
      return await reply.sendFile('index.html', { cacheControl: false })
    },
  })
  app.route({
    method: 'GET',
    url: '/desk/assets/:file',
    config: { roles: 'public' },
    schema: {
      operationId: 'getDeskAsset',
      summary: 'A file of the alert desk',
      params: z.object({ file: z.string().max(200) }),
    },
    handler: async (request, reply) => {
      const { file } = request.params
      // Asked each time, as the page is read each time: one that was built since names other files.
      if (!nameOfFile.test(file) || !existsSync(`${folder}assets/${file}`))
        throw new RefusedInput('not-found')
      // Its name changes with what is in it.
      reply.header('cache-control', 'public, max-age=31536000, immutable')
      return await reply.sendFile(`assets/${file}`, { cacheControl: false })
    },
  })
}

/** Of the folder itself, and nothing beside it. */
const nameOfFile = /^\w[\w.-]*$/

const notBuilt =
  'The page of the alert desk was not built here. Run `npm ci` with development packages, or copy dist/desk from a build; the API works without it.'

/** Everything is ours, nothing is inline; data: is for the icons of the map's buttons. */
const deskPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')
