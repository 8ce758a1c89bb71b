import { parseCommandLine, runCommand, UsageFault } from './command-line.ts'
import { columnNames } from './importers/read-csv.ts'
import { readRecordings } from './importers/read-recordings.ts'
import type { ImportedFile } from './importers/read-recordings.ts'
import {
  scenarioFromRecordings,
  scenarioUnderRegistry,
} from './importers/scenario-from-recordings.ts'
import { parseTime } from './parse-time.ts'
import { readRegistry } from './read-registry.ts'
import { hintAtSkipping, ScenarioFault } from './scenario-fault.ts'
import { writeScenario } from './write-scenario.ts'

const usage = `Usage: npm run import -- --from PATH [--from PATH ...] --out DIR [options]

Makes a scenario folder of recordings: GPX 1.0 and 1.1, NMEA 0183, GeoJSON, CSV, .track; also packed as .gz.
A folder is read with everything in it. Files that hold no recording are named and passed over.

  --from PATH           a file or a folder; may be given several times
  --out DIR             where registry.json and positions.ndjson are written
  --registry FILE       an existing registry; device names must be serial numbers in it
  --bans auto|none      lay a circle, a polygon and a multipolygon on each offender's way (auto)
  --victims NAME,...    these devices are victims', and bound to the offenders recorded at the same time
  --separation METERS   the distance those orders ask for (500)
  --columns OURS=THEIRS,...
                        columns of a CSV; ours are ${columnNames.join(', ')}
  --start TIME          when tracks began that count seconds from their start
  --skip-bad-lines      leave out lines that cannot be read, name each on stderr, and go on
`

async function main(): Promise<number> {
  const flags = parseCommandLine(usage, {
    from: { type: 'string', multiple: true },
    out: { type: 'string' },
    registry: { type: 'string' },
    bans: { type: 'string' },
    victims: { type: 'string' },
    separation: { type: 'string' },
    columns: { type: 'string' },
    start: { type: 'string' },
    'skip-bad-lines': { type: 'boolean' },
  })
  if (flags.from === undefined || flags.out === undefined) {
    throw new UsageFault(`${flags.from === undefined ? '--from' : '--out'} is missing.`)
  }
  const bans = flags.bans ?? 'auto'
  if (bans !== 'auto' && bans !== 'none') {
    throw new UsageFault(`--bans is auto or none, not ${bans}`)
  }
  const separationMeters = Number(flags.separation ?? 500)
  if (!(separationMeters > 0)) {
    throw new UsageFault(`--separation is no number of metres: ${flags.separation ?? ''}`)
  }
  const { recordings, files } = await readRecordings(flags.from, {
    columns: readColumns(flags.columns),
    startMs: readStart(flags.start),
    onFault: (fault) => {
      if (flags['skip-bad-lines'] !== true) {
        throw hintAtSkipping(fault)
      }
      process.stderr.write(`left out: ${fault.message}\n`)
    },
  })
  reportFiles(files)
  if (recordings.length === 0) {
    process.stderr.write('Nothing was written: there is no recording in what was given.\n')
    return 2
  }
  const victims = new Set((flags.victims ?? '').split(',').filter((name) => name !== ''))
  const scenario =
    flags.registry === undefined
      ? scenarioFromRecordings(recordings, { bans, victims, separationMeters })
      : scenarioUnderRegistry(recordings, await readRegistry(flags.registry), flags.registry)
  await writeScenario(flags.out, scenario)
  process.stderr.write(
    `${scenario.fixes.length} fixes of ${recordings.length} devices, ` +
      `${scenario.registry.protectionOrders.length} orders, written to ${flags.out}\n`,
  )
  return 0
}

function readColumns(text: string | undefined): ReadonlyMap<string, string> {
  const columns = new Map<string, string>()
  for (const pair of (text ?? '').split(',').filter((part) => part !== '')) {
    const [ours, theirs] = pair.split('=')
    const known = columnNames.find((name) => name === ours)
    if (known === undefined || theirs === undefined || theirs === '') {
      throw new UsageFault(
        `--columns: "${pair}" is not OURS=THEIRS with ours one of ${columnNames.join(', ')}`,
      )
    }
    columns.set(known, theirs)
  }
  return columns
}

function readStart(text: string | undefined): number | null {
  const startMs = text === undefined ? null : parseTime(text)
  if (text !== undefined && startMs === null) {
    throw new UsageFault(`--start is no RFC 3339 time: ${text}`)
  }
  return startMs
}

function reportFiles(files: readonly ImportedFile[]): void {
  for (const { file, fixCount, noPositionCount, faultCount, passedOver } of files) {
    const notes = [
      passedOver === null ? `${fixCount} fixes` : `passed over: ${passedOver}`,
      ...(noPositionCount > 0 ? [`${noPositionCount} records without a position`] : []),
      ...(faultCount > 0 ? [`${faultCount} bad lines left out`] : []),
    ]
    process.stderr.write(`${file}: ${notes.join(', ')}\n`)
  }
}

function isUserFault(error: unknown): error is Error {
  if (error instanceof ScenarioFault) {
    return true
  }
  const code = error instanceof Error && 'code' in error ? error.code : null
  return code === 'ENOENT' || code === 'EACCES' || code === 'Z_DATA_ERROR' || code === 'ENOTDIR'
}

// Last, when every constant above has its value.
await runCommand(main, isUserFault)
