import { weekdays } from '../../../core/model/registry.ts'
import { numberOf, textOf } from '../form/values.ts'
import type { LocationBan, Order } from '../net/api.ts'
import { areaBodyOf, areaDraftOf, emptyArea, type AreaDraft } from './area.ts'

/** A ban while somebody makes it. What has an input of its own is read from the form at the end. */
export type BanDraft = {
  readonly key: number
  /** Null: new. */
  readonly ban: LocationBan | null
  readonly area: AreaDraft
  /** Stretches of the week in which it is in force; none: around the clock. */
  readonly windows: readonly WindowDraft[]
  /** Of a new one that was thought of elsewhere; absent: none. */
  readonly exceptions?: readonly ExceptionDraft[]
  /** Of a new one that was thought of elsewhere; absent: the usual. */
  readonly approachMeters?: string
}

export type WindowDraft = { readonly key: number; readonly window: WeeklyWindow | null }
type WeeklyWindow = NonNullable<NonNullable<LocationBan['schedule']>['weekly']>[number]

/** What is left out of it is refused at its place. */
export type ExceptionDraft = {
  readonly [name in 'from' | 'until' | 'reason']?: string | undefined
}

export type PairDraft = {
  readonly key: number
  readonly ban: Order['proximityBans'][number] | null
  /** Of a new one that was thought of elsewhere. */
  readonly separationMeters?: string
  readonly approachMeters?: string
}

export function banDraftOf(ban: LocationBan | null, key: number): BanDraft {
  const weekly = ban?.schedule?.weekly ?? []
  return {
    key,
    ban,
    area: ban === null ? emptyArea : areaDraftOf(ban),
    windows: weekly.map((window, place) => ({ key: place, window })),
  }
}

/** The ban as the API takes it. Exceptions are kept as they are: they have an end of their own. */
export function banBodyOf(draft: BanDraft, values: FormData) {
  const { key, ban, area, windows } = draft
  const exceptions = exceptionsOf(draft)
  const weekly = windows.map((window) => ({
    days: weekdays.filter((day) => values.getAll(`days-${key}-${window.key}`).includes(day)),
    from: textOf(values.get(`from-${key}-${window.key}`)),
    until: textOf(values.get(`until-${key}-${window.key}`)),
  }))
  const hasSchedule = weekly.length > 0 || exceptions.length > 0
  return {
    ...(ban === null ? {} : { id: ban.id }),
    label: values.get(`label-${key}`),
    ...areaBodyOf(area),
    approachMeters: numberOf(values.get(`approach-${key}`)),
    ...(hasSchedule
      ? {
          schedule: {
            timeZone: 'Europe/Amsterdam',
            ...(weekly.length === 0 ? {} : { weekly }),
            exceptions,
          },
        }
      : {}),
  }
}

export function exceptionsOf({ ban, exceptions = [] }: BanDraft): readonly ExceptionDraft[] {
  return ban?.schedule?.exceptions ?? exceptions
}

/** The ban on coming near somebody; the addresses watched in their place are kept as they are. */
export function pairBodyOf({ key, ban }: PairDraft, values: FormData) {
  return {
    ...(ban === null ? {} : { id: ban.id }),
    victimId: values.get(`victim-${key}`),
    separationMeters: numberOf(values.get(`separation-${key}`)),
    approachMeters: numberOf(values.get(`outer-${key}`)),
    ...(ban === null ? {} : { fixedAddresses: ban.fixedAddresses ?? [] }),
  }
}

/** What an unfinished ban looks like on the map: only what can be read of it. */
export function shownBanOf(body: ReturnType<typeof banBodyOf>): LocationBan {
  const { circle, geometry, approachMeters } = body as {
    readonly circle?: Record<string, unknown>
    readonly geometry?: unknown
    readonly approachMeters?: unknown
  }
  const isCircle = circle !== undefined && Object.values(circle).every(Number.isFinite)
  return {
    id: '',
    label: '',
    circle: isCircle ? (circle as NonNullable<LocationBan['circle']>) : null,
    geometry: typeof geometry === 'object' ? geometry : null,
    approachMeters: typeof approachMeters === 'number' ? approachMeters : 0,
    schedule: null,
  }
}
