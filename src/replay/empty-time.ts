import type { Engine } from '../core/engine/engine-state.ts'
import type { Registry } from '../core/model/registry.ts'
import type { Limits } from '../core/model/limits.ts'
import { dayMs, minuteMs } from '../core/model/units.ts'

/**
 * Where the clock of a replay goes next. While something is received it goes from one deadline to
 * the next. One fix ten years before the others would make it look five million times at a person
 * of whom nothing is heard: once nothing came for longer than any rule remembers, it strides from
 * one moment of the registry to the next, and looks once a day.
 */
export function createEmptyTime(registry: Registry, limits: Limits): EmptyTime {
  const intervalsMs = registry.devices.map((device) => device.reportIntervalSeconds * 1_000)
  return {
    momentsMs: listMoments(registry, limits),
    passed: 0,
    quietMsMin: Math.max(2 * dayMs, 5 * intervalsMs.reduce((ms, other) => Math.max(ms, other), 0)),
    strideMs: minuteMs,
  }
}

/** The next look at or after `deadlineMs`; the deadline itself while rules still remember. */
export function nextLookMs(empty: EmptyTime, engine: Engine, clock: EmptyClock): number {
  const { deadlineMs, nowMs, heardMs } = clock
  if (nowMs - heardMs <= empty.quietMsMin) return deadlineMs
  let lookMs = Math.max(deadlineMs, nowMs + empty.strideMs)
  for (const endMs of engine.ceasing.atMs.values()) lookMs = Math.min(lookMs, endMs)
  for (const beginMs of engine.beginning.atMs.values()) {
    if (beginMs > nowMs) lookMs = Math.min(lookMs, beginMs)
  }
  while ((empty.momentsMs[empty.passed] ?? Infinity) <= nowMs) empty.passed++
  lookMs = Math.min(lookMs, empty.momentsMs[empty.passed] ?? Infinity, clock.untilMs)
  return Math.max(lookMs, Math.min(deadlineMs, clock.untilMs))
}

/** Looks become rarer as long as they find nothing. */
export function noteLook(empty: EmptyTime, hasFound: boolean): void {
  empty.strideMs = hasFound ? minuteMs : Math.min(dayMs, 2 * empty.strideMs)
}

export type EmptyTime = {
  /** Starts and ends in the registry, and reminders of them, ascending. */
  readonly momentsMs: readonly number[]
  /** So many of them lie behind the clock. */
  passed: number
  readonly quietMsMin: number
  strideMs: number
}

export type EmptyClock = {
  readonly deadlineMs: number
  readonly nowMs: number
  /** When something was last received. */
  readonly heardMs: number
  readonly untilMs: number
}

function listMoments(registry: Registry, limits: Limits): readonly number[] {
  const moments = new Set<number>()
  const steps = [...limits.orderEndingSteps, ...limits.homeBanEndingSteps]
  for (const { validFromMs, validUntilMs } of registry.protectionOrders) {
    moments.add(validFromMs).add(validUntilMs)
    for (const { beforeMs } of steps) moments.add(validUntilMs - beforeMs)
  }
  for (const { validFromMs, validUntilMs } of registry.deviceAssignments) {
    moments.add(validFromMs).add(validUntilMs ?? Infinity)
  }
  return [...moments].toSorted((one, other) => one - other)
}
