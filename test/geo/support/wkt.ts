/** Reads the well-known text of points and polygons out of the JTS test files. */
export type Wkt = { readonly type: string; readonly coordinates: unknown }

export function readCases(xml: string): {
  readonly description: string
  readonly a: string
  readonly b: string
  readonly body: string
}[] {
  return [...xml.matchAll(/<case>([\s\S]*?)<\/case>/g)].map(([, body = '']) => ({
    description: between(body, 'desc'),
    a: between(body, 'a'),
    b: between(body, 'b'),
    body,
  }))
}

/** Null for kinds of geometry that are not read here, and for empty ones. */
export function parseWkt(text: string): Wkt | null {
  const match = /^\s*([A-Z]+)\s*(\(.*)$/s.exec(text)
  if (match === null) return null
  const type = match[1]!
  const json = match[2]!
    .replaceAll(/([-\d.eE]+|NaN)\s+([-\d.eE]+|NaN)(\s+[-\d.eE]+)?/g, '[$1,$2]')
    .replaceAll('(', '[')
    .replaceAll(')', ']')
    .replaceAll('NaN', 'null')
    .replaceAll('EMPTY', '[]')
  const coordinates: unknown = JSON.parse(json)
  return { type, coordinates }
}

function between(body: string, tag: string): string {
  return new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(body)?.[1]?.trim() ?? ''
}
