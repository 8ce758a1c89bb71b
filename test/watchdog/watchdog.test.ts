import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { findRunningCluster } from '../../src/embedded-postgres/process.ts'
import { hungExitCode } from '../../src/watchdog/watchdog.ts'
import { findFreePort, startServerProcess } from '../support/server-process.ts'
import { waitUntil } from '../support/wait-until.ts'

const support = join(import.meta.dirname, '../support')
const hangingProcess = join(support, 'hanging-process.ts')
const limitMs = 1_500
const startingLimitMs = 3 * limitMs
/** What the thread may take beyond the limit, to ask where the process hangs and to end it. */
const endMsMax = 12_000

const children = new Set<ChildProcess>()
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})

async function startHanging(
  how: string,
  { options = [], phase = 'started' }: HangingOptions = {},
): Promise<Hanging> {
  const child = spawn(
    process.execPath,
    [...options, hangingProcess, how, String(limitMs), String(startingLimitMs), phase],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  children.add(child)
  const said: string[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal))
  })
  await new Promise((resolve) => {
    child.stdout.once('data', resolve)
  })
  return { child, ended, said: () => said.join('') }
}

type HangingOptions = {
  readonly options?: readonly string[]
  readonly phase?: 'starting' | 'started'
}

type Hanging = {
  readonly child: ChildProcess
  readonly ended: Promise<number | string | null>
  readonly said: () => string
}

async function endOf({ ended }: Hanging, msMax: number): Promise<number | string | null> {
  return await Promise.race([ended, delay(msMax, 'alive', { ref: false })])
}

describe('a process whose loop does not turn', () => {
  it.each(['microtasks', 'loop'])(
    'a process that hangs in %s is ended within the limit, with a code of its own and a fatal line',
    async (how) => {
      const hanging = await startHanging(how)
      expect(await endOf(hanging, limitMs + endMsMax)).toBe(hungExitCode)
      const line = hanging
        .said()
        .split('\n')
        .find((text) => text.startsWith('{'))
      const fatal = JSON.parse(line ?? '{}') as { level: string; msg: string; at: string[] }
      expect(fatal).toMatchObject({ level: 'fatal', exitCode: 70 })
      expect(fatal.msg).toContain('its loop has not turned for 2 s')
      // Between two microtasks there is no function of ours to name.
      const where = how === 'loop' ? /^loop .*hanging-process.ts:\d+$/ : /:\d+$/
      expect(fatal.at[0]).toMatch(where)
    },
  )

  it('a process that hangs where no debugger gets in is ended all the same, and says so', async () => {
    const hanging = await startHanging('system')
    expect(await endOf(hanging, limitMs + endMsMax)).not.toBe('alive')
    expect(hanging.said()).toContain('"level":"fatal"')
  })
})

describe('a process that starts', () => {
  it('a process that hangs while it starts is given longer, and is ended then', async () => {
    const hanging = await startHanging('loop', { phase: 'starting' })
    expect(await endOf(hanging, 2 * limitMs)).toBe('alive')
    expect(await endOf(hanging, limitMs + endMsMax)).toBe(hungExitCode)
    expect(hanging.said()).toContain('its loop has not turned for 5 s')
  })
})

describe('a process that only seems to hang', () => {
  it.each(['busy', 'idle'])('a process that is %s goes on', async (how) => {
    expect(await endOf(await startHanging(how), 3 * limitMs)).toBe('alive')
  })

  it('a process that was stopped for longer than the limit goes on when it is let', async () => {
    const idle = await startHanging('idle')
    for (let round = 0; round < 3; round += 1) {
      idle.child.kill('SIGSTOP')
      await delay(2 * limitMs)
      idle.child.kill('SIGCONT')
      await delay(limitMs / 3)
    }
    expect(await endOf(idle, 2 * limitMs)).toBe('alive')
  })

  it('a process with a debugger is left alone, whatever it does', async () => {
    const hanging = await startHanging('loop', { options: ['--inspect=127.0.0.1:0'] })
    expect(await endOf(hanging, 3 * limitMs)).toBe('alive')
  })
})

describe('the server', () => {
  it('the server ends itself when it hangs, and the next one takes over its database', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'hoede-watchdog-'))
    const start = async (environment: Record<string, string>) =>
      await startServerProcess({
        dataDir,
        port: await findFreePort(),
        adminToken: `watchdog-${'0123456789abcdef'.repeat(3)}`,
        environment: { ...environment, HOEDE_WATCHDOG_SECONDS: '5' },
      })
    try {
      const hangOnSignal = pathToFileURL(join(support, 'hang-on-signal.ts')).href
      const server = await start({ NODE_OPTIONS: `--import=${hangOnSignal}` })
      children.add(server.child)
      // It is ready a moment before it is told that it has started.
      await waitUntil('it has started', () => server.output().includes('Hoede listens at'))
      server.child.kill('SIGUSR2')
      const ended = new Promise((resolve) => {
        server.child.once('exit', resolve)
      })
      expect(await Promise.race([ended, delay(5_000 + endMsMax, 'alive')])).toBe(hungExitCode)
      expect(server.output()).toContain('"level":"fatal"')
      const next = await start({})
      expect(next.output()).toContain('Took over the PostgreSQL')
      expect(await next.stop()).toBe(0)
    } finally {
      const cluster = await findRunningCluster(join(dataDir, 'postgres'))
      if (cluster !== null) process.kill(cluster.pid, 'SIGQUIT')
      await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    }
  })
})
