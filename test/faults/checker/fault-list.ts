import type { Fault } from './fault.ts'
import { apartFaults } from './faults-apart.ts'
import { controls } from './faults-controls.ts'
import { aloneFaults } from './faults-alone.ts'
import { storeFaults } from './faults-store.ts'

/** In the order of their stages, so that each stage is set once. */
export const faultList: readonly Fault[] = [
  ...aloneFaults,
  ...storeFaults,
  ...controls,
  ...apartFaults,
]
