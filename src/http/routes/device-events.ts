import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import {
  answerIntake,
  envelopeValidator,
  refuseOverload,
  vendorRequestOf,
} from '../intake-exchange.ts'
import {
  deviceEventReportOf,
  deviceEventsBodySchema,
  deviceEventReader,
  deviceEventsEnvelopeSchema,
} from '../../schemas/device-event.ts'
import { intakeResultSchema } from '../../schemas/intake-result.ts'

/**
 * Where the vendors' devices report what happens to them: a cut strap, a panic button, a battery.
 */
export function registerDeviceEventRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/device-events',
    config: { roles: ['vendor'], elementList: 'events' },
    schema: {
      operationId: 'createDeviceEvents',
      tags: ['Intake'],
      summary: 'Report events of devices',
      description:
        'Up to 1,000 events of the devices of one vendor, taken and answered as positions are. ' +
        'An event of the same device, kind and time as one before is a duplicate; a press of a panic ' +
        'button only with the same sequence, within seconds and while nobody has answered. An ' +
        'optional field that is wrong is left out. A panic, tampering, suspected jamming or a lost ' +
        'link is taken as long as it says whose it is and what it is: with a time of no use it ' +
        'counts from its arrival, and the evidence of the alert says so.',
      body: deviceEventsBodySchema,
      response: { 202: intakeResultSchema },
    },
    validatorCompiler: envelopeValidator(deviceEventsEnvelopeSchema),
    onRequest: refuseOverload(deps),
    handler: async (request, reply) => {
      const receivedAtMs = deps.clock.nowMs()
      const elements = request.body.events
      const result = await deps.intake.acceptDeviceEvents(
        vendorRequestOf(request, receivedAtMs, elements, deviceEventReader, deviceEventReportOf),
      )
      reply.code(202)
      return answerIntake(result, 'events')
    },
  })
}
