import { defaultLimits } from '../core/model/limits.ts'
import { parseCommandLine, runCommand, UsageFault, writeOut } from '../command-line.ts'
import { quietModes } from '../core/quiet/trail.ts'
import { parseInstant } from '../schemas/common.ts'
import { replayScenario } from './replay.ts'
import type { ReplayCounts } from './replay.ts'
import { loadScenario } from './scenario.ts'
import { hintAtSkipping, ScenarioFault } from './scenario-fault.ts'

const usage = `Usage: npm run replay -- --scenario DIR [--until TIME] [--skip-bad-lines]
       [--quiet-fixes on|off|checked]

Judges a recorded scenario with the server's own evaluator, without a server.

  --scenario DIR     folder with registry.json, positions.ndjson and, if there are any, device-events.ndjson
  --until TIME       stop the clock at this RFC 3339 time; it may lie after the last line
  --skip-bad-lines   leave out lines that cannot be read, name each on stderr, and go on
  --quiet-fixes M    whether fixes that change nothing are known by their numbers, as in the server: on,
                     off or checked (default on). What is printed is the same

Alerts are printed on stdout, one JSON object a line: "event" is "raised", "ended" or "revised".
Progress and a summary go to stderr. Ends with 0, or with 2 when the scenario cannot be read.
`

async function main(): Promise<number> {
  const flags = parseCommandLine(usage, {
    scenario: { type: 'string' },
    until: { type: 'string' },
    'skip-bad-lines': { type: 'boolean' },
    'quiet-fixes': { type: 'string', default: 'on' },
  })
  if (flags.scenario === undefined) {
    throw new UsageFault('--scenario is missing: the folder of the scenario.')
  }
  const untilMs = flags.until === undefined ? null : parseInstant(flags.until)
  if (flags.until !== undefined && untilMs === null) {
    throw new UsageFault(`--until is no RFC 3339 time: ${flags.until}`)
  }
  const quietMode = quietModes.find((mode) => mode === flags['quiet-fixes'])
  if (quietMode === undefined) {
    throw new UsageFault(`--quiet-fixes is on, off or checked, not ${flags['quiet-fixes']}`)
  }
  let skippedCount = 0
  const startedAtMs = performance.now()
  const scenario = await loadScenario(flags.scenario, defaultLimits, (fault) => {
    if (flags['skip-bad-lines'] !== true) {
      throw hintAtSkipping(fault)
    }
    skippedCount++
    process.stderr.write(`left out: ${fault.message}\n`)
  })
  const readMs = performance.now() - startedAtMs
  let last: ReplayCounts = { fixCount: 0, deviceEventCount: 0, nowMs: 0 }
  let alertCount = 0
  const onProgress = (counts: ReplayCounts): void => {
    last = counts
    if (process.stderr.isTTY) {
      const percent = Math.floor((100 * counts.fixCount) / Math.max(1, scenario.fixes.count))
      process.stderr.write(`\r${percent} % of ${scenario.fixes.count} fixes`)
    }
  }
  for (const line of replayScenario(scenario, defaultLimits, untilMs, onProgress, quietMode)) {
    alertCount += line.event === 'raised' ? 1 : 0
    await writeOut(`${JSON.stringify(line)}\n`)
  }
  const seconds = (performance.now() - startedAtMs - readMs) / 1000
  const perMinute = Math.round((last.fixCount / Math.max(seconds, 0.001)) * 60)
  process.stderr.write(
    `${process.stderr.isTTY ? '\r' : ''}${last.fixCount} fixes and ${last.deviceEventCount} device events, ` +
      `${alertCount} alerts; read in ${(readMs / 1000).toFixed(1)} s, judged in ${seconds.toFixed(1)} s ` +
      `(${perMinute} fixes a minute)${skippedCount > 0 ? `; ${skippedCount} bad lines left out` : ''}\n`,
  )
  return 0
}

// Last, when every constant above has its value.
await runCommand(main, (error) => error instanceof ScenarioFault)
