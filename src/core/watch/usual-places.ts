import { metersBetween } from '../../../geo/distance.ts'
import type { Limits } from '../model/limits.ts'
import { dayMs, hourMs } from '../model/units.ts'
import type { Situation } from './situation.ts'

/** Where a position was lost after a long rest, and on which days: the newest day last. */
export type UsualPlace = {
  readonly longitude: number
  readonly latitude: number
  readonly days: readonly number[]
  /** When on each of these days for the first time; absent in what was saved before it was kept. */
  readonly lostAtMs?: readonly number[]
}

/**
 * Where an offender was for hours when the position was lost: that counts for the place on that
 * day. A receiver that loses its satellites at home does so night after night. Where it never did,
 * and where its wearer was never for long, to lose them is news.
 */
export function noteUsualPlace(
  places: readonly UsualPlace[],
  { lastBelievedAtMs, restProvenMs, whereabouts }: Situation,
  limits: Limits,
): readonly UsualPlace[] {
  if (lastBelievedAtMs === null || whereabouts === null) return places
  if (restProvenMs < limits.usualStayMsMin) return places
  const day = findDay(lastBelievedAtMs)
  const known = places.find((place) => isThere(place, whereabouts, limits))
  if (known?.days.includes(day) === true) return places
  const { longitude, latitude } = known ?? whereabouts
  const before = known === undefined ? [] : known.days.map((_, at) => findLostAtMs(known, at))
  const days = [...(known?.days ?? []), day].slice(-limits.usualDaysKeptMax)
  const lostAtMs = [...before, lastBelievedAtMs].slice(-limits.usualDaysKeptMax)
  const others = places.filter((place) => place !== known)
  return [...others, { longitude, latitude, days, lostAtMs }].slice(-limits.usualPlaceCountMax)
}

/**
 * On how many days of a fortnight, before this one, the position was lost there: half a day ago and
 * more, for the minute before noon is no day before the minute after it.
 */
export function countDaysLost(
  places: readonly UsualPlace[],
  { lastBelievedAtMs, whereabouts }: Pick<Situation, 'lastBelievedAtMs' | 'whereabouts'>,
  limits: Limits,
): number {
  if (lastBelievedAtMs === null || whereabouts === null) return 0
  const today = findDay(lastBelievedAtMs)
  const oldest = findDay(lastBelievedAtMs - limits.habitMsMax)
  const latestMs = lastBelievedAtMs - limits.usualApartMsMin
  const counts = places
    .filter((place) => isThere(place, whereabouts, limits))
    .map((place) => {
      const isBefore = (day: number, at: number): boolean =>
        day < today && day >= oldest && findLostAtMs(place, at) <= latestMs
      return place.days.filter(isBefore).length
    })
  return counts.reduce((most, count) => Math.max(most, count), 0)
}

/** The last moment of that day, where it is not known. */
function findLostAtMs({ days, lostAtMs }: UsualPlace, at: number): number {
  return lostAtMs?.[at] ?? ((days[at] ?? 0) + 1) * dayMs + 12 * hourMs
}

/** From noon to noon: one night's rest is no two days. */
function findDay(atMs: number): number {
  return Math.floor((atMs - 12 * hourMs) / dayMs)
}

type Place = { readonly longitude: number; readonly latitude: number }

function isThere(place: Place, where: Place, { usualPlaceMeters }: Limits): boolean {
  return metersBetween(place, where) <= usualPlaceMeters
}
