import type { Vendor } from '../core/registry.ts'
import type { VendorOutage } from './case-stream.ts'
import type { Router } from './region-route.ts'

/** What all cases share. */
export type World = {
  readonly seed: number
  readonly startMs: number
  readonly endMs: number
  readonly days: number
  readonly storiesPerCase: number
  readonly router: Router
  readonly vendors: readonly Vendor[]
  readonly vendorOutages: readonly VendorOutage[]
}
