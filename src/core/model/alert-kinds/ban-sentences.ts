import { tellDistance } from '../distance-band.ts'
import { tellBegun, tellBegunInDutch } from './begun-sentences.ts'
import { withClock } from './clock-sentences.ts'
import { tellApart, verbsOf } from './nearness-words.ts'
import type { AlertMatter, Sentence } from './sentence.ts'
import { formatSureness, formatSurenessInDutch, formatTimeLeft } from './sentence.ts'

export const locationBanBreach: Sentence = withClock({
  english: (matter) =>
    tell(
      matter,
      tellBegun(matter)?.breach ??
        `The offender ${verbsOf(matter).english.is} inside the banned area (${formatSureness(matter)}${tellPlace(matter)}).`,
    ),
  dutch: (matter) =>
    tellBegunInDutch(matter)?.breach ??
    `De persoon onder toezicht ${verbsOf(matter).dutch.is} in het verboden gebied (${formatSurenessInDutch(matter)}${tellPlaceInDutch(matter)}).${tellOverInDutch(matter)}`,
})

export const locationBanApproach: Sentence = withClock({
  english: (matter) =>
    tell(
      matter,
      tellBegun(matter)?.approach ??
        `The offender ${verbsOf(matter).english.is} near the banned area, ${tellDistance(matter.distanceMeters, 'en')} from its border.`,
      tellPace(matter),
    ),
  dutch: (matter) =>
    tellBegunInDutch(matter)?.approach ??
    `De persoon onder toezicht ${verbsOf(matter).dutch.is} in de buurt van het verboden gebied, ${tellDistance(matter.distanceMeters, 'nl')} ` +
      `van de grens.${tellPaceInDutch(matter)}`,
})

export const locationBanPassage: Sentence = withClock({
  english: (matter) => tell(matter, tellPassage(matter)),
  dutch: (matter) => `${tellPassageInDutch(matter.facts)}${tellOverInDutch(matter)}`,
})

export const proximityBreach: Sentence = withClock({
  english: (matter) => tell(matter, tellNotNow(matter) ?? tellNearness(matter)),
  dutch: (matter) =>
    `${tellNotNowInDutch(matter) ?? tellNearnessInDutch(matter)}${tellOverInDutch(matter)}`,
})

export const proximityApproach: Sentence = withClock({
  english: (matter) =>
    tell(
      matter,
      tellNotNow(matter) ??
        `The offender and the victim ${verbsOf(matter).english.are} ${tellApart(matter, 'en', 'beyond')} apart, within the approach ring.${tellTravel(matter)}`,
      tellPace(matter),
    ),
  dutch: (matter) =>
    tellNotNowInDutch(matter) ??
    `De persoon onder toezicht en de beschermde persoon ${verbsOf(matter).dutch.near} elkaar: ` +
      `${tellApart(matter, 'nl', 'beyond')}.${tellPaceInDutch(matter)}`,
})

/**
 * What the evidence says of a reading that rests on an address. Not which one: whoever
 * needs it reads the order.
 */
export const fixedAddressBasis = 'victim device stale, fixed address used'

/** What the evidence says of a reading that rests on where somebody was last seen at rest. */
export const heldSightingBasis = 'not seen anew, last seen at rest there'

/** The other person may be there, by positions that nobody can have come to in the time. */
export const doubtfulSightingBasis = 'doubtful sighting of the other person'

/** The clock of that person's device is ahead, which makes the time doubtful, not the place. */
export const aheadSightingBasis = 'sighting of the other person by a clock that is ahead'

/** How fast an approach goes matters only while it goes on. */
function tell({ late, facts }: AlertMatter, sentence: string, pace = ''): string {
  if (!late) return `${sentence}${pace}`
  return facts['isOver'] === true
    ? `${sentence} Learned later, when it was over for more than a quarter of an hour; they were seen elsewhere since.`
    : `${sentence} Learned later: where they are now does not follow from it.`
}

/** What the English says where it tells that it was learned late. */
function tellOverInDutch({ late, facts }: AlertMatter): string {
  return late && facts['isOver'] === true
    ? ' Later bekend geworden, toen het al meer dan een kwartier voorbij was; sindsdien elders gezien.'
    : ''
}

/** None of the positions is sure by itself. */
function tellPlace({ facts: { placeFixCount, placeSpanMs } }: AlertMatter): string {
  return typeof placeFixCount === 'number'
    ? `, by ${placeFixCount} positions of one place in ${countMinutes(placeSpanMs)} min together`
    : ''
}

function tellPlaceInDutch({ facts: { placeFixCount, placeSpanMs } }: AlertMatter): string {
  return typeof placeFixCount === 'number'
    ? `, volgens ${placeFixCount} posities van één plaats in ${countMinutes(placeSpanMs)} min samen`
    : ''
}

/** The same of two people, of whom neither is seen to move. */
function tellStay({ facts: { placeFixCount, placeSpanMs } }: AlertMatter): string {
  return typeof placeFixCount === 'number'
    ? `, by ${placeFixCount} positions of each at one place in ${countMinutes(placeSpanMs)} min together`
    : ''
}

function tellStayInDutch({ facts: { placeFixCount, placeSpanMs } }: AlertMatter): string {
  return typeof placeFixCount === 'number'
    ? `, volgens ${placeFixCount} posities van elk op één plaats in ${countMinutes(placeSpanMs)} min samen`
    : ''
}

function tellPassage({ facts }: AlertMatter): string {
  const path = `The straight path between two sightings${tellGap({ facts })} leads through the banned area`
  if (facts['isEndInside'] === true) return `${path}; one of the two lies in it.`
  return `${path}${detourWords[findDetourFact(facts) ?? 'unknown']?.english ?? ''}.`
}

function tellPassageInDutch(facts: AlertMatter['facts']): string {
  const path = `De rechte weg tussen twee waarnemingen${tellGapInDutch({ facts })} loopt door het verboden gebied`
  if (facts['isEndInside'] === true) return `${path}; een van de twee ligt erin.`
  return `${path}${detourWords[findDetourFact(facts) ?? 'unknown']?.dutch ?? ''}.`
}

/** Over so many minutes the straight way is one of many. */
function tellGap({ facts }: Pick<AlertMatter, 'facts'>): string {
  return facts['isGapLong'] === true ? `, ${countMinutes(facts['gapMs'])} min apart,` : ''
}

function tellGapInDutch({ facts }: Pick<AlertMatter, 'facts'>): string {
  return facts['isGapLong'] === true ? `, ${countMinutes(facts['gapMs'])} min uit elkaar,` : ''
}

/** Of what is not known nothing is said. */
const detourWords: Readonly<Record<string, { readonly english: string; readonly dutch: string }>> =
  {
    possible: {
      english: '; going round was possible in the time',
      dutch: '; in die tijd was eromheen gaan mogelijk',
    },
    'no-time': {
      english: '; there was no time to go round at the pace assumed',
      dutch: '; in het aangenomen tempo was er geen tijd om eromheen te gaan',
    },
    'no-way': {
      english: '; no way leads from the one to the other outside it',
      dutch: '; daarbuiten loopt geen weg van de ene naar de andere',
    },
  }

/** Alerts of before it was stored say only yes or no. */
export function findDetourFact({ detour, isPathAvoidable }: AlertMatter['facts']): string | null {
  if (typeof detour === 'string') return detour
  if (typeof isPathAvoidable !== 'boolean') return null
  return isPathAvoidable ? 'possible' : 'no-time'
}

function tellNearness(matter: AlertMatter): string {
  const meters = tellApart(matter, 'en', 'within')
  const { are, move } = verbsOf(matter).english
  if (matter.facts['episodeKind'] === 'proximity-passage') {
    return `The offender and the victim passed each other at ${meters} between sightings${tellGap(matter) || ','} closer than the order allows.`
  }
  return matter.probability === null
    ? `The offender and the victim ${move} together, ${meters} apart, closer than the order allows.`
    : `The offender and the victim ${are} ${meters} apart, closer than the order allows (${formatSureness(matter)}${tellStay(matter)}).`
}

function tellNearnessInDutch(matter: AlertMatter): string {
  const meters = tellApart(matter, 'nl', 'within')
  const { are, move } = verbsOf(matter).dutch
  const both = 'De persoon onder toezicht en de beschermde persoon'
  if (matter.facts['episodeKind'] === 'proximity-passage') {
    return `${both} zijn elkaar tussen waarnemingen${tellGapInDutch(matter)} op ${meters} gepasseerd, dichterbij dan is toegestaan.`
  }
  return matter.probability === null
    ? `${both} ${move} samen, ${meters} van elkaar, dichterbij dan is toegestaan.`
    : `${both} ${are} ${meters} van elkaar, dichterbij dan is toegestaan (${formatSurenessInDutch(matter)}${tellStayInDutch(matter)}).`
}

/**
 * One of the two was not seen at the time: says which, and what the distance was
 * measured from. Else null.
 */
function tellWithoutSighting(matter: AlertMatter): string | null {
  const { facts, settledBy } = matter
  const meters = tellApart(matter, 'en', 'as-measured')
  const { is, are } = verbsOf(matter).english
  if (facts['basis'] === fixedAddressBasis) {
    return `The offender ${is} ${meters} from a fixed address of the victim; where the victim is is not known.`
  }
  if (facts['basis'] === doubtfulSightingBasis) {
    return `The two ${are} ${meters} apart, by positions of one of them that are doubted.`
  }
  if (facts['basis'] === aheadSightingBasis) {
    return `The two ${are} ${meters} apart, by positions of a device whose clock runs ahead: the time is doubtful, not the place.`
  }
  if (facts['basis'] !== heldSightingBasis) return null
  const minutes = countMinutes(facts['sightingGapMs'])
  return settledBy === 'victim'
    ? `The victim ${is} ${meters} from where the offender was last seen at rest, ${minutes} min ago; the offender has not been seen anew since.`
    : `The offender ${is} ${meters} from where the victim was last seen at rest, ${minutes} min ago; the victim has not been seen anew since.`
}

function tellWithoutSightingInDutch(matter: AlertMatter): string | null {
  const { facts, settledBy } = matter
  const meters = tellApart(matter, 'nl', 'as-measured')
  const { is, are } = verbsOf(matter).dutch
  if (facts['basis'] === fixedAddressBasis) {
    return `De persoon onder toezicht ${is} ${meters} van een vast adres van de beschermde persoon; waar de beschermde persoon is, is niet bekend.`
  }
  if (facts['basis'] === doubtfulSightingBasis) {
    return `De twee ${are} ${meters} van elkaar volgens posities van een van beiden waaraan wordt getwijfeld.`
  }
  if (facts['basis'] === aheadSightingBasis) {
    return `De twee ${are} ${meters} van elkaar volgens posities van een apparaat waarvan de klok voorloopt: aan de tijd wordt getwijfeld, niet aan de plaats.`
  }
  if (facts['basis'] !== heldSightingBasis) return null
  const ago = `${countMinutes(facts['sightingGapMs'])} min geleden`
  return settledBy === 'victim'
    ? `De beschermde persoon ${is} ${meters} van waar de persoon onder toezicht ${ago} het laatst in rust is gezien; sindsdien is de persoon onder toezicht niet opnieuw gezien.`
    : `De persoon onder toezicht ${is} ${meters} van waar de beschermde persoon ${ago} het laatst in rust is gezien; sindsdien is de beschermde persoon niet opnieuw gezien.`
}

function tellNotNow(matter: AlertMatter): string | null {
  return tellWithoutSighting(matter) ?? tellBegun(matter)?.apart ?? null
}

function tellNotNowInDutch(matter: AlertMatter): string | null {
  return tellWithoutSightingInDutch(matter) ?? tellBegunInDutch(matter)?.apart ?? null
}

function countMinutes(ms: unknown): number {
  return Math.round(Number(ms) / 60_000)
}

function tellPace({ facts }: AlertMatter): string {
  const { secondsToBreach, recentApproachCount, usualMeters, dayNearestMeters } = facts
  if (typeof usualMeters === 'number') {
    return ' The offender is there day after day, and is no nearer than usual.'
  }
  if (facts['isPassingBy'] === true) return ' The offender is passing by.'
  if (typeof facts['spokenForByAlertId'] === 'string') {
    return ' It is called out under another ban of the same area or people, and listed here as long as that goes on.'
  }
  const timeLeft = typeof secondsToBreach === 'number' ? formatTimeLeft(secondsToBreach) : null
  const pace = timeLeft === null ? '' : ` At this pace the ban is broken in about ${timeLeft}.`
  const known = typeof dayNearestMeters === 'number' ? ' Not markedly nearer than before.' : ''
  return typeof recentApproachCount === 'number' && recentApproachCount > 1
    ? `${pace} Approach number ${recentApproachCount} within a day.${known}`
    : pace
}

function tellPaceInDutch({ facts, late }: AlertMatter): string {
  const { secondsToBreach, recentApproachCount, coTravel, usualMeters, dayNearestMeters } = facts
  const travel = coTravels.find(({ fact }) => fact === coTravel)?.dutch ?? ''
  if (late) return travel
  if (typeof usualMeters === 'number') {
    return ' De persoon onder toezicht is daar dag na dag, en komt niet dichterbij dan gewoonlijk.'
  }
  if (facts['isPassingBy'] === true) return ' De persoon onder toezicht gaat voorbij.'
  if (typeof facts['spokenForByAlertId'] === 'string') {
    return ' Dit wordt al gemeld onder een ander verbod voor hetzelfde gebied of dezelfde mensen, en staat hier in de lijst zolang dat doorgaat.'
  }
  const timeLeft = typeof secondsToBreach === 'number' ? formatTimeLeft(secondsToBreach) : null
  const left =
    timeLeft === null
      ? travel
      : `${travel} In dit tempo wordt het verbod over ongeveer ${timeLeft} overtreden.`
  const known = typeof dayNearestMeters === 'number' ? ' Niet duidelijk dichterbij dan eerder.' : ''
  return typeof recentApproachCount === 'number' && recentApproachCount > 1
    ? `${left} Nadering nummer ${recentApproachCount} binnen een dag.${known}`
    : left
}

function tellTravel({ facts }: AlertMatter): string {
  return coTravels.find(({ fact }) => fact === facts['coTravel'])?.english ?? ''
}

const coTravels = [
  {
    fact: 'together',
    english: ' Both travel the same way at the same pace.',
    dutch: ' Beiden reizen in dezelfde richting, even snel.',
  },
  {
    fact: 'passing',
    english: ' They are passing each other at speed.',
    dutch: ' De twee passeren elkaar met hoge snelheid.',
  },
]
