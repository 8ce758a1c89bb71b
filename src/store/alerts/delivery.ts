import type { AlertEvent } from './alert-events.ts'
import type { DeviceCommand } from './device-commands.ts'

/** One attempt to make. */
export type Delivery = {
  readonly id: string
  /** This attempt included. */
  readonly attemptCount: number
  readonly webhookSubscriptionId: string
  readonly url: string
  /** Null: it cannot be read. */
  readonly secret: string | null
  /** They sign as well, for a while after a change. */
  readonly previousSecrets: readonly string[]
} & DeliverySubject

export type DeliverySubject =
  | { readonly event: AlertEvent; readonly command: null }
  | { readonly event: null; readonly command: DeviceCommand }
