import type { Registry } from 'prom-client'
import type { Clock } from '../../clock.ts'
import type { EvaluatorStats } from '../../ingest/evaluator/evaluator.ts'
import type { AlertHubStats } from '../../live/alert-hub.ts'
import { feedMetrics, type FedMetric } from './fed-metrics.ts'

/**
 * What the evaluator and the worker of this process count. A part that does
 * not run here shows nothing.
 */
export function observeParts(registry: Registry, parts: PartStats, clock: Clock): void {
  if (parts.evaluator !== null) {
    feedMetrics(registry, parts.evaluator, [...evaluatorMetrics, stepAge(clock)])
  }
  if (parts.worker !== null) feedMetrics(registry, parts.worker, workerMetrics)
}

export function observeAlertStreams(registry: Registry, read: () => AlertHubStats): void {
  feedMetrics(registry, read, streamMetrics)
}

export type PartStats = {
  /** Null: the role is not of this process. */
  readonly evaluator: (() => EvaluatorStats) | null
  readonly worker: (() => WorkerNumbers) | null
}

/** As plain numbers, because nothing of the workers is imported here. */
export type WorkerNumbers = {
  readonly queue: Counts<'errors' | 'failedJobs' | 'rebuilds'> & { readonly isOpen: boolean }
  readonly sweep: Counts<'longestRunningMs' | 'failureCount'> & {
    readonly sweptMsAgo: number | null
  }
  readonly tasks: Counts<'dispatched' | 'escalated' | 'escalationLateMsMax'>
  readonly webhooks: Counts<'delivered' | 'failed' | 'gaveUp' | 'underWay'>
  /** Refused reports no longer kept, by why. */
  readonly quarantineDropped: Counts<'age' | 'count'>
  /** Rows of the journal with entries that the history lacks, of those looked at. */
  readonly unreconciledRowCount: number
  readonly storage: Readonly<
    Record<
      | 'diskFreeBytes'
      | 'diskHoursLeft'
      | 'databaseBytes'
      | 'connectionShare'
      | 'sequenceShare'
      | 'partitionDaysAhead',
      number | null
    >
  > & { readonly isDiskFull: boolean }
}
type Counts<Names extends string> = Readonly<Record<Names, number>>

function counter<Stats>(name: string, help: string, read: FedMetric<Stats>['read']) {
  return { type: 'counter', name, help, read } as const
}

function gauge<Stats>(name: string, help: string, read: FedMetric<Stats>['read']) {
  return { type: 'gauge', name, help, read } as const
}

const evaluatorMetrics: readonly FedMetric<EvaluatorStats>[] = [
  gauge(
    'hoede_evaluator_leading',
    '1: this evaluator judges. 0: it stands by, or is down.',
    (stats) => Number(stats.isLeading),
  ),
  gauge(
    'hoede_evaluator_failing',
    '1: it failed again and again of late, and vouches for nobody.',
    (stats) => Number(stats.isFailing),
  ),
  gauge(
    'hoede_evaluator_clock_ahead_seconds',
    "By how much its clock is ahead of the database's; below 0: behind.",
    (stats) => stats.clockAheadMs / 1_000,
  ),
  counter('hoede_evaluator_fixes_total', 'Fixes judged.', (stats) => stats.fixes),
  counter('hoede_evaluator_alerts_total', 'Alerts raised.', (stats) => stats.alerts),
  counter(
    'hoede_evaluator_failures_total',
    'Times it had to start again.',
    (stats) => stats.failures,
  ),
  counter(
    'hoede_evaluator_reloads_total',
    'Times its memory was loaded.',
    (stats) => stats.reloads,
  ),
  counter(
    'hoede_evaluator_snapshots_passed_over_total',
    'Times what its memory was saved as could not be read, and the journal was read from its start.',
    (stats) => stats.snapshotsPassedOver,
  ),
  counter(
    'hoede_evaluator_snapshots_unsaved_total',
    'Times its memory was not saved: no key could be used, or the database refused it.',
    (stats) => stats.snapshotsUnsaved,
  ),
  counter(
    'hoede_evaluator_poison_total',
    'Accepted reports that could not be judged and were set aside.',
    (stats) => stats.poison,
  ),
  counter(
    'hoede_evaluator_stretches_set_aside_total',
    'Stretches of late reports that could not be judged again and were set aside.',
    (stats) => stats.stretchesSetAside,
  ),
  gauge(
    'hoede_evaluator_dossiers',
    'Offenders with an order. NaN: this evaluator does not judge.',
    (stats) => stats.countEngine()?.dossiers ?? null,
  ),
  gauge(
    'hoede_evaluator_pairs',
    'Pairs of an offender and a victim that are watched, in force now or not.',
    (stats) => stats.countEngine()?.pairs ?? null,
  ),
  gauge(
    'hoede_evaluator_open_episodes',
    'Breaches, approaches and the like that go on.',
    (stats) => stats.countEngine()?.openEpisodes ?? null,
  ),
]

function stepAge(clock: Clock): FedMetric<EvaluatorStats> {
  return gauge(
    'hoede_evaluator_step_age_seconds',
    'Since the end of its last step. NaN: it has made none since it leads.',
    ({ evaluatedAtMs }) =>
      evaluatedAtMs === null ? null : (clock.nowMs() - evaluatedAtMs) / 1_000,
  )
}

const storageMetrics: readonly FedMetric<WorkerNumbers>[] = [
  gauge(
    'hoede_disk_free_bytes',
    'Free on the disk of the embedded database. NaN: the database is elsewhere; watch its disk there.',
    ({ storage }) => storage.diskFreeBytes,
  ),
  gauge(
    'hoede_disk_hours_left',
    'Until the disk is full, at the pace of the last hour. NaN: not known, or it does not shrink.',
    ({ storage }) => storage.diskHoursLeft,
  ),
  gauge('hoede_database_bytes', 'Size of the database.', ({ storage }) => storage.databaseBytes),
  gauge(
    'hoede_database_connections_used_ratio',
    'Connections of the database in use, of those that are not kept for its superusers.',
    ({ storage }) => storage.connectionShare,
  ),
  gauge(
    'hoede_database_sequence_used_ratio',
    'How far the sequence is that has been used up most.',
    ({ storage }) => storage.sequenceShare,
  ),
  gauge(
    'hoede_history_partition_days_ahead',
    'Days after today that the history has a partition for.',
    ({ storage }) => storage.partitionDaysAhead,
  ),
]

const workerMetrics: readonly FedMetric<WorkerNumbers>[] = [
  ...storageMetrics,
  gauge(
    'hoede_sweep_age_seconds',
    'Since the sweep last began. NaN: it has not begun.',
    ({ sweep }) => (sweep.sweptMsAgo === null ? null : sweep.sweptMsAgo / 1_000),
  ),
  gauge(
    'hoede_sweep_longest_running_seconds',
    'How long the sweep task has run that has run longest.',
    ({ sweep }) => sweep.longestRunningMs / 1_000,
  ),
  counter(
    'hoede_sweep_failures_total',
    'Sweep tasks that failed, and looks for what is due.',
    ({ sweep }) => sweep.failureCount,
  ),
  counter(
    'hoede_alert_events_dispatched_total',
    'Alert events expanded into deliveries.',
    ({ tasks }) => tasks.dispatched,
  ),
  counter(
    'hoede_escalations_total',
    'Escalation steps called out.',
    ({ tasks }) => tasks.escalated,
  ),
  gauge(
    'hoede_escalation_late_seconds_max',
    'The worst distance between a deadline and its being called out, since the start.',
    ({ tasks }) => tasks.escalationLateMsMax / 1_000,
  ),
  counter(
    'hoede_webhooks_delivered_total',
    'Webhooks taken.',
    ({ webhooks }) => webhooks.delivered,
  ),
  counter(
    'hoede_webhooks_failed_total',
    'Attempts that failed.',
    ({ webhooks }) => webhooks.failed,
  ),
  counter(
    'hoede_webhooks_gave_up_total',
    'Webhooks that will not be tried again.',
    ({ webhooks }) => webhooks.gaveUp,
  ),
  gauge('hoede_webhooks_under_way', 'Webhooks being sent.', ({ webhooks }) => webhooks.underWay),
  gauge('hoede_queue_open', '1: the queue answers. 0: the sweep works alone.', ({ queue }) =>
    Number(queue.isOpen),
  ),
  counter('hoede_queue_errors_total', 'Errors of the queue.', ({ queue }) => queue.errors),
  counter(
    'hoede_queue_failed_jobs_total',
    'Jobs of the queue that failed.',
    ({ queue }) => queue.failedJobs,
  ),
  counter(
    'hoede_queue_rebuilds_total',
    'Times the queue was built anew.',
    ({ queue }) => queue.rebuilds,
  ),
  gauge(
    'hoede_history_unreconciled_rows',
    'Rows of the journal with entries that the history lacks, of the newest, looked at once a minute since the start. Above 0: npm run reconcile.',
    ({ unreconciledRowCount }) => unreconciledRowCount,
  ),
]

const streamMetrics: readonly FedMetric<AlertHubStats>[] = [
  gauge('hoede_alert_streams', 'Alert streams open.', (stats) => stats.subscribers),
  counter('hoede_alert_stream_events_total', 'Events written to streams.', (stats) => stats.sent),
  counter(
    'hoede_alert_streams_fell_behind_total',
    'Times a stream was read so slowly that it had to read on from rows.',
    (stats) => stats.fellBehind,
  ),
  counter(
    'hoede_alert_streams_cut_off_total',
    'Streams closed because nobody read them.',
    (stats) => stats.cutOff,
  ),
  counter(
    'hoede_alert_stream_failed_reads_total',
    'Times new events could not be read from the database.',
    (stats) => stats.failedReads,
  ),
]
