import type { FixSource } from '../core/fix.ts'

export type Measurement = {
  east: number
  north: number
  accuracyMeters: number
  source: FixSource
  hdop: number | null
  satellites: number | null
}
