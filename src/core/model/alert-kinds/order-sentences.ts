import type { Evidence } from '../alert.ts'
import type { SideState } from '../side-state.ts'
import type { Sentence } from './sentence.ts'
import { formatFact } from './sentence.ts'

export const protectionDegraded: Sentence = {
  english: ({ facts }) => {
    if (facts['isDistanceUnclear'] === true)
      return `${unclearDistance.english} ${tellFallback(facts)}`
    const sides = [
      ...tellSide('the offender', facts['offenderState']),
      ...tellSide('the victim', facts['victimState']),
    ]
    return `The separation cannot be judged: ${sides.join(', and ')}.${tellNextStep(facts).english} ${tellFallback(facts)}`
  },
  dutch: ({ facts }) =>
    facts['isDistanceUnclear'] === true
      ? unclearDistance.dutch
      : `De afstand tussen de twee kan niet worden beoordeeld: van minstens één is geen bruikbare positie bekend.${tellNextStep(facts).dutch}`,
}

const unclearDistance = {
  english:
    'For too long the positions of the two have been too coarse to say whether they keep the distance.',
  dutch:
    'De posities van de twee zijn al te lang te grof om te zeggen of de afstand wordt aangehouden.',
}

export const orderWithoutDevice: Sentence = {
  english: ({ facts }) => {
    if (facts['hasAssignedDevice'] !== true) {
      return 'The order is in force and its offender has no ankle monitor: nothing of it is watched.'
    }
    return facts['hasReportedBefore'] === true
      ? 'The order is in force and the ankle monitor of its offender has not reported since it began.'
      : 'The order is in force and the ankle monitor of its offender has never reported.'
  },
  dutch: ({ facts }) => {
    if (facts['hasAssignedDevice'] !== true) {
      return 'De maatregel geldt en er is geen enkelband: niets ervan wordt bewaakt.'
    }
    return facts['hasReportedBefore'] === true
      ? 'De maatregel geldt en de enkelband heeft zich sindsdien niet gemeld.'
      : 'De maatregel geldt en de enkelband heeft zich nog nooit gemeld.'
  },
}

export const orderEnding: Sentence = {
  english: ({ facts }) =>
    typeof facts['endsWithinHours'] === 'number'
      ? `The order ends within ${formatAhead(facts['endsWithinHours'])}; decide on extension or end.`
      : 'The order has lapsed: nobody is told any more who enters its areas or comes near. ' +
        'Register its extension now, or confirm the stop.',
  dutch: ({ facts }) =>
    typeof facts['endsWithinHours'] === 'number'
      ? 'De maatregel loopt af: beslis over verlengen of beëindigen.'
      : 'De maatregel is afgelopen: wie het gebied in gaat of nadert, wordt niet meer gemeld. ' +
        'Registreer nu de verlenging, of bevestig het einde.',
}

/** What was known of it is watched until a restart, and after that what else can be read. */
export const orderUnreadable: Sentence = {
  english: () =>
    'Somebody or something has changed this order where it is stored, or its key is gone: it cannot be read. ' +
    'Its bans may not be watched. Protect the people of it in another way, and have it restored or registered anew.',
  dutch: () =>
    'Deze maatregel is in de opslag gewijzigd of de sleutel ervan ontbreekt: de maatregel is niet te lezen. ' +
    'De verboden ervan worden mogelijk niet bewaakt. Bescherm de betrokkenen op een andere manier en laat de maatregel herstellen of opnieuw registreren.',
}

export const detectionBehind: Sentence = {
  english: ({ facts }) =>
    tellCause(facts)?.english ??
    `Detection has not been up to date for more than ${formatFact(facts['detectionBehindSecondsMax'])} s. ` +
      "Until it is, nobody's protection is watched.",
  dutch: ({ facts }) =>
    tellCause(facts)?.dutch ??
    `De bewaking zelf was langer dan ${formatFact(facts['detectionBehindSecondsMax'])} s niet bij: ` +
      'tot dat weer zo is, wordt niemand bewaakt.',
}

/** Null where it is all of detection that is behind, and not only what one cause keeps. */
function tellCause(facts: Evidence['facts']): Record<'english' | 'dutch', string> | null {
  const { cause } = facts
  if (cause === undefined) return tellClock(facts)
  return cause === nobodyCallsCause ? nobodyCalls : stretchesWait
}

/** The `cause` of the alert that no worker is there. */
export const nobodyCallsCause = 'nobody-calls'

const nobodyCalls = {
  english:
    'For more than a minute no part of this server has looked who must be called: what is detected is shown here, ' +
    'and nobody is called about it elsewhere, whoever does not answer. Look at this list yourself, and have the worker started again.',
  dutch:
    'Al meer dan een minuut kijkt geen deel van deze server wie moet worden gewaarschuwd: wat wordt gezien, staat hier, ' +
    'en daarbuiten wordt niemand gewaarschuwd, ook niet als niemand antwoordt. Let zelf op deze lijst en laat de worker opnieuw starten.',
}

const stretchesWait = {
  english:
    'Positions that came late have not been judged for more than ten minutes, because what detection remembers cannot be saved: ' +
    'what happened then is not known. What comes in time is judged. Somebody must make room on the disk, or look at the keys.',
  dutch:
    'Metingen die laat kwamen, zijn al meer dan tien minuten niet beoordeeld, omdat wat de bewaking onthoudt niet kan worden opgeslagen: ' +
    'wat er toen gebeurde, is niet bekend. Wat op tijd komt, wordt beoordeeld. Laat ruimte maken op de schijf, of de sleutels nakijken.',
}

/** Null where it is not a clock that keeps us from judging in time. */
function tellClock(facts: Evidence['facts']): Record<'english' | 'dutch', string> | null {
  const { clockAheadSeconds: ahead, part } = facts
  if (typeof ahead !== 'number') return null
  const seconds = Math.abs(ahead)
  const who = formatFact(part)
  return {
    english:
      `The clock of a part of this server (${who}) is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} the database's. ` +
      'Silence may be told too early, too late or not at all until it is set right.',
    dutch:
      `De klok van een deel van deze server (${who}) loopt ${seconds} s ${ahead > 0 ? 'voor' : 'achter'} op die van de database. ` +
      'Tot die gelijk is gezet, kan stilte te vroeg, te laat of niet worden gemeld.',
  }
}

/** Null for what is known: there is nothing wrong to say of it. */
const sideStates: Readonly<Record<SideState, string | null>> = {
  fresh: null,
  held: null,
  'too-seldom': 'has a device that reports too seldom to judge a distance by',
  starting: 'has only just begun to report',
  'no-device': 'has no device',
  'never-heard': 'has a device that has never reported',
  silent: 'has a silent device',
  stale: 'has no believed position that is recent enough',
  'without-position': 'has a device that is heard and sends no position',
}

function tellSide(person: string, state: Evidence['facts'][string] | undefined): string[] {
  const known = Object.entries(sideStates).find(([name]) => name === state)
  const sentence = known?.[1] ?? null
  return sentence === null ? [] : [`${person} ${sentence}`]
}

/** A device that is heard works: what it lacks is a view of the sky. */
function tellNextStep({ offenderState, victimState }: Evidence['facts']): {
  readonly english: string
  readonly dutch: string
} {
  if (victimState !== 'without-position' && offenderState !== 'without-position') {
    return { english: '', dutch: '' }
  }
  const who = victimState === 'without-position' ? 'victim' : 'offender'
  const dutchWho = who === 'victim' ? 'de beschermde persoon' : 'de persoon onder toezicht'
  return {
    english: ` Ask the ${who} to go to a window or outside.`,
    dutch: ` Het apparaat van ${dutchWho} is te horen, maar zendt geen positie: vraag naar een raam of naar buiten te gaan.`,
  }
}

function tellFallback({
  fallbackFixedAddressCount: addressCount,
  fallbackLocationBanCount: banCount,
}: Evidence['facts']): string {
  if (Number(addressCount) > 0) {
    return 'While the victim is not seen, the fixed addresses of the victim are watched.'
  }
  if (Number(banCount) === 0) return 'The order has no location ban to fall back on.'
  return banCount === 1
    ? 'Its location ban is still watched.'
    : `Its ${formatFact(banCount)} location bans are still watched.`
}

function formatAhead(hours: number): string {
  return hours < 24 ? `${hours} hours` : `${hours / 24} days`
}
