import { Readable, pipeline } from 'node:stream'
import { parse } from 'csv-parse'
import type { CsvError } from 'csv-parse'
import { ScenarioFault } from '../scenario-fault.ts'

/**
 * The records of a table after RFC 4180. A quote inside a cell without quotes costs its line, which
 * is told to `onFault`. After a quoted cell that does not end where it should, nobody can say which
 * line belongs to which cell: that refuses the file.
 */
export async function* readCsvRecords(
  file: string,
  lines: AsyncIterable<string>,
  onFault: (fault: ScenarioFault) => void,
): AsyncGenerator<CsvRecord> {
  const source = lines[Symbol.asyncIterator]()
  let header = ((await source.next()).value ?? '').replace(/^\uFEFF/, '')
  // A spreadsheet's way to say what parts the cells of the lines below.
  const told = /^"?sep=(.)"?$/i.exec(header)?.[1] ?? null
  if (told !== null) header = (await source.next()).value ?? ''
  const separator = told ?? pickSeparator(header)
  const linesBefore = told === null ? 0 : 1
  /** Where the last record ended that was read or left out. */
  let endLine = linesBefore
  const parser = parse({
    delimiter: separator,
    record_delimiter: '\n',
    max_record_size: recordBytesMax,
    relax_column_count: true,
    on_record: (cells: readonly string[], { lines }) => {
      const line = endLine + 1
      endLine = lines + linesBefore
      return { line, cells, separator } as never
    },
    skip_records_with_error: true,
    on_skip: (error) => {
      const line = (error?.['lines'] as number) + linesBefore
      if (error?.code !== 'INVALID_OPENING_QUOTE') throw endlessCell(file, endLine + 1, line, error)
      if (line === endLine) return
      endLine = line
      onFault(new ScenarioFault({ file, line }, null, 'quotes round whole cells', 'one inside'))
    },
  })
  // Whatever ends one of them ends the other, and the loop of the caller with the same error.
  pipeline(Readable.from(inChunks(header, source)), parser, () => {})
  yield* parser as AsyncIterable<CsvRecord>
}

/** Empty lines are records too, of one empty cell. */
export type CsvRecord = {
  readonly line: number
  readonly cells: readonly string[]
  readonly separator: string
}

/**
 * No table of positions has a row of this length: a quote that never closes would
 * take the file for one cell.
 */
const recordBytesMax = 1 << 16
/** The parser is handed many lines at once: a call for each is several times slower. */
const chunkLengthMin = 1 << 16

function endlessCell(
  file: string,
  startLine: number,
  line: number,
  error: CsvError | undefined,
): ScenarioFault {
  const expected = 'a quoted cell that ends at a separator or the end of a line'
  const got =
    error?.code === 'CSV_INVALID_CLOSING_QUOTE'
      ? `text after its quote in line ${line}`
      : `no end up to line ${line}`
  return new ScenarioFault({ file, line: startLine }, null, expected, got)
}

/** What stands in quotes parts nothing. */
function pickSeparator(line: string): string {
  const header = line.replaceAll(/"[^"]*"/g, '')
  const counts = [',', ';', '\t'].map((separator) => ({
    separator,
    count: header.split(separator).length,
  }))
  return counts.reduce((best, each) => (each.count > best.count ? each : best)).separator
}

async function* inChunks(header: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  let chunk = `${header}\n`
  try {
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
      chunk += `${next.value}\n`
      if (chunk.length > chunkLengthMin) {
        yield chunk
        chunk = ''
      }
    }
    yield chunk
  } finally {
    // Closes the file of a reader that stopped before its end.
    await rest.return?.()
  }
}
