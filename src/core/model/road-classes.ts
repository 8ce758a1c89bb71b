/**
 * Classes of ways, and how fast somebody travels on each, in km/h. Where he is sooner than he can
 * be, nobody is harmed; where he is later, somebody is: so `fastest` is what is plausible at most,
 * and asks nothing of signs, gates and one-way streets. Both are judgements of ours.
 */
export const roadClasses = [
  'motorway',
  'trunk',
  'primary',
  'secondary',
  'tertiary',
  'unclassified',
  'residential',
  'living-street',
  'service',
  'track',
  'pedestrian',
  'cycleway',
  'path',
  'steps',
  'ferry',
] as const

export type RoadClass = (typeof roadClasses)[number]

export type RoadSpeeds = Readonly<Record<RoadClass, number>>

/** By foot the same everywhere: also along a motorway, in the bound. */
const walking = (walk: number, ferry: number): RoadSpeeds => ({
  ...even(walk),
  ferry,
})

const cycling = (ride: number, steps: number, ferry: number): RoadSpeeds => ({
  ...even(ride),
  steps,
  ferry,
})

function even(speed: number): RoadSpeeds {
  return {
    motorway: speed,
    trunk: speed,
    primary: speed,
    secondary: speed,
    tertiary: speed,
    unclassified: speed,
    residential: speed,
    'living-street': speed,
    service: speed,
    track: speed,
    pedestrian: speed,
    cycleway: speed,
    path: speed,
    steps: speed,
    ferry: speed,
  }
}

/** Brisk: 12 km/h is a run; 32 an electric bicycle ridden hard. */
export const usualRoadSpeeds = {
  walk: walking(5, 15),
  bicycle: cycling(18, 4, 15),
  car: {
    motorway: 100,
    trunk: 80,
    primary: 60,
    secondary: 55,
    tertiary: 50,
    unclassified: 45,
    residential: 30,
    'living-street': 15,
    service: 15,
    track: 20,
    pedestrian: 5,
    cycleway: 5,
    path: 5,
    steps: 5,
    ferry: 15,
  },
} as const

/** Whoever finds the footpath shorter leaves the car and runs. */
export const fastestRoadSpeeds = {
  walk: walking(12, 40),
  bicycle: cycling(32, 12, 40),
  car: {
    motorway: 150,
    trunk: 130,
    primary: 110,
    secondary: 110,
    tertiary: 90,
    unclassified: 90,
    residential: 70,
    'living-street': 50,
    service: 50,
    track: 40,
    pedestrian: 30,
    cycleway: 20,
    path: 12,
    steps: 12,
    ferry: 40,
  },
} as const

/** Drivers who are in a hurry, above the sign. */
export const signFactorFastest = 1.3
