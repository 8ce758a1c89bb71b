import { outgoingEvents, type OutgoingEvent } from '../../schemas/alert-event.ts'
import type { OpenapiDocument } from './document.ts'
import type { Components } from './schema.ts'

/**
 * What is posted to subscribers, one entry for each event. Names every event as a
 * component, posted or not.
 */
export function describeWebhooks(components: Components): OpenapiDocument['webhooks'] {
  return Object.fromEntries(
    outgoingEvents.flatMap((event) => {
      const schema = components.describe(event.schema, 'output')
      return event.isPosted ? [[event.type, { post: describePost(event, schema) }]] : []
    }),
  )
}

function describePost({ name, about }: OutgoingEvent, schema: unknown) {
  return {
    operationId: `on${name}`,
    summary: about,
    description:
      'Posted to every subscription that wants it, signed as Standard Webhooks describes. ' +
      'It may come more than once, with the same `webhook-id`, and late or out of order: among the alerts, and among the commands of one vendor, `sequence` says which is newer.',
    tags: ['Webhooks'],
    security: [],
    parameters: signatureHeaders.map(([header, description]) => ({
      name: header,
      in: 'header',
      required: true,
      description,
      schema: { type: 'string' },
    })),
    requestBody: { required: true, content: { 'application/cloudevents+json': { schema } } },
    responses: {
      '2XX': { description: 'Taken.' },
      '410': { description: 'Nothing more, ever: the subscription ends.' },
      default: { description: 'Not taken: it is tried again for three days.' },
    },
  }
}

const signatureHeaders = [
  ['webhook-id', 'Of the delivery: the same at every attempt.'],
  ['webhook-timestamp', 'When it was sent, in seconds since 1970.'],
  [
    'webhook-signature',
    '`v1,` and HMAC-SHA256 in base64 of id, timestamp and body, joined by dots. For a day after a change of the secret there are several, with a space between: one that fits is enough.',
  ],
] as const
