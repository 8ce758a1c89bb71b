import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, Scene } from './fault.ts'

/** What is done between this version and an older one, in a folder of its own. */
export function updateFaults(older: string): readonly Fault[] {
  return [
    {
      name: 'update',
      stage: 'twins',
      beginsAs: older,
      what: 'two whole servers of the older version, on its schema, are ended and started as this one, one after the other',
      lateMsMax: 10_000,
      async strike(scene) {
        // So that the older one has saved what it knows more than once.
        await delay(scene.between(31_000, 40_000))
        await roll(scene)
        for (const part of scene.stage.parts) {
          if (!/snapshots? cannot be read|is damaged/.test(part.output())) continue
          throw new Error(`${part.name} could not read the memory of the older version`)
        }
        // With what both have written.
        await roll(scene)
      },
    },
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
