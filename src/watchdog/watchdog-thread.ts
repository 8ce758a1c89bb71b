import { writeSync } from 'node:fs'
import { Session, type Debugger } from 'node:inspector'
import { workerData } from 'node:worker_threads'
import { systemClock } from '../clock.ts'
import {
  debuggerSign,
  hungExitCode,
  startedSign,
  turnsSign,
  type WatchdogOrders,
} from './watchdog.ts'

/** The thread that `startWatchdog` starts: it looks at the signs of the loop, and acts. */

const { signs, tickMs, limitMs, startingLimitMs } = workerData as WatchdogOrders
const view = new Int32Array(signs)
let turnsSeen = -1
let ticksWithoutTurn = 0

const watching = setInterval(() => {
  const turns = Atomics.load(view, turnsSign)
  if (turns !== turnsSeen || Atomics.load(view, debuggerSign) === 1) {
    turnsSeen = turns
    ticksWithoutTurn = 0
    return
  }
  ticksWithoutTurn += 1
  const hungMs = Atomics.load(view, startedSign) === 1 ? limitMs : startingLimitMs
  if (ticksWithoutTurn * tickMs < hungMs) return
  clearInterval(watching)
  endProcess(hungMs)
}, tickMs)

/** Names and lines only, so nothing of a person. */
const framesTold = 6
const stackMsMax = 1_000
/** The door of a large process on a busy machine takes more than three seconds to open. */
const exitMsMax = 6_000

/**
 * A thread cannot end its process, and a signal does not end the first process of a container. The
 * debugger's door lets this thread in between two steps of what runs, and from there the process
 * ends itself; where it was is asked first, as nobody could find that out afterwards.
 */
function endProcess(hungMs: number): void {
  // A loop that hangs outside JavaScript opens no door.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), exitMsMax)
  const session = new Session()
  const urlOf = new Map<string, string>()
  let isTold = false
  const tellAndExit = (frames: readonly Debugger.CallFrame[]): void => {
    if (isTold) return
    isTold = true
    const at = frames.slice(0, framesTold).map((frame) => describeFrame(frame, urlOf))
    tell(at, hungMs)
    session.post('Runtime.evaluate', { expression: `process.reallyExit(${hungExitCode})` })
  }
  setTimeout(() => tellAndExit([]), stackMsMax)
  session.connectToMainThread()
  session.on('Debugger.scriptParsed', ({ params }) => urlOf.set(params.scriptId, params.url))
  session.on('Debugger.paused', ({ params }) => tellAndExit(params.callFrames))
  session.post('Debugger.enable')
  session.post('Debugger.pause')
}

function describeFrame(
  { functionName, location }: Debugger.CallFrame,
  urlOf: ReadonlyMap<string, string>,
): string {
  const name = functionName === '' ? '(no name)' : functionName
  return `${name} ${urlOf.get(location.scriptId) ?? ''}:${location.lineNumber + 1}`
}

/** A line as those of the log, which lives in the loop that hangs. */
function tell(at: readonly string[], hungMs: number): void {
  const seconds = Math.round(hungMs / 1_000)
  const line = {
    level: 'fatal',
    time: new Date(systemClock.nowMs()).toISOString(),
    exitCode: hungExitCode,
    at,
    msg: `This process hangs: its loop has not turned for ${seconds} s, so it hears no request, no timer and no signal. It is ended, to be started again.`,
  }
  writeSync(2, `${JSON.stringify(line)}\n`)
}
