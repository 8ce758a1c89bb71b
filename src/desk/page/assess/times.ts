import type { Weekday } from '../../../core/model/registry.ts'
import { maxOf } from '../../../core/model/lists.ts'
import { instantOf, textOf } from '../form/values.ts'

/** When an area is to hold, as the draft of the text says it; as it is typed. */
export type Times = {
  readonly hours: Hours
  /** Of the week; counted only where it holds at certain hours. */
  readonly stretches: readonly Stretch[]
  readonly exceptions: readonly Exception[]
}

export type Hours = (typeof hourKinds)[number]
export const hourKinds = ['unknown', 'always', 'certain'] as const

export type Stretch = {
  readonly key: number
  readonly days: readonly Weekday[]
  readonly from: string
  readonly until: string
}

export type Exception = {
  readonly key: number
  readonly from: string
  readonly until: string
  readonly reason: string
}

export const emptyTimes: Times = { hours: 'unknown', stretches: [], exceptions: [] }

/** Certain hours have one stretch at least, to be filled in. */
export function withHours(times: Times, hours: Hours): Times {
  const isBare = hours === 'certain' && times.stretches.length === 0
  return { ...times, hours, stretches: isBare ? [emptyStretch(0)] : times.stretches }
}

export function withStretch(times: Times): Times {
  return { ...times, stretches: [...times.stretches, emptyStretch(nextKey(times.stretches))] }
}

export function withException(times: Times): Times {
  const added = { key: nextKey(times.exceptions), from: '', until: '', reason: '' }
  return { ...times, exceptions: [...times.exceptions, added] }
}

/** As the API takes it; what is left empty is asked for in the answer. Undefined: not known. */
export function scheduleOf({ hours, stretches, exceptions }: Times) {
  if (hours === 'unknown') return undefined
  return {
    timeZone: 'Europe/Amsterdam',
    ...(hours === 'always' ? {} : { weekly: stretches.map(stretchBodyOf) }),
    exceptions: exceptions.map(exceptionBodyOf),
  }
}

function stretchBodyOf({ days, from, until }: Stretch) {
  return {
    days: days.length === 0 ? undefined : days,
    from: textOf(from),
    until: textOf(until),
  }
}

export function exceptionBodyOf({ from, until, reason }: Omit<Exception, 'key'>) {
  return { from: instantOf(from), until: instantOf(until), reason: textOf(reason) }
}

function emptyStretch(key: number): Stretch {
  return { key, days: [], from: '', until: '' }
}

function nextKey(rows: readonly { readonly key: number }[]): number {
  return maxOf([-1, ...rows.map(({ key }) => key)]) + 1
}
