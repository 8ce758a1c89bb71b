import { isDatabaseUnavailable, type Db } from '../../store/pg/pool.ts'
import { loadWantedIntervals } from '../../store/evaluator/save-wanted-intervals.ts'
import type { DeviceDirectory } from './device-directory.ts'

/**
 * Which devices are asked for another interval than their plan, at most a second old: the evaluator
 * that asks may be another process. One question at a time, whoever waits for it.
 */
export function createWantedIntervals(options: {
  readonly db: Db
  readonly nowMs: () => number
  readonly directory: DeviceDirectory
}): WantedIntervals {
  let known: ReadonlyMap<string, number> = new Map()
  let askedAtMs = -Infinity
  let asking: Promise<void> | null = null

  async function ask(): Promise<void> {
    askedAtMs = options.nowMs()
    try {
      known = await loadWantedIntervals(options.db)
    } catch (error) {
      // What was taken is committed and must be acknowledged; the wish is
      // answered to the next report.
      if (!isDatabaseUnavailable(error)) throw error
    } finally {
      asking = null
    }
  }

  async function load(): Promise<ReadonlyMap<string, number>> {
    if (asking !== null || Math.abs(options.nowMs() - askedAtMs) >= ageMsMax) {
      asking ??= ask()
      await asking
    }
    return known
  }

  return {
    async find({ reports, sender }) {
      const seconds = await load()
      // Nearly always nobody is asked for anything. A phone is not named by a serial
      // number; its app takes no wishes.
      if (seconds.size === 0 || sender.type === 'device') return []
      const serialNumbers = new Set<string>()
      for (const { serialNumber } of reports) {
        if (serialNumber !== null) serialNumbers.add(serialNumber)
      }
      const devices = await options.directory.resolve(sender.vendorId, serialNumbers)
      return [...serialNumbers].flatMap((serialNumber) => {
        const deviceId = devices.get(serialNumber)
        const reportIntervalSeconds = deviceId === undefined ? undefined : seconds.get(deviceId)
        return reportIntervalSeconds === undefined ? [] : [{ serialNumber, reportIntervalSeconds }]
      })
    },
  }
}

export type WantedIntervals = {
  /** Of the devices a request is of, those that are asked for something. */
  readonly find: (request: {
    readonly sender:
      | { readonly type: 'vendor'; readonly vendorId: string }
      | { readonly type: 'device'; readonly deviceId: string }
    readonly reports: readonly { readonly serialNumber: string | null }[]
  }) => Promise<WantedInterval[]>
}

export type WantedInterval = {
  readonly serialNumber: string
  readonly reportIntervalSeconds: number
}

const ageMsMax = 1_000
