import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'

/**
 * What the server is measured against: the same Fastify with a route that does nothing but take
 * the JSON, and one that also brings it to the disk before it answers.
 */
process.on('message', () => {
  void serve().then((port) => process.send?.({ port, processId: process.pid }))
})
process.on('disconnect', () => process.exit(0))

async function serve(): Promise<number> {
  const app = Fastify({ bodyLimit: 4 * 1024 * 1024 })
  const file = await open(join(tmpdir(), `hoede-bench-${process.pid}`), 'a')
  app.post('/empty', async (_request, reply) => {
    reply.code(202)
    return { accepted: 1 }
  })
  let syncing: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | null = null
  // All that came while one sync ran go down with the next.
  const sync = async (): Promise<void> => {
    waiting ??= syncing.then(() => {
      waiting = null
      syncing = file.datasync()
      return syncing
    })
    await waiting
  }
  app.post('/synced', async (request, reply) => {
    await file.appendFile(JSON.stringify(request.body))
    await sync()
    reply.code(202)
    return { accepted: 1 }
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  return address === null || typeof address === 'string' ? 0 : address.port
}
