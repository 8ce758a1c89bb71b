import { deflateSync } from 'node:zlib'

/**
 * Writes a small extract in OpenStreetMap's PBF, by the specification alone and sharing nothing
 * with the reader: what is drawn in a test is what the reader must find.
 */
export function writeExtract(drawn: DrawnExtract): Buffer {
  const { features = ['OsmSchema-V0.6', 'DenseNodes'], compression = 'zlib' } = drawn
  const header = Buffer.concat([
    ...features.map((feature) => bytesField(4, Buffer.from(feature))),
    ...(drawn.optionalFeatures ?? []).map((feature) => bytesField(5, Buffer.from(feature))),
    ...(drawn.sourceSeconds === undefined ? [] : [numberField(32, drawn.sourceSeconds)]),
  ])
  return Buffer.concat([
    blob('OSMHeader', header, compression),
    blob('OSMData', writeNodes(drawn), compression),
    blob('OSMData', writeWays(drawn), compression),
  ])
}

export type DrawnExtract = {
  readonly nodes: readonly DrawnNode[]
  readonly ways: readonly DrawnWay[]
  /** Nodes one by one instead of in columns. */
  readonly isPlain?: boolean
  readonly features?: readonly string[]
  readonly optionalFeatures?: readonly string[]
  readonly sourceSeconds?: number
  readonly compression?: 'zlib' | 'raw' | 'lz4'
}

export type DrawnNode = {
  readonly id: number
  readonly longitude: number
  readonly latitude: number
  readonly tags?: Readonly<Record<string, string>>
}

export type DrawnWay = {
  readonly id: number
  readonly nodes: readonly number[]
  readonly tags: Readonly<Record<string, string>>
}

export function blob(type: string, data: Buffer, compression: 'zlib' | 'raw' | 'lz4'): Buffer {
  const content = {
    raw: () => bytesField(1, data),
    zlib: () => Buffer.concat([numberField(2, data.length), bytesField(3, deflateSync(data))]),
    lz4: () => Buffer.concat([numberField(2, data.length), bytesField(6, data)]),
  }[compression]()
  const head = Buffer.concat([bytesField(1, Buffer.from(type)), numberField(3, content.length)])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(head.length)
  return Buffer.concat([length, head, content])
}

function writeNodes({ nodes, isPlain = false }: DrawnExtract): Buffer {
  const texts = new Texts()
  const rows = nodes.map(({ id, longitude, latitude, tags = {} }) => ({
    id,
    x: Math.round(longitude * 1e7),
    y: Math.round(latitude * 1e7),
    tags: Object.entries(tags).map(([key, value]) => [texts.at(key), texts.at(value)] as const),
  }))
  const group = isPlain
    ? Buffer.concat(
        rows.map(({ id, x, y, tags }) =>
          bytesField(
            1,
            Buffer.concat([
              numberField(1, zigzag(id)),
              bytesField(2, packed(tags.map(([key]) => key))),
              bytesField(3, packed(tags.map(([, value]) => value))),
              numberField(8, zigzag(y)),
              numberField(9, zigzag(x)),
            ]),
          ),
        ),
      )
    : bytesField(
        2,
        Buffer.concat([
          bytesField(1, packed(steps(rows.map(({ id }) => id)).map(zigzag))),
          bytesField(8, packed(steps(rows.map(({ y }) => y)).map(zigzag))),
          bytesField(9, packed(steps(rows.map(({ x }) => x)).map(zigzag))),
          bytesField(10, packed(rows.flatMap(({ tags }) => [...tags.flat(), 0]))),
        ]),
      )
  return Buffer.concat([texts.write(), bytesField(2, group)])
}

function writeWays({ ways }: DrawnExtract): Buffer {
  const texts = new Texts()
  const group = ways.map(({ id, nodes, tags }) => {
    const entries = Object.entries(tags)
    return bytesField(
      3,
      Buffer.concat([
        numberField(1, id),
        bytesField(2, packed(entries.map(([key]) => texts.at(key)))),
        bytesField(3, packed(entries.map(([, value]) => texts.at(value)))),
        bytesField(8, packed(steps(nodes).map(zigzag))),
      ]),
    )
  })
  return Buffer.concat([texts.write(), bytesField(2, Buffer.concat(group))])
}

class Texts {
  private readonly list = ['']

  at(text: string): number {
    const known = this.list.indexOf(text)
    return known >= 0 ? known : this.list.push(text) - 1
  }

  write(): Buffer {
    return bytesField(1, Buffer.concat(this.list.map((text) => bytesField(1, Buffer.from(text)))))
  }
}

function steps(values: readonly number[]): number[] {
  return values.map((value, index) => value - (index === 0 ? 0 : (values[index - 1] ?? 0)))
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = BigInt(value)
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Buffer.from(bytes)
}

function packed(values: readonly number[]): Buffer {
  return Buffer.concat(values.map(varint))
}

function numberField(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)])
}

function bytesField(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes])
}
