import { describe, expect, it } from 'vitest'
import { readMessages } from '../../../lab/demo/alert-stream.ts'

async function messagesOf(chunks: readonly string[]) {
  const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk))
  return Array.fromAsync(
    readMessages(
      (async function* () {
        yield* bytes
      })(),
    ),
  )
}

describe('server-sent events', () => {
  it('server-sent events are read whole however the network cuts them', async () => {
    const text =
      ': hello\n\nid: 7\nevent: alert\ndata: {"a":1}\n\nid: 8\r\ndata: x\r\ndata: y\r\n\r\n'
    const whole = await messagesOf([text])
    expect(whole.filter(({ data }) => data !== '')).toEqual([
      { id: '7', data: '{"a":1}' },
      { id: '8', data: 'x\ny' },
    ])
    expect(await messagesOf(text.split(''))).toEqual(whole)
  })

  it('server-sent events that never end are not half a message', async () => {
    expect(await messagesOf(['id: 9\ndata: cut off'])).toEqual([])
  })
})
