import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * An address service that speaks as a Locatieserver 3.1 does: `free` alone, and a parameter that
 * its document does not name is refused. `asked` is what it was asked.
 */
export async function startAddressService(
  answer: (text: string, response: ServerResponse) => void = answerStreet,
): Promise<AddressService> {
  const asked: string[] = []
  const server = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url ?? '', 'http://here')
    const isKnown = [...url.searchParams.keys()].every((name) => known.has(name))
    if (url.pathname !== '/v3_1/free' || !isKnown) {
      response.writeHead(400).end('{}')
      return
    }
    const text = url.searchParams.get('q') ?? ''
    asked.push(text)
    answer(text, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3_1`,
    asked,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

export type AddressService = {
  readonly url: string
  readonly asked: readonly string[]
  readonly close: () => void
}

const known = new Set(['q', 'fq', 'fl', 'rows', 'start', 'sort', 'wt', 'df', 'bq', 'lat', 'lon'])

function answerStreet(text: string, response: ServerResponse): void {
  const docs = [{ weergavenaam: `${text}, 6711AB Ede`, centroide_ll: 'POINT(5.6643 52.0402)' }]
  const body = { response: { numFound: 1, start: 0, maxScore: 9.1, numFoundExact: true, docs } }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
