import type { Registry } from '../../src/core/model/registry.ts'
import type { Db } from '../../src/store/pg/pool.ts'
import { readAlone } from '../../src/store/pg/readers.ts'
import { registryOf, registryReadings } from '../../src/store/registry/load-registry.ts'

/** Everything registered, as it stands. */
export async function readRegistry(db: Db): Promise<Registry> {
  return registryOf(await readAlone(db)(registryReadings))
}
