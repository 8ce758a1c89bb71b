import { expect, it } from 'vitest'
import { createHttpClient } from '../../../lab/demo/http-client.ts'
import { walkOrders } from '../../../lab/demo/walk-orders.ts'
import { createTestApp } from '../../support/http-app.ts'

it('the two example orders of the demo go from their decision to the closed file, with nothing missing', async () => {
  const world = await createTestApp()
  try {
    const origin = await world.app.listen({ host: '127.0.0.1', port: 0 })
    const said: string[] = []
    const http = createHttpClient(origin)
    await walkOrders(http, world.tokens.supervisor, world.clock.timeMs, (line) => said.push(line))
    expect(said.map((line) => line.split(':')[0])).toEqual([
      ...Array<string>(5).fill('DEMO-GA-1'),
      ...Array<string>(3).fill('DEMO-THV-1'),
    ])
    const { body } = await world.call('supervisor', 'GET', '/v1/protection-orders')
    const orders = body['items'] as { readonly id: string; readonly reference: string }[]
    const lives = await Promise.all(
      orders.map(async ({ id, reference }) => {
        const life = await world.call('supervisor', 'GET', `/v1/protection-orders/${id}/life`)
        const { state, missing, acts } = life.body as {
          readonly state: string
          readonly missing: string[]
          readonly acts: { readonly act: string }[]
        }
        return { reference, state, missing, acts: acts.map(({ act }) => act) }
      }),
    )
    expect(lives.toSorted((one, other) => (one.reference < other.reference ? -1 : 1))).toEqual([
      {
        reference: 'DEMO-GA-1',
        state: 'closed',
        missing: [],
        acts: ['impose', 'extend', 'extend', 'extend', 'lift', 'close'],
      },
      {
        reference: 'DEMO-THV-1',
        state: 'closed',
        missing: [],
        acts: ['impose', 'extend', 'lift', 'close'],
      },
    ])
  } finally {
    await world.close()
  }
})
