import type { Vendor } from '../../src/core/model/registry.ts'
import type { VendorOutage } from './cases/case-stream.ts'
import type { Router } from './region/region-route.ts'

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
