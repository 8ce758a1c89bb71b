import { createApiClient } from '../support/api-client.ts'
import { listenToAlerts } from '../support/alert-listener.ts'
import { registerWorld } from '../support/registered-world.ts'
import { line, section } from './report.ts'
import { withServer } from './with-server.ts'

/**
 * From the start of the process to the first correct decision, with orders and history in place.
 */
export async function benchStartup(options: { readonly caseCount: number }): Promise<void> {
  section(`Start-up to the first correct decision: ${options.caseCount} orders`)
  await withServer(async ({ server, adminToken, start }) => {
    const world = await registerWorld(createApiClient(server.baseUrl, adminToken), {
      caseCount: options.caseCount,
      startMs: Date.now() - 86_400_000,
      prefix: 'START',
    })
    const item = world.cases[0]!
    await server.stop()
    const startedAt = performance.now()
    const again = await start()
    try {
      const readyMs = performance.now() - startedAt
      const listener = await listenToAlerts(again.baseUrl, world.operatorToken)
      const arrived = listener.waitFor(
        (event) => event.kind === 'location-ban-breach' && event.protectionOrderId === item.orderId,
        30_000,
      )
      await createApiClient(again.baseUrl, world.vendorToken).mustPost('/v1/positions', {
        positions: [
          {
            serialNumber: item.serialNumber,
            recordedAt: new Date().toISOString(),
            longitude: item.longitude,
            latitude: item.latitude,
            accuracyMeters: 8,
          },
        ],
      })
      await arrived
      const decidedMs = performance.now() - startedAt
      listener.close()
      line(`baseline: process start to /health/ready        ${Math.round(readyMs)} ms`)
      line(
        `process start to the first breach on the stream  ${Math.round(decidedMs)} ms  (${(decidedMs / readyMs).toFixed(2)}x of ready)`,
      )
    } finally {
      await again.kill()
    }
  })
}
