import { expect, it } from 'vitest'
import { readLines } from '../../../../src/desk/page/net/lines.ts'

it('lines are read wherever a body is cut, within a letter too, and half a line says nothing', async () => {
  const bytes = new TextEncoder().encode('{"percent":7}\n{"answer":"één"}\n{"perc')
  for (let cut = 1; cut < bytes.length; cut++) {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes.subarray(0, cut))
        controller.enqueue(bytes.subarray(cut))
        controller.close()
      },
    })
    const said: unknown[] = []
    for await (const line of readLines(body)) said.push(line)
    expect([cut, said]).toEqual([cut, [{ percent: 7 }, { answer: 'één' }]])
  }
})
