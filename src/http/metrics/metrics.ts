import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { z } from 'zod'
import { countUnwatchedDevices, type UnwatchedDevices } from '../../store/registry/device-use.ts'
import { listToldUnreadable } from '../../store/registry/unreadable-orders.ts'
import { countProtectionStates } from '../../store/evaluator/protection-states.ts'
import { findStreamProgress, type StreamProgress } from '../../store/evaluator/stream-progress.ts'
import type { AppDeps } from '../route-deps.ts'
import { sendBytes } from '../door/serialization.ts'
import type { App } from '../door/app-type.ts'
import type { BodyBudget } from '../door/body-budget.ts'
import type { RefusedCallers } from '../door/refused-callers.ts'
import { feedMetrics } from './fed-metrics.ts'
import { observeAlertStreams, observeParts } from './part-metrics.ts'

/**
 * Counts and durations for Prometheus. Labels are routes, methods and statuses, never
 * an id of a person or device and never a place. A registry per app, so that two apps
 * in one process do not mix.
 */
export function createHttpMetrics(
  app: App,
  deps: AppDeps,
  { bodyBudget, refusedCallers }: DoorStats,
): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const seconds = new Histogram({
    name: 'hoede_http_request_seconds',
    help: 'From the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    // The stream of alerts lasts for hours; its duration would say nothing of speed.
    if (String(reply.raw.getHeader('content-type')).startsWith('text/event-stream')) return
    seconds.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    )
  })
  observeStream(registry, deps)
  observeProtection(registry, deps)
  observeUnreadable(registry, deps)
  observeUnwatched(registry, deps)
  observeIntake(registry, deps)
  observeRefused(registry, deps)
  observeBodies(registry, bodyBudget)
  observeRefusedCallers(registry, refusedCallers)
  observeAlertStreams(registry, deps.alertHub.stats)
  observeParts(registry, deps.parts, deps.clock)
  return registry
}

type DoorStats = { readonly bodyBudget: BodyBudget; readonly refusedCallers: RefusedCallers }

export function registerMetricsRoute(app: App, registry: Registry, elapsedMs: () => number): void {
  let last: { readonly atMs: number; readonly text: Promise<Buffer> } | null = null
  // Asked without a token: however often it is, it is worked out once a second.
  const read = async (): Promise<Buffer> => {
    const atMs = elapsedMs()
    if (last === null || atMs - last.atMs >= metricsKeptMs || atMs < last.atMs) {
      const text = registry.metrics().then((written) => Buffer.from(written))
      last = { atMs, text }
      // A failure is nobody else's answer.
      text.catch(() => {
        last = null
      })
    }
    return await last.text
  }
  app.route({
    method: 'GET',
    url: '/metrics',
    config: { roles: 'public' },
    schema: {
      operationId: 'getMetrics',
      summary: 'Counts and durations in the Prometheus text format',
      response: { 200: { content: { 'text/plain': { schema: z.string() } } } },
    },
    handler: async (_request, reply) => {
      sendBytes(reply.type(registry.contentType), await read())
      return reply
    },
  })
}

const metricsKeptMs = 1_000

function observeStream(registry: Registry, deps: AppDeps): void {
  let reading: Promise<StreamProgress | null> | null = null
  // The gauges are collected at the same moment and share one query. Null: the
  // database does not answer.
  const read = (): Promise<StreamProgress | null> =>
    (reading ??= findStreamProgress(deps.machinery)
      .catch(() => null)
      .finally(() => {
        reading = null
      }))
  const lag = new Gauge({
    name: 'hoede_evaluator_lag_seconds',
    help: 'Age of the oldest journal row that detection has not read yet. NaN: the database does not answer.',
    registers: [registry],
    async collect() {
      lag.set((await read())?.evaluatorLagSeconds ?? Number.NaN)
    },
  })
  const waiting = new Gauge({
    name: 'hoede_waiting_reports',
    help: 'Reports of long ago, and beyond the share of their sender, whose turn to be judged has not come. NaN: the database does not answer.',
    registers: [registry],
    async collect() {
      waiting.set((await read())?.waitingReports ?? Number.NaN)
    },
  })
  const waitingFor = new Gauge({
    name: 'hoede_waiting_seconds',
    help: 'Since the first of them came. NaN: the database does not answer.',
    registers: [registry],
    async collect() {
      waitingFor.set((await read())?.waitingSeconds ?? Number.NaN)
    },
  })
  const rows = new Gauge({
    name: 'hoede_journal_lag_rows',
    help: 'Journal rows not yet read, by reader. NaN: the database does not answer.',
    labelNames: ['reader'],
    registers: [registry],
    async collect() {
      const progress = await read()
      rows.set({ reader: 'evaluator' }, progress?.evaluatorLagRows ?? Number.NaN)
      rows.set({ reader: 'history' }, progress?.historyLagRows ?? Number.NaN)
    },
  })
}

function observeProtection(registry: Registry, deps: AppDeps): void {
  const orders = new Gauge({
    name: 'hoede_protection_orders',
    help: 'Orders in force by the last state of their protection on record. None: the database does not answer.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      orders.reset()
      const counts = await countProtectionStates(deps.machinery).catch(() => null)
      for (const [state, count] of Object.entries(counts ?? {})) orders.set({ state }, count)
    },
  })
}

function observeUnreadable(registry: Registry, deps: AppDeps): void {
  const orders = new Gauge({
    name: 'hoede_orders_unreadable',
    help: 'Orders that cannot be read where they are stored. NaN: the database does not answer.',
    registers: [registry],
    async collect() {
      const ids = await listToldUnreadable(deps.machinery).catch(() => null)
      orders.set(ids?.length ?? Number.NaN)
    },
  })
}

/**
 * Whose reports are stored and lead to nothing: a mistake in the registry, until somebody sees it.
 */
function observeUnwatched(registry: Registry, deps: AppDeps): void {
  let last: { readonly atMs: number; readonly counts: UnwatchedDevices } | null = null
  const devices = new Gauge({
    name: 'hoede_devices_unwatched',
    help: 'Devices heard in the last day that nobody wears, or whose wearer is under no order in force; looked at once a minute. None: the database does not answer.',
    labelNames: ['reason'],
    registers: [registry],
    async collect() {
      const atMs = performance.now()
      if (last === null || atMs - last.atMs > unwatchedMs) {
        const counts = await countUnwatchedDevices(deps.machinery, deps.clock.nowMs()).catch(
          () => null,
        )
        last = counts === null ? null : { atMs, counts }
      }
      devices.reset()
      for (const [reason, count] of Object.entries(last?.counts ?? {}))
        devices.set({ reason }, count)
    },
  })
}

/** It reads every order in force; nothing it tells changes faster than people can act. */
const unwatchedMs = 60_000

function observeIntake(registry: Registry, deps: AppDeps): void {
  const { stats } = deps.intake
  feedMetrics(registry, stats, [
    {
      type: 'counter',
      name: 'hoede_intake_accepted_total',
      help: 'Fixes and events taken.',
      read: (counts) => counts.acceptedCount,
    },
    {
      type: 'counter',
      name: 'hoede_intake_duplicates_total',
      help: 'Fixes and events seen before.',
      read: (counts) => counts.duplicateCount,
    },
    {
      type: 'counter',
      name: 'hoede_intake_overloaded_total',
      help: 'Requests sent away for lack of room.',
      read: (counts) => counts.overloadedRequestCount,
    },
    {
      type: 'gauge',
      name: 'hoede_intake_unreadable_rows',
      help: 'Damaged rows among the newest of the journal, as this process began: what they hold is not recognised when it is sent again.',
      read: (counts) => counts.unreadableRowCount,
    },
    {
      type: 'gauge',
      name: 'hoede_intake_pending_elements',
      help: 'Fixes and events waiting for their commit.',
      read: (counts) => counts.pendingElementCount,
    },
  ])
}

/** Reports not taken, and those of them no longer kept. */
function observeRefused(registry: Registry, deps: AppDeps): void {
  const { stats } = deps.intake
  const refused = new Counter({
    name: 'hoede_intake_refused_total',
    help: 'Fixes and events not taken and kept in quarantine, by reason; also those of phone apps, which are told all is well.',
    labelNames: ['code'],
    registers: [registry],
    collect() {
      refused.reset()
      for (const [code, count] of Object.entries(stats().refusedCounts))
        refused.inc({ code }, count)
    },
  })
  const dropped = new Counter({
    name: 'hoede_quarantine_dropped_total',
    help: 'Refused reports no longer kept: past their age, or because more came than are kept. Counted by processes with the role worker.',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      dropped.reset()
      for (const [reason, count] of Object.entries(deps.quarantineDropped()))
        dropped.inc({ reason }, count)
    },
  })
}

function observeBodies(registry: Registry, bodyBudget: BodyBudget): void {
  feedMetrics(registry, bodyBudget.stats, [
    {
      type: 'gauge',
      name: 'hoede_http_body_bytes',
      help: 'Memory that the bodies of requests being read or answered count for.',
      read: (budget) => budget.heldBytes,
    },
    {
      type: 'counter',
      name: 'hoede_http_bodies_overloaded_total',
      help: 'Bodies sent away for lack of memory.',
      read: (budget) => budget.refusedCount,
    },
  ])
}

function observeRefusedCallers(registry: Registry, { counts }: RefusedCallers): void {
  const refused = new Counter({
    name: 'hoede_http_callers_refused_total',
    help: 'Calls refused for who called: no-token, unknown-token (also one that was revoked), role (a good token that may not do this). Many unknown tokens are somebody who guesses.',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      refused.reset()
      for (const [reason, count] of Object.entries(counts())) refused.inc({ reason }, count)
    },
  })
}
