import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Redis } from 'ioredis'
import { waitUntil } from './wait-until.ts'

/**
 * A Redis of its own for one test file: the `redis-server` of this machine, else one in
 * a container. Null where there is neither; then tests skip and say so, except in CI,
 * where missing is a failure.
 */
export async function startTestRedis(): Promise<TestRedis | null> {
  return (await startLocalRedis()) ?? (await startContainerRedis())
}

/** For `describe.skipIf`: decided before tests run, because a skip must be visible by its name. */
export const isRedisMissing = await isMissing()
export const redisSkipNote = isRedisMissing ? ' (skipped: no redis-server and no Docker here)' : ''

export type TestRedis = {
  readonly url: string
  /** As `kill -9` would; `start` brings an empty one back at the same place. Containers cannot. */
  readonly kill: (() => Promise<void>) | null
  readonly start: (() => Promise<void>) | null
  /** Stops and continues it where it stands; containers cannot. */
  readonly signal: ((name: NodeJS.Signals) => void) | null
  readonly stop: () => Promise<void>
}

async function isMissing(): Promise<boolean> {
  const redis = await startTestRedis()
  await redis?.stop()
  if (redis === null && process.env['CI'] !== undefined) {
    throw new Error('CI must have a redis-server or Docker: these tests may not be skipped there.')
  }
  return redis === null
}

async function startLocalRedis(): Promise<TestRedis | null> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hoede-redis-'))
  const port = await findFreePort()
  const url = `redis://127.0.0.1:${port}`
  let server: ChildProcess | null = null

  async function start(): Promise<void> {
    const child = spawn(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
      { stdio: 'ignore' },
    )
    const started = await new Promise<boolean>((resolve) => {
      child.once('error', () => resolve(false))
      child.once('spawn', () => resolve(true))
    })
    if (!started) return
    server = child
    await waitUntil('redis answers', () => answers(url))
  }

  async function kill(): Promise<void> {
    const child = server
    server = null
    if (child === null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  async function stop(): Promise<void> {
    await kill()
    await rm(folder, { recursive: true, force: true })
  }

  await start()
  if (server === null) {
    await stop()
    return null
  }
  return { url, kill, start, signal: (name) => server?.kill(name), stop }
}

async function startContainerRedis(): Promise<TestRedis | null> {
  const { GenericContainer } = await import('testcontainers')
  try {
    const container = await new GenericContainer('redis:8-alpine').withExposedPorts(6379).start()
    return {
      url: `redis://${container.getHost()}:${container.getMappedPort(6379)}`,
      kill: null,
      start: null,
      signal: null,
      stop: async () => {
        await container.stop()
      },
    }
  } catch (error) {
    // Without Docker the library throws this plain sentence; anything else is a fault worth seeing.
    if (error instanceof Error && /container runtime/.test(error.message)) return null
    throw error
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  client.on('error', () => {
    // Not there yet; asked again by whoever waits.
  })
  try {
    await client.connect()
    return (await client.ping()) === 'PONG'
  } catch {
    return false
  } finally {
    client.disconnect()
  }
}

async function findFreePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
