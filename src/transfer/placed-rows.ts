import { OperatingError } from '../errors.ts'
import { openPlaces, sealPlaces } from '../store/keys/sealed-places.ts'
import type { Db } from '../store/pg/pool.ts'

/**
 * Rows of the history with where they were in the open, as they leave; of one that does not open
 * the place is null. Sealed places have no order, so rows of one moment are put in theirs here.
 */
export async function* openPlaced(
  tx: Db,
  rows: AsyncGenerator<readonly string[]>,
  sortedBy: readonly string[],
): AsyncGenerator<readonly string[]> {
  let kept: readonly HistoryRow[] = []
  for await (const lines of rows) {
    const opened = [...kept, ...(await openLines(tx, lines))]
    // The next lines may be of the same moment.
    const last = opened.at(-1)?.recordedAt
    const end = opened.findIndex(({ recordedAt }) => recordedAt === last)
    kept = opened.slice(end)
    if (end > 0) yield written(opened.slice(0, end), sortedBy)
  }
  if (kept.length > 0) yield written(kept, sortedBy)
}

/** With keys of this server, before they are put in; all of them or none. */
export async function sealPlaced(tx: Db, lines: readonly string[]): Promise<readonly string[]> {
  const rows = lines.map((line) => readRow<HistoryRow>(line))
  const placed = rows.flatMap((row) => {
    const { longitude, latitude } = row
    return longitude === null || latitude === null ? [] : [{ ...row, longitude, latitude }]
  })
  const sealed = (
    await sealPlaces(
      tx,
      placed.map((row) => ({
        ...row,
        ...markOf(row),
        speedMetersPerSecond: numberOf(row.speedMetersPerSecond),
        headingDegrees: numberOf(row.headingDegrees),
      })),
    )
  ).values()
  return rows.map((row) => {
    if (row.longitude === null || row.latitude === null) return writeRow(row)
    const found = sealed.next().value ?? null
    if (found === null)
      throw new OperatingError('internal-error', `No key of ${row.recordedAt} can be used.`)
    const { place, motion } = found
    const open = 'speedMetersPerSecond' in row ? withoutMotion : {}
    const bytes = { place: textOf(place), motion: motion === null ? null : textOf(motion) }
    return writeRow({ ...row, longitude: null, latitude: null, ...open, ...bytes })
  })
}

/** As a line has it: `fixes`, and decisions on them, which have no motion. */
type HistoryRow = {
  readonly deviceId: string
  readonly recordedAt: string
  readonly longitude: number | null
  readonly latitude: number | null
  readonly speedMetersPerSecond?: number | string | null
  readonly headingDegrees?: number | string | null
}
type SealedRow = HistoryRow & { readonly place: string | null; readonly motion?: string | null }

async function openLines(tx: Db, lines: readonly string[]): Promise<readonly HistoryRow[]> {
  const rows = lines.map((line) => readRow<SealedRow>(line))
  const opened = await openPlaces(
    tx,
    rows.map((row) => ({
      ...markOf(row),
      place: bytesOf(row.place),
      motion: bytesOf(row.motion ?? null),
      plainLongitude: row.longitude,
      plainLatitude: row.latitude,
    })),
  )
  return rows.map(({ place: _place, motion: _motion, ...row }, index) => {
    const {
      longitude = null,
      latitude = null,
      motion: [speed, heading] = [null, null],
    } = opened[index] ?? {}
    if (!('speedMetersPerSecond' in row)) return { ...row, longitude, latitude }
    return {
      ...row,
      longitude,
      latitude,
      speedMetersPerSecond: toldOf(speed) ?? row.speedMetersPerSecond ?? null,
      headingDegrees: toldOf(heading) ?? row.headingDegrees ?? null,
    }
  })
}

function markOf({ deviceId, recordedAt }: HistoryRow) {
  return { ownerId: deviceId, recordedAtMs: Date.parse(recordedAt) }
}

function written(rows: readonly HistoryRow[], sortedBy: readonly string[]): readonly string[] {
  // They come by moment, and stay so.
  return [...Map.groupBy(rows, ({ recordedAt }) => recordedAt).values()].flatMap((ofMoment) =>
    ofMoment
      .toSorted((one, other) => compare(one, other, sortedBy))
      // One that lies there twice, in the open and sealed or by two keys, is one.
      .filter((row, at, sorted) => {
        const before = sorted[at - 1]
        return before === undefined || row.longitude === null || compare(before, row, sortedBy) < 0
      })
      .map((row) => writeRow(row)),
  )
}

/** What is not told goes last. */
function compare(one: HistoryRow, other: HistoryRow, names: readonly string[]): number {
  for (const name of names) {
    const [left, right] = [one, other].map(
      (row) => (row as Readonly<Record<string, unknown>>)[name],
    )
    if (left === right) continue
    if (left === null) return 1
    if (right === null) return -1
    return (left as number) < (right as number) ? -1 : 1
  }
  return 0
}

/** A counter of a vendor may be beyond what a number holds: it stays the digits that it is. */
function readRow<Row>(line: string): Row {
  return JSON.parse(line.replace(/"sequence":(-?\d{16,})/, '"sequence":"$1"')) as Row
}

function writeRow(row: HistoryRow): string {
  return JSON.stringify(row).replace(/"sequence":"(-?\d+)"/, '"sequence":$1')
}

/** JSON has no word for what is no number, and the database writes it as text. */
function toldOf(value: number | null): number | string | null {
  return value === null || Number.isFinite(value) ? value : String(value)
}

function numberOf(told: number | string | null | undefined): number | null {
  return told === null || told === undefined ? null : Number(told)
}

function bytesOf(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text.slice(2), 'hex')
}

function textOf(digits: string): string {
  return `\\x${digits}`
}

const withoutMotion = { speedMetersPerSecond: null, headingDegrees: null }
