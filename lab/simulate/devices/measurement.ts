import type { FixSource } from '../../../src/core/model/fix.ts'

export type Measurement = {
  east: number
  north: number
  accuracyMeters: number
  source: FixSource
  hdop: number | null
  satellites: number | null
}
