import type { z } from 'zod'
import type { WebhookSubscription } from '../../store/alerts/webhooks.ts'
import { formatInstant, formatInstantOrNull } from '../../schemas/common.ts'
import type { webhookSubscriptionSchema } from '../../schemas/webhook.ts'

export function webhookSubscriptionBodyOf(
  subscription: WebhookSubscription,
): z.infer<typeof webhookSubscriptionSchema> {
  return {
    id: subscription.id,
    url: subscription.url,
    events: [...subscription.events],
    vendorId: subscription.vendorId,
    createdAt: formatInstant(subscription.createdAtMs),
    createdBy: subscription.createdBy,
    disabledAt: formatInstantOrNull(subscription.disabledAtMs),
    disabledBy: subscription.disabledBy,
    disabledReason: subscription.disabledReason,
    waitingCount: subscription.waitingCount,
    gaveUpCount: subscription.gaveUpCount,
    lastError: subscription.lastError,
  }
}
