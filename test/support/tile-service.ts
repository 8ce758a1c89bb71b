import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc32, deflateSync } from 'node:zlib'

/**
 * A service of map squares that speaks as the one of the BRT does: `…/{z}/{x}/{y}.png`, and the
 * same by a WMTS question. `asked` is what it was asked, as `z/x/y`, in order.
 */
export async function startTileService(): Promise<TileService> {
  const asked: string[] = []
  let answer: TileAnswer = sendPicture
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://here')
    const place = placeIn(url)
    if (place === null) {
      response.writeHead(400).end()
      return
    }
    asked.push(place)
    answer(response, place)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    template: `${origin}/standaard/EPSG:3857/{z}/{x}/{y}.png`,
    wmtsTemplate: `${origin}/wmts?SERVICE=WMTS&REQUEST=GetTile&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}`,
    asked,
    answerWith: (next) => {
      answer = next
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

export type TileService = {
  readonly template: string
  readonly wmtsTemplate: string
  readonly asked: string[]
  readonly answerWith: (answer: TileAnswer) => void
  readonly close: () => void
}

export type TileAnswer = (response: ServerResponse, place: string) => void

export const sendPicture: TileAnswer = (response) => {
  response.writeHead(200, { 'content-type': 'image/png' }).end(greenSquare)
}

function placeIn({ pathname, searchParams }: URL): string | null {
  const [, ...place] = /^\/standaard\/EPSG:3857\/(\d+)\/(\d+)\/(\d+)\.png$/.exec(pathname) ?? []
  if (place.length > 0) return place.join('/')
  const named = ['TILEMATRIX', 'TILECOL', 'TILEROW'].map((name) => searchParams.get(name))
  return pathname === '/wmts' && !named.includes(null) ? named.join('/') : null
}

/** A picture of 256 by 256 pixels, all of a green that the page itself does not have. */
const greenSquare = pngOf(256, [0, 200, 0])

function pngOf(side: number, colour: readonly [number, number, number]): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side, 0)
  head.writeUInt32BE(side, 4)
  // Eight bits a channel, three channels.
  head.set([8, 2, 0, 0, 0], 8)
  const row = Buffer.concat([
    Buffer.of(0),
    Buffer.concat(Array.from({ length: side }, () => Buffer.from(colour))),
  ])
  const pixels = deflateSync(Buffer.concat(Array.from({ length: side }, () => row)))
  const parts = [chunkOf('IHDR', head), chunkOf('IDAT', pixels), chunkOf('IEND', Buffer.alloc(0))]
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts])
}

function chunkOf(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}
