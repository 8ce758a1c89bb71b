import { Counter, Gauge, type Registry } from 'prom-client'

/**
 * A number kept elsewhere, read when somebody asks. Null is shown as NaN: not known is not nought.
 */
export type FedMetric<Stats> = {
  readonly type: 'counter' | 'gauge'
  readonly name: string
  readonly help: string
  readonly read: (stats: Stats) => number | null
}

export function feedMetrics<Stats>(
  registry: Registry,
  read: () => Stats,
  metrics: readonly FedMetric<Stats>[],
): void {
  for (const metric of metrics) {
    const { name, help } = metric
    if (metric.type === 'counter') {
      const counter = new Counter({
        name,
        help,
        registers: [registry],
        collect() {
          counter.reset()
          counter.inc(metric.read(read()) ?? Number.NaN)
        },
      })
    } else {
      const gauge = new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          gauge.set(metric.read(read()) ?? Number.NaN)
        },
      })
    }
  }
}
