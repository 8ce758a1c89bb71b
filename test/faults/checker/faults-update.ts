import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, Scene } from './fault.ts'

/** What is done between this version and an older one of its schema, in a folder of its own. */
export function updateFaults(older: string): readonly Fault[] {
  return [
    {
      name: 'rolling-update',
      stage: 'twins',
      what: 'two whole servers of the older version are ended and started as this one, one after the other, and back again',
      lateMsMax: 10_000,
      async strike(scene) {
        await roll(scene, older)
        await roll(scene)
        await roll(scene, older)
        await roll(scene)
      },
    },
  ]
}

/** One at a time, so that always one of them takes reports and one of them judges. */
async function roll({ stage, between }: Scene, program?: string): Promise<void> {
  for (const part of stage.parts) {
    const code = await part.stop()
    if (code !== 0) throw new Error(`${part.name} ended with ${code} on SIGTERM`)
    await part.start(program)
    await delay(between(500, 1_500))
  }
}
