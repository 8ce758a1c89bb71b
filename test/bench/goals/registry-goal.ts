import { startChild } from './child.ts'
import type { RegistryMeasured } from './registry-child.ts'
import { atMost, type GoalRow, median, progress, ratios } from './table.ts'

/** Orders that come, change and go: their cost, their memory, and whether fixes wait for them. */
export async function measureRegistry(options: {
  readonly seed: number
  readonly offenderCount: number
  readonly repetitions: number
}): Promise<readonly GoalRow[]> {
  const orderCount = Math.max(150, options.offenderCount)
  const measured: RegistryMeasured[] = []
  for (let turn = 0; turn < options.repetitions; turn += 1) {
    progress(`${orderCount} orders registered, changed and ended, turn ${turn + 1}`)
    const child = startChild<object, RegistryMeasured>('registry-child.ts')
    try {
      measured.push(await child.ask({ seed: options.seed, orderCount }))
    } finally {
      await child.end()
    }
  }
  const values = (name: keyof RegistryMeasured): number[] => measured.map((one) => one[name])
  const growth = ratios(values('lastUs'), values('hundredthUs'))
  const wait = ratios(values('busyP99Us'), values('quietP99Us'))
  const plain = (name: string, unit: string, field: keyof RegistryMeasured): GoalRow => ({
    name,
    unit,
    values: values(field),
    goal: null,
  })
  const count = orderCount.toLocaleString('en')
  const longest = median(values('longestMs'))
  const large = median(values('tenThousandVerticesMs'))
  return [
    {
      ...plain('memory per order, geometry of its own', 'bytes', 'bytesPerOrder'),
      goal: atMost(median(values('bytesPerOrder')), 25_000, 'at most 25,000'),
    },
    plain('  all of it, over the vertices of its areas', 'bytes', 'bytesPerVertex'),
    {
      ...plain('memory per vertex: what one more costs', 'bytes', 'bytesPerMoreVertex'),
      goal: atMost(median(values('bytesPerMoreVertex')), 12, 'at most 12'),
    },
    plain('the 100th order registered in the evaluator', 'µs', 'hundredthUs'),
    plain(`the ${count}th`, 'µs', 'lastUs'),
    {
      name: '  the last, over the 100th',
      unit: 'times',
      values: growth,
      goal: atMost(median(growth), 1.5, 'at most 1.5'),
    },
    plain('a fix in quiet, from when it comes until it is judged, p99', 'µs', 'quietP99Us'),
    plain(`while ${count} orders change and a third of them end, p99`, 'µs', 'busyP99Us'),
    {
      name: '  that, over quiet',
      unit: 'times',
      values: wait,
      goal: atMost(median(wait), 1.2, 'at most 1.2'),
    },
    {
      ...plain('the longest wait for a change, or for ends that fall due', 'ms', 'longestMs'),
      goal: atMost(longest, 50, 'at most 50'),
    },
    {
      ...plain(
        'a ban of 10,000 vertices registered: the evaluator stands',
        'ms',
        'tenThousandVerticesMs',
      ),
      goal: atMost(large, 50, 'at most 50'),
    },
  ]
}
