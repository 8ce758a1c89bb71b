import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { StartError } from '../../src/errors.ts'
import { emptyDataFolder, rememberRun } from './demo-folder.ts'
import { createHttpClient } from './http-client.ts'

/** Starts the real server, empty, in a data folder of its own, and waits until it is ready. */
export async function startServer(
  dataDir: string,
  ground: object | null,
  signal: AbortSignal,
): Promise<DemoServer> {
  await emptyDataFolder(dataDir)
  const groundPath = join(dataDir, 'ground.json')
  if (ground !== null) await writeFile(groundPath, JSON.stringify(ground))
  const port = await findFreePort()
  const adminToken = randomBytes(24).toString('base64url')
  const logFile = join(dataDir, 'server.log')
  const log = createWriteStream(logFile)
  await once(log, 'open')
  const { DATABASE_URL: _, REDIS_URL: __, HOEDE_PUBLIC_URL: ___, ...environment } = process.env
  const child = spawn(process.execPath, [mainFile], {
    env: {
      ...environment,
      HOEDE_ADMIN_TOKEN: adminToken,
      HOEDE_HOST: '127.0.0.1',
      HOEDE_PORT: String(port),
      HOEDE_DATA_DIR: dataDir,
      HOEDE_ROLES: 'api,evaluator,worker',
      HOEDE_DEMO_PERSON: 'yes',
      ...(ground === null ? {} : { HOEDE_GROUND_PATH: groundPath }),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C reaches us only, and we stop the server once and in order.
    detached: true,
  })
  await rememberRun(dataDir, child.pid ?? null)
  child.stdout.pipe(log)
  child.stderr.pipe(log)
  const server: DemoServer = {
    baseUrl: `http://127.0.0.1:${port}`,
    adminToken,
    logFile,
    signInLink: createLinkAsking(child.stdin, logFile, signal),
    exited: new Promise((resolve) => child.once('exit', resolve)),
    stop: () => stopChild(child),
  }
  try {
    await untilReady(server, child, signal)
  } catch (error) {
    await stopChild(child)
    throw error
  }
  return server
}

export type DemoServer = {
  readonly baseUrl: string
  readonly adminToken: string
  readonly logFile: string
  /**
   * Signs the first who opens it in; each time another, and the one before is worthless. Null when
   * the server says none within ten seconds.
   */
  readonly signInLink: () => Promise<string | null>
  readonly exited: Promise<number | null>
  /** Ends the server, and with it the PostgreSQL it started. */
  readonly stop: () => Promise<void>
}

const mainFile = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const readyMsMax = 120_000
const stopMsMax = 30_000
const linkMsMax = 10_000

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') {
    throw new StartError('unavailable', 'No free port was found on 127.0.0.1.')
  }
  return address.port
}

/** The first link is said by itself, and each after it when it is asked for by Enter. */
function createLinkAsking(input: Writable, logFile: string, signal: AbortSignal) {
  // A server that is stopping reads no more; that it ended is said by itself.
  input.on('error', () => {})
  let askedCount = 0
  return async (): Promise<string | null> => {
    const beforeCount = askedCount
    askedCount += 1
    if (beforeCount > 0) input.write('\n')
    return await readSignInLink(logFile, signal, beforeCount)
  }
}

/** A server may be ready a moment before it says how to sign in. */
export async function readSignInLink(
  logFile: string,
  signal: AbortSignal,
  beforeCount = 0,
): Promise<string | null> {
  const deadlineMs = performance.now() + linkMsMax
  while (!signal.aborted) {
    const said = (await readFile(logFile, 'utf8')).match(/http:\S+#link=\S+(?=\n)/g) ?? []
    const link = said[beforeCount] ?? null
    if (link !== null || performance.now() > deadlineMs) return link
    await wait(50)
  }
  return null
}

async function untilReady(
  server: DemoServer,
  child: ChildProcess,
  signal: AbortSignal,
): Promise<void> {
  const http = createHttpClient(server.baseUrl)
  const deadlineMs = performance.now() + readyMsMax
  while (performance.now() < deadlineMs) {
    signal.throwIfAborted()
    if (child.exitCode !== null || child.signalCode !== null) {
      break
    }
    const status = await http.get('/health/ready', null).then(
      (answer) => answer.status,
      () => 0,
    )
    if (status === 200) {
      return
    }
    await wait(100)
  }
  const tail = (await readFile(server.logFile, 'utf8')).trimEnd().split('\n').slice(-12).join('\n')
  throw new StartError('unavailable', `The server did not become ready. Its last words:\n${tail}`)
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return
  }
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const patience = new AbortController()
  const isStopped = await Promise.race([
    exited.then(() => true),
    wait(stopMsMax, false, { signal: patience.signal }).catch(() => false),
  ])
  patience.abort()
  if (!isStopped) {
    child.kill('SIGKILL')
    await exited
  }
}
