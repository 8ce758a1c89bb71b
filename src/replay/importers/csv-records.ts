/** Splits a table into records after RFC 4180: quotes, doubled quotes, and line ends inside quotes. */
export async function* readCsvRecords(
  lines: AsyncIterable<string>,
): AsyncGenerator<{ line: number; cells: readonly string[] }> {
  let line = 0
  let startLine = 1
  let pending = ''
  let separator: string | null = null
  for await (const text of lines) {
    line++
    pending = pending === '' ? text : `${pending}\n${text}`
    if (hasOpenQuote(pending)) {
      continue
    }
    if (pending.trim() !== '') {
      separator ??= pickSeparator(pending)
      yield { line: startLine, cells: splitRecord(pending.replace(/^\uFEFF/, ''), separator) }
    }
    pending = ''
    startLine = line + 1
  }
  if (pending !== '') {
    // A quote that never closes: handed on as it stands, so that the reader names the line.
    yield { line: startLine, cells: splitRecord(pending, separator ?? ',') }
  }
}

function hasOpenQuote(text: string): boolean {
  let count = 0
  for (let index = text.indexOf('"'); index !== -1; index = text.indexOf('"', index + 1)) {
    count++
  }
  return count % 2 === 1
}

function pickSeparator(header: string): string {
  const counts = [',', ';', '\t'].map((separator) => ({
    separator,
    count: header.split(separator).length,
  }))
  return counts.reduce((best, each) => (each.count > best.count ? each : best)).separator
}

function splitRecord(text: string, separator: string): readonly string[] {
  if (!text.includes('"')) {
    return text.split(separator)
  }
  const cells: string[] = []
  let cell = ''
  let isQuoted = false
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!
    if (isQuoted && character === '"' && text[index + 1] === '"') {
      cell += '"'
      index++
    } else if (character === '"') {
      isQuoted = !isQuoted
    } else if (character === separator && !isQuoted) {
      cells.push(cell)
      cell = ''
    } else {
      cell += character
    }
  }
  cells.push(cell)
  return cells
}
