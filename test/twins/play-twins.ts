import { createTwinWorld, tickMs, type TwinOptions } from './twin-world.ts'

/** Plays both worlds tick by tick and compares what reaches his vendor. */
export async function playTwins(options: PlayOptions): Promise<Played> {
  const startMs = Math.floor((Date.now() - (options.hours + 1) * 3_600_000) / 60_000) * 60_000
  const near = await createTwinWorld({ ...options, startMs, isNear: true })
  const far = await createTwinWorld({ ...options, startMs, isNear: false })
  try {
    const differences: string[] = []
    let compared = 0
    let commandCount = 0
    for (let tick = 0; tick < (options.hours * 3_600_000) / tickMs; tick += 1) {
      await Promise.all([near.play(), far.play()])
      const [mine, theirs] = [near.heard.splice(0), far.heard.splice(0)]
      commandCount += theirs.filter((text) => text.startsWith('{')).length
      compared += Math.max(mine.length, theirs.length)
      for (let at = 0; at < Math.max(mine.length, theirs.length); at += 1) {
        if (mine[at] === theirs[at]) continue
        differences.push(`tick ${tick}: near ${mine[at]}, far ${theirs[at]}`)
      }
      const days = ((tick + 1) * tickMs) / 86_400_000
      if (Number.isInteger(days)) options.onDay?.(days, differences.length)
    }
    return {
      differences,
      heardCount: compared,
      commandCount,
      alertsNear: await near.countAlerts(),
      alertsFar: await far.countAlerts(),
    }
  } finally {
    await near.close()
    await far.close()
  }
}

type PlayOptions = Pick<TwinOptions, 'caseCount' | 'hours' | 'seed' | 'isOneVendor'> & {
  readonly onDay?: (days: number, differenceCount: number) => void
}

type Played = {
  readonly differences: readonly string[]
  readonly heardCount: number
  /** To his webhook, in the far world: of his location ban. */
  readonly commandCount: number
  readonly alertsNear: number
  readonly alertsFar: number
}
