import { parseCommandLine, readDecimal, runCommand, UsageFault } from '../command-line.ts'
import { columnNames } from './importers/read-csv.ts'
import { readRecordings } from './importers/read-recordings.ts'
import type { ImportedFile } from './importers/read-recordings.ts'
import { speedUnits } from './importers/recording.ts'
import type { ReadingOptions, SpeedUnit } from './importers/recording.ts'
import {
  scenarioFromRecordings,
  scenarioUnderRegistry,
} from './importers/scenario-from-recordings.ts'
import { parseInstant } from '../schemas/common.ts'
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
  --timezone ZONE       zone of times that name none, such as Europe/Amsterdam (UTC)
  --date-order dmy|mdy  of dates that do not begin with their year; without it they are refused
  --speed-unit UNIT     of the speeds of a CSV: ${Object.keys(speedUnits).join(', ')} (m/s, or as its header says)
  --start TIME          when tracks began that count seconds from their start
  --skip-bad-lines      leave out lines that cannot be read, name each on stderr, and go on;
                        otherwise a bad line costs its file

Ends with 0; with 1 when a scenario was written and a file is broken, cut off or has a bad line;
with 2 when nothing was written.
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
    timezone: { type: 'string' },
    'date-order': { type: 'string' },
    'speed-unit': { type: 'string' },
    start: { type: 'string' },
    'skip-bad-lines': { type: 'boolean' },
  })
  if (flags.from === undefined || flags.out === undefined) {
    throw new UsageFault(`${flags.from === undefined ? '--from' : '--out'} is missing.`)
  }
  const options = {
    bans: readChoice('--bans', flags.bans ?? 'auto', ['auto', 'none'] as const),
    victims: new Set((flags.victims ?? '').split(',').filter((name) => name !== '')),
    separationMeters: readDecimal('--separation', flags.separation ?? '500', 1, 50_000),
  }
  const { recordings, files } = await readRecordings(flags.from, {
    ...readReading(flags),
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
  const scenario =
    flags.registry === undefined
      ? scenarioFromRecordings(recordings, options)
      : scenarioUnderRegistry(recordings, await readRegistry(flags.registry), flags.registry)
  await writeScenario(flags.out, scenario)
  process.stderr.write(
    `${scenario.fixes.length} fixes of ${recordings.length} devices, ` +
      `${scenario.registry.protectionOrders.length} orders, written to ${flags.out}\n`,
  )
  return reportBroken(files)
}

type ReadingFlags = { readonly [Name in ReadingFlag]?: string | undefined }
type ReadingFlag = 'columns' | 'timezone' | 'date-order' | 'speed-unit' | 'start'

function readReading(flags: ReadingFlags): ReadingOptions {
  const order = flags['date-order']
  const unit = flags['speed-unit']
  const orders = ['dmy', 'mdy'] as const
  const units = Object.keys(speedUnits) as SpeedUnit[]
  return {
    columns: readColumns(flags.columns),
    startMs: readStart(flags.start),
    timeZone: readTimeZone(flags.timezone),
    dateOrder: order === undefined ? null : readChoice('--date-order', order, orders),
    speedUnit: unit === undefined ? null : readChoice('--speed-unit', unit, units),
  }
}

function readChoice<Choice extends string>(
  flag: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((each) => each === text)
  if (choice === undefined) {
    throw new UsageFault(`${flag} is one of ${choices.join(', ')}, not ${text}`)
  }
  return choice
}

function readTimeZone(text: string | undefined): string | null {
  if (text === undefined) return null
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new UsageFault(`--timezone is no zone such as Europe/Amsterdam: ${text}`)
  }
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
  const startMs = text === undefined ? null : parseInstant(text)
  if (text !== undefined && startMs === null) {
    throw new UsageFault(`--start is no RFC 3339 time: ${text}`)
  }
  return startMs
}

function reportFiles(files: readonly ImportedFile[]): void {
  for (const { file, fixCount, faultCount, passedOverCounts, ...imported } of files) {
    const { passedOver, brokenBy, notes } = imported
    if (brokenBy !== null) {
      process.stderr.write(`${fixCount === 0 ? 'not read' : 'not whole'}: ${brokenBy}\n`)
      if (fixCount === 0) continue
    }
    const counts = [...passedOverCounts].map(
      ([reason, { count, first }]) => `${count} ${reason} (first: ${first})`,
    )
    const parts = [
      passedOver === null ? `${fixCount} fixes` : `passed over: ${passedOver}`,
      ...counts,
      ...(faultCount > 0 ? [`${faultCount} bad lines left out`] : []),
      ...notes,
    ]
    process.stderr.write(`${file}: ${parts.join('; ')}\n`)
  }
}

function reportBroken(files: readonly ImportedFile[]): number {
  const broken = files.filter(({ brokenBy }) => brokenBy !== null)
  if (broken.length === 0) return 0
  process.stderr.write(`${broken.length} of ${files.length} files could not be read whole.\n`)
  return 1
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
