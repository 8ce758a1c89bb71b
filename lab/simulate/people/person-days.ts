import type { Habits, Person, Place } from './simulated-person.ts'
import { makePlace, nowOf, pickNode, stayUntil } from './simulated-person.ts'
import { goTo } from './person-travel.ts'
import { between, pick } from '../../../src/replay/seeded-random.ts'
import type { Random } from '../../../src/replay/seeded-random.ts'
import type { Region, Town } from '../region/region.ts'

/** An everyday day, from midnight on: work, errands, friends, and home again. */
export function liveDay(person: Person, midnightMs: number, isWorkday: boolean): void {
  const { random, habits } = person
  if (isWorkday && habits.work !== null) {
    goToWork(person, habits.work, midnightMs + between(random, 6.8, 9) * hourMs)
    stayUntil(person, midnightMs + between(random, 15.8, 17.8) * hourMs)
    if (random.next() < 0.35) visit(person, pick(random, habits.errands), between(random, 12, 45))
    goTo(person, habits.home)
  } else {
    const outings = 1 + Math.floor(2 * random.next())
    for (let outing = 0; outing < outings; outing++) {
      const hours = 10 + outing * 4 + between(random, 0, 2.5)
      setOutFor(person, pick(random, habits.errands), midnightMs + hours * hourMs, [20, 100])
    }
  }
  if (random.next() < 0.3) {
    const friend = pick(random, habits.friends)
    setOutFor(person, friend, midnightMs + between(random, 19, 20.2) * hourMs, [50, 150])
  }
}

/**
 * Where somebody lives and goes, within the towns given; `isFit` refuses places, less
 * sternly the longer it took.
 */
export function chooseHabits(
  random: Random,
  around: {
    readonly region: Region
    readonly homeTown: Town
    readonly otherTowns: readonly Town[]
    readonly home: Place | null
  },
  isFit: (place: Place, attempt: number) => boolean,
): Habits {
  const { region, homeTown, otherTowns, home } = around
  const inTown = (town: Town, isIndoors: boolean): Place =>
    findFit(isFit, () =>
      makePlace(random, region, pickNode(random, town), isIndoors ? 'indoors' : 'open'),
    )
  const anyTown = (): Town =>
    otherTowns.length > 0 && random.next() < awayShare ? pick(random, otherTowns) : homeTown
  return {
    home: home ?? inTown(homeTown, true),
    work: random.next() < 0.65 ? inTown(anyTown(), true) : null,
    errands: [inTown(homeTown, true), inTown(homeTown, true), inTown(homeTown, false)],
    friends: [inTown(anyTown(), true), inTown(homeTown, true)],
    hasCar: random.next() < 0.6,
    likesBicycle: between(random, 0.2, 0.8),
    paceFactor: between(random, 0.88, 1.14),
    busStop: null,
  }
}

export const hourMs = 3_600_000
const fitAttemptsMax = 600
/** Of the places to go to, those in another town. */
const awayShare = 0.12

function findFit(isFit: (place: Place, attempt: number) => boolean, propose: () => Place): Place {
  let place = propose()
  for (let attempt = 0; attempt < fitAttemptsMax && !isFit(place, attempt); attempt++)
    place = propose()
  return place
}

function goToWork(person: Person, work: Place, departMs: number): void {
  const { busStop } = person.habits
  stayUntil(person, departMs)
  if (busStop === null) {
    goTo(person, work)
    return
  }
  goTo(person, busStop, 'walk')
  stayUntil(person, nowOf(person) + between(person.random, 3, 12) * 60_000)
  goTo(person, work, 'bus')
}

function setOutFor(
  person: Person,
  place: Place,
  departMs: number,
  minutes: readonly [number, number],
): void {
  stayUntil(person, departMs)
  visit(person, place, between(person.random, minutes[0], minutes[1]))
  goTo(person, person.habits.home)
}

function visit(person: Person, place: Place, minutes: number): void {
  goTo(person, place)
  stayUntil(person, nowOf(person) + minutes * 60_000)
}
