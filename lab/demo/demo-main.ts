import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { StartError } from '../../src/errors.ts'
import {
  parseCommandLine,
  readDecimal,
  readWhole,
  runCommand,
  UsageFault,
} from '../../src/command-line.ts'
import { parseInstant } from '../../src/schemas/common.ts'
import { ScenarioFault } from '../../src/replay/scenario-fault.ts'
import type { Checklist } from './checklist.ts'
import { createHttpClient } from './http-client.ts'
import { perform } from './perform.ts'
import { recordingsStage } from './recordings-stage.ts'
import { startServer } from './server.ts'
import type { DemoServer } from './server.ts'
import { atSpeed } from './stage.ts'
import type { Stage } from './stage.ts'
import { townGround } from '../town/town-ground.ts'
import { townSpeedMax, townStage } from './town-stage.ts'

const usage = `Usage: npm run demo -- [--speed FACTOR] [--seed NUMBER] [--recordings PATH ...]

Starts the real server on an embedded PostgreSQL, registers an example, plays tracks through the HTTP API
on today's clock, and shows each alert as it is raised, acknowledged, escalated and ended. Takes about
three minutes; on a terminal the server stays afterwards for whoever is at its desk, and Enter gives
another link to sign in with. Ends with 0 when
everything it promises was shown; Ctrl-C stops it, and the server with it.

  --speed FACTOR     play faster or slower (1). People move faster by the same factor, so it is bounded:
                     0.25 to ${townSpeedMax} for the town; a server cannot tell a film from a teleport
  --seed NUMBER      another town (1)
  --recordings PATH  play real recordings instead: GPX, NMEA, GeoJSON, CSV, .track; a file or a folder,
                     may be given several times. Bans are laid on their way
  --data DIR         where the server of the demo keeps its data (./data/demo); emptied at every start
  --stay             keep the server until Ctrl-C, also without a terminal
  --start TIME       when .track recordings began, which do not say it themselves
`

async function main(): Promise<number> {
  const flags = parseCommandLine(usage, {
    speed: { type: 'string' },
    seed: { type: 'string' },
    recordings: { type: 'string', multiple: true },
    start: { type: 'string' },
    data: { type: 'string' },
    stay: { type: 'boolean' },
  })
  const speed = readDecimal('--speed', flags.speed ?? '1', 0.25, townSpeedMax)
  const seed = readWhole('--seed', flags.seed ?? '1', 0, 2 ** 31 - 1)
  const trackStartMs = parseInstant(flags.start ?? '2026-01-01T00:00:00Z')
  if (trackStartMs === null) {
    throw new UsageFault(`--start is no RFC 3339 time: ${flags.start ?? ''}`)
  }
  // Read before anything is started: a wrong path should not cost a server.
  const makeStage: (startMs: number) => Stage =
    flags.recordings === undefined
      ? (startMs) => townStage(seed, startMs, speed)
      : await recordingsStage(flags.recordings, trackStartMs, speed)
  const stopping = new AbortController()
  const stop = (): void => stopping.abort()
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  try {
    const dataDir = resolve(flags.data ?? join('data', 'demo'))
    // Streets and houses are made for the town alone: recordings are of places we have no map of.
    const ground = flags.recordings === undefined ? townGround(seed) : null
    const server = await openServer(dataDir, ground, stopping.signal)
    const isStaying = flags.stay ?? process.stdout.isTTY
    return await runDemo(makeStage, { speed, isStaying }, server, stopping.signal)
  } catch (error) {
    if (!stopping.signal.aborted) {
      throw error
    }
    return interrupted
  }
}

/** What a shell expects of a command that was stopped by Ctrl-C. */
const interrupted = 130
/** Registering some sixty things through the API takes less, on a slow machine too. */
const curtainMs = 6_000

async function openServer(
  dataDir: string,
  ground: object | null,
  signal: AbortSignal,
): Promise<DemoServer> {
  process.stdout.write('Hoede demo. Starting the server on an embedded PostgreSQL ...\n')
  return await startServer(dataDir, ground, signal)
}

async function runDemo(
  makeStage: (startMs: number) => Stage,
  { speed, isStaying }: { readonly speed: number; readonly isStaying: boolean },
  server: DemoServer,
  signal: AbortSignal,
): Promise<number> {
  // Not as a terminal of its own, which would take Ctrl-C away from us.
  const typed = createInterface({ input: process.stdin, terminal: false })
  try {
    const stage = atSpeed(makeStage(Date.now() + curtainMs), speed)
    const { registry, fixes } = stage.scenario
    const signInLink = await server.signInLink()
    process.stdout.write(
      `${server.baseUrl} (API document at ${server.baseUrl}/docs, log in ${server.logFile})\n` +
        (signInLink === null
          ? 'The server gave no link to sign in with; its log says why.\n'
          : `Sign in as everything, once, within the hour: ${signInLink}\n` +
            `Then along one alert, by a tour: ${new URL(signInLink).origin}/desk#/tour\n` +
            'Signed out? Press Enter here for another link.\n') +
        `Playing ${stage.title}: ${registry.persons.length} people, ${registry.devices.length} devices, ` +
        `${registry.protectionOrders.length} orders, ${fixes.length} fixes.\n` +
        stage.notes.map((note) => `${note}\n`).join('') +
        '\n',
    )
    typed.on('line', () => void sayAnotherLink(server))
    const checklist = await performWatched(server, stage, signal)
    const missing = checklist.items.filter(({ isSeen }) => !isSeen).length
    if (signal.aborted) {
      return interrupted
    }
    process.stdout.write(missing === 0 ? 'Everything was shown.\n' : `${missing} missing.\n`)
    if (isStaying) await untilStopped(server, signal)
    return missing === 0 ? 0 : 1
  } finally {
    typed.close()
    process.stdout.write('Stopping the server ...\n')
    await server.stop()
  }
}

/** The first link works once, and the session ends when no page of the desk is open for long. */
async function sayAnotherLink(server: DemoServer): Promise<void> {
  const link = await server.signInLink()
  process.stdout.write(
    link === null ? 'The server gave no other link.\n' : `Sign in again, once: ${link}\n`,
  )
}

/** What was played is over; whoever is at the desk goes on with what is open. */
async function untilStopped(server: DemoServer, signal: AbortSignal): Promise<void> {
  process.stdout.write(`The server stays at ${server.baseUrl}/desk until Ctrl-C.\n`)
  await Promise.race([server.exited, once(signal, 'abort')])
}

/**
 * A server that ends while it should be serving is named as that, not as
 * the first call that failed.
 */
async function performWatched(
  server: DemoServer,
  stage: Stage,
  signal: AbortSignal,
): Promise<Checklist> {
  const crashed = new AbortController()
  void server.exited.then(() => crashed.abort())
  const http = createHttpClient(server.baseUrl)
  const either = AbortSignal.any([signal, crashed.signal])
  const checklist = await perform(http, server.adminToken, stage, either).catch(
    (error: unknown) => {
      if (!crashed.signal.aborted) {
        throw error
      }
      return null
    },
  )
  if (checklist === null || (crashed.signal.aborted && !signal.aborted)) {
    throw new StartError('unavailable', `The server ended by itself; see ${server.logFile}.`)
  }
  return checklist
}

function isMissing(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

// Last, when every constant above has its value.
await runCommand(
  main,
  (error) => error instanceof ScenarioFault || error instanceof StartError || isMissing(error),
)
