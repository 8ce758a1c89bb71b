import type { Fault } from './fault.ts'
import { apartFaults } from './faults-apart.ts'
import { controls } from './faults-controls.ts'
import { aloneFaults } from './faults-alone.ts'
import { manyFaults } from './faults-many.ts'
import { updateFaults } from './faults-update.ts'
import { heldFaults } from './faults-held.ts'
import { storeFaults } from './faults-store.ts'

/** In the order of their stages, so that each stage is set once. */
export const faultList: readonly Fault[] = listFaults(null)

/** With those that need the folder of an older version, where one is given. */
export function listFaults(older: string | null): readonly Fault[] {
  return [
    ...aloneFaults,
    ...storeFaults,
    ...heldFaults.filter(({ stage }) => stage === 'alone'),
    ...manyFaults.filter(({ stage }) => stage === 'alone'),
    ...controls,
    ...manyFaults.filter(({ stage }) => stage === 'apart'),
    ...heldFaults.filter(({ stage }) => stage === 'apart'),
    ...apartFaults,
    ...(older === null ? [] : updateFaults(older)),
  ]
}
