/**
 * One field of many rows as the text of an array, as PostgreSQL reads it. The driver looks at each
 * character of each value; ids and numbers, of which the history is made, have none to escape.
 */
export function arrayText<Row>(rows: readonly Row[], field: FieldOf<Row>): string {
  let text = ''
  for (const row of rows) {
    const value = row[field] as ArrayItem
    text += text === '' ? '{' : ','
    if (value === null) text += 'NULL'
    else if (typeof value === 'number') text += value
    else text += isPlain(value) ? value : quote(value)
  }
  return text === '' ? '{}' : `${text}}`
}

/** Of arrays as `arrayText` writes them one, in their order. */
export function joinArrays(texts: readonly string[]): string {
  const items = texts.map((text) => text.slice(1, -1))
  return `{${items.filter((text) => text !== '').join(',')}}`
}

type ArrayItem = string | number | null

type FieldOf<Row> = {
  [Field in keyof Row]: Row[Field] extends ArrayItem ? Field : never
}[keyof Row]

function isPlain(value: string): boolean {
  return plain.test(value) && value !== 'null'
}

const plain = /^[0-9a-z][0-9a-z-]*$/

function quote(value: string): string {
  return `"${value.replaceAll(/["\\]/g, (sign) => `\\${sign}`)}"`
}
