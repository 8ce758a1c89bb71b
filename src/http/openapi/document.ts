export type OpenapiDocument = {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenapiOperation>>>>
  /** What is posted to those who subscribed, by the name of the event. */
  readonly webhooks: Readonly<Record<string, { readonly post: Json }>>
  readonly components: { readonly schemas: Readonly<Record<string, Json>> } & Json
} & Json

export type OpenapiOperation = {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly parameters?: readonly Json[]
  readonly requestBody?: Json
  readonly responses: Readonly<Record<string, Json>>
} & Json

export type Json = { readonly [key: string]: unknown }
