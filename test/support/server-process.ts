import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { testMasterKey } from './master-key.ts'

const root = resolve(import.meta.dirname, '../..')

/** Starts the real server as its users do, in a process of its own, and waits until it is ready. */
export async function startServerProcess(options: {
  readonly dataDir: string
  readonly port: number
  readonly adminToken: string
  readonly environment?: Readonly<Record<string, string>>
  readonly readyMsMax?: number
  /** Killed after so long where it is not ready by then. */
  readonly killAfterMs?: number
  /** The folder of another version of the program. */
  readonly program?: string
}): Promise<ServerProcess> {
  const startedAtMs = performance.now()
  const program = options.program ?? root
  const child = spawn(process.execPath, [join(program, 'src/main.ts')], {
    cwd: program,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '/',
      HOEDE_DATA_DIR: options.dataDir,
      HOEDE_HOST: '127.0.0.1',
      HOEDE_PORT: String(options.port),
      HOEDE_ADMIN_TOKEN: options.adminToken,
      // Beside its own database one is made, which commands on the same folder find.
      ...(options.environment?.['DATABASE_URL'] === undefined
        ? {}
        : { HOEDE_MASTER_KEY: testMasterKey }),
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: string[] = []
  const keep = (chunk: Buffer): void => {
    output.push(chunk.toString('utf8'))
    if (output.length > 500) output.shift()
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
  let exitCode: number | null | undefined
  void exited.then((code) => {
    exitCode = code
  })

  const baseUrl = `http://127.0.0.1:${options.port}`
  const { killAfterMs } = options
  const dying =
    killAfterMs === undefined ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  const deadlineMs = startedAtMs + (options.readyMsMax ?? 110_000)
  for (;;) {
    if (exitCode !== undefined) {
      throw new Error(`the server ended with ${exitCode} before it was ready:\n${output.join('')}`)
    }
    if (performance.now() > deadlineMs) {
      child.kill('SIGKILL')
      throw new Error(`the server was not ready in time:\n${output.join('')}`)
    }
    if (await isReady(baseUrl)) break
    await delay(20)
  }
  if (dying !== null) clearTimeout(dying)
  return {
    baseUrl,
    child,
    readyMs: performance.now() - startedAtMs,
    output: () => output.join(''),
    stop: async () => {
      child.kill('SIGTERM')
      return await exited
    },
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

export type ServerProcess = {
  readonly baseUrl: string
  readonly child: ChildProcess
  readonly readyMs: number
  readonly output: () => string
  readonly stop: () => Promise<number | null>
  readonly kill: () => Promise<void>
}

/** A port nobody listens on now; another process may still take it before the server does. */
export async function findFreePort(): Promise<number> {
  return await new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => {
        if (address === null || typeof address === 'string') fail(new Error('no port was given'))
        else done(address.port)
      })
    })
  })
}

async function isReady(baseUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${baseUrl}/health/ready`, { signal: AbortSignal.timeout(2_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
