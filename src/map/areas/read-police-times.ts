import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import type { PoliceTime, PoliceTimes } from '../../core/enforceability/police-times.ts'
import { defaultLimits } from '../../core/model/limits.ts'
import { StartError } from '../../errors.ts'
import { MapFault } from '../map-fault.ts'

/**
 * A table of police times: CSV with the columns `municipality_code`, `year`, `p85_minutes` and
 * `source`. Every row must have each of them, since a figure without a source is nobody's.
 *
 * @throws MapFault that names the line and what was expected
 */
export async function readPoliceTimes(path: string): Promise<PoliceTimes> {
  const bytes = await readFile(path).catch(() => {
    throw new MapFault(`There is no file ${path}.`)
  })
  const rows = readTable(path, bytes)
  const [header, ...lines] = rows
  if (header?.join() !== columns.join()) {
    throw new MapFault(`${path}: line 1: expected the columns ${columns.join(', ')}.`)
  }
  if (lines.length === 0) throw new MapFault(`${path} holds no police time.`)
  const read = lines.map((cells, index) => readRow(cells, `${path}: line ${index + 2}`))
  const seen = new Set<string>()
  for (const [index, { municipalityCode, year }] of read.entries()) {
    const key = `${municipalityCode} of ${year}`
    if (seen.has(key)) throw new MapFault(`${path}: line ${index + 2}: ${key} is there twice.`)
    seen.add(key)
  }
  return { id: createHash('sha256').update(bytes).digest('hex'), rows: read }
}

/** The table that the configuration names; null where it names none. */
export async function openPoliceTimes(path: string | null): Promise<PoliceTimes | null> {
  if (path === null) return null
  try {
    return await readPoliceTimes(path)
  } catch (error) {
    if (!(error instanceof MapFault)) throw error
    const detail = `HOEDE_POLICE_TIMES_PATH: the police times cannot be read: ${error.message}`
    throw new StartError('invalid-configuration', detail)
  }
}

const columns = ['municipality_code', 'year', 'p85_minutes', 'source']

function readTable(path: string, bytes: Buffer): string[][] {
  try {
    // A spreadsheet in Dutch parts cells so, since it writes decimals with a comma.
    const delimiter = bytes.subarray(0, bytes.indexOf('\n')).includes(';') ? ';' : ','
    return parse(bytes, { bom: true, trim: true, delimiter })
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable'
    throw new MapFault(`${path} is not a table of ${columns.length} columns: ${why}.`)
  }
}

function readRow([code = '', year = '', minutes = '', source = '']: string[], at: string) {
  const [policeMinutesMin, minutesMax] = [defaultLimits.policeResponseSecondsMin / 60, 240]
  if (!/^GM\d{4}$/.test(code)) {
    throw new MapFault(`${at}: expected a municipality_code such as GM0363.`)
  }
  const isYear = /^20\d{2}$/.test(year) && Number(year) >= firstYear && Number(year) <= thisYear()
  if (!isYear) {
    throw new MapFault(
      `${at}: expected a year from ${firstYear}, when they began to be published, to this one.`,
    )
  }
  const p85Minutes = /^\d{1,3}([.,]\d{1,2})?$/.test(minutes)
    ? Number(minutes.replace(',', '.'))
    : Number.NaN
  if (!(p85Minutes >= policeMinutesMin && p85Minutes <= minutesMax)) {
    throw new MapFault(
      `${at}: expected p85_minutes from ${policeMinutesMin} to ${minutesMax}; leave out what was not reached or is not known.`,
    )
  }
  if (source === '' || source.length > sourceLettersMax) {
    throw new MapFault(`${at}: expected a source, of at most ${sourceLettersMax} letters.`)
  }
  return {
    municipalityCode: code,
    year: Number(year),
    // Up, since less time than they need is promised to nobody.
    seconds: Math.ceil(p85Minutes * 60),
    source,
  } satisfies PoliceTime
}

const sourceLettersMax = 200
const firstYear = 2015

/** A figure of next year is a slip of the pen that would count as the newest. */
function thisYear(): number {
  return new Date().getUTCFullYear()
}
