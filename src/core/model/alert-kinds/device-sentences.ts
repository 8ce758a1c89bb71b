import type { DeviceEventKind } from '../fix.ts'
import { clockBehindFault, tellClockFault } from './clock-sentences.ts'
import type { AlertMatter, Sentence } from './sentence.ts'
import { formatFact, nameWearer } from './sentence.ts'

export const panic: Sentence = {
  english: ({ facts }) =>
    facts['wearerRole'] === null
      ? `The panic button of a device without a registered wearer was pressed.${ofArrival(facts).english}`
      : `The ${formatFact(facts['wearerRole'])} pressed the panic button.${ofArrival(facts).english}`,
  dutch: (matter) =>
    matter.facts['wearerRole'] === null
      ? `De noodknop van een apparaat zonder geregistreerde drager is ingedrukt.${ofArrival(matter.facts).dutch}`
      : `${capitalise(nameWearer(matter))} heeft de noodknop ingedrukt.${ofArrival(matter.facts).dutch}`,
}

export const deviceTamper: Sentence = {
  english: ({ facts }) => {
    const eventKind = formatFact(facts['eventKind'])
    return `${tampers[eventKind]?.english ?? eventKind} ${tellDanger(facts)}${ofArrival(facts).english}`
  },
  dutch: ({ facts }) => {
    const tamper = tampers[formatFact(facts['eventKind'])]?.dutch
    return `${tamper ?? 'Er is met het apparaat geknoeid.'}${ofArrival(facts).dutch}`
  },
}

export const deviceSilent: Sentence = {
  english: ({ facts }) => {
    const whose =
      facts['wearerRole'] === 'victim' ? "victim's device" : 'ankle monitor of the offender'
    const silence = `Nothing heard from the ${whose} for ${formatFact(facts['allowedSilenceSeconds'])} s`
    const sentence =
      facts['inOpenApproach'] === true
        ? `${silence}, during an open approach.`
        : `${silence}; it reports every ${formatFact(facts['reportIntervalSeconds'])} s.`
    return `${sentence}${tellWay(facts).english}${tellRepeats(facts).english}${tellTurns(facts).english}`
  },
  dutch: (matter) =>
    `Van het apparaat van ${nameWearer(matter)} is ${formatFact(matter.facts['allowedSilenceSeconds'])} s niets gehoord.${tellWay(matter.facts).dutch}${tellRepeats(matter.facts).dutch}${tellTurns(matter.facts).dutch}`,
}

function tellWay(facts: AlertMatter['facts']): { english: string; dutch: string } {
  if (facts['closingIn'] !== true) return { english: '', dutch: '' }
  return {
    english: ' The last positions led towards a ban or the other person.',
    dutch: ' De laatste posities leidden naar een verboden gebied of de andere persoon toe.',
  }
}

function tellRepeats(facts: AlertMatter['facts']): { english: string; dutch: string } {
  if (facts['isRepeated'] !== true) return { english: '', dutch: '' }
  return {
    english: ' It has been silent again and again within a day.',
    dutch: ' Het apparaat is binnen een dag steeds opnieuw stil.',
  }
}

/** Beside the alert about its vendor, which is open. */
function tellTurns(facts: AlertMatter['facts']): { english: string; dutch: string } {
  if (facts['isInTurns'] !== true) return { english: '', dutch: '' }
  return {
    english: ' Its vendor comes and goes, and it is missing in most of what is heard of that.',
    dutch:
      ' De leverancier valt steeds uit, en dit apparaat ontbreekt meestal als er wel wordt ontvangen.',
  }
}

export const positionUnreliable: Sentence = {
  english: ({ facts }) =>
    setAsideSentences[String(facts['code'])]?.english ??
    `${tellFault(facts).english}${tellOpen(facts).english}`,
  dutch: (matter) => {
    const { facts } = matter
    const setAside = setAsideSentences[String(facts['code'])]
    if (setAside !== undefined) return setAside.dutch
    return `Het apparaat van ${nameWearer(matter)} ${tellFault(facts).dutch}${tellOpen(facts).dutch}`
  },
}

/** What the device does wrong; one that only sends no position needs a window, not a repair. */
function nameFault(facts: AlertMatter['facts']): string {
  const fault = facts['fault'] ?? null
  if (fault === null && facts['otherDeviceSeen'] === true) return 'without-position-beside-another'
  return fault === null && facts['heardWithoutPosition'] === true
    ? 'without-position'
    : formatFact(fault)
}

function tellFault(facts: AlertMatter['facts']): { english: string; dutch: string } {
  if (facts['fault'] === clockBehindFault) return tellClockFault(facts['clockBehindSeconds'])
  return faults[nameFault(facts)] ?? notBelieved
}

const notBelieved = {
  english: 'The device reports, but none of its positions was believed for too long.',
  dutch: 'zendt, maar geen van de posities werd lang genoeg geloofd.',
}

/** By the fact `fault`; the Dutch goes on after the device. */
const faults: Readonly<Record<string, { readonly english: string; readonly dutch: string }>> = {
  jumping: {
    english:
      'The device reports places where its wearer cannot have come in the time; where the wearer is is not known.',
    dutch:
      'meldt plaatsen waar de drager in die tijd niet kan zijn gekomen; waar de drager is, is niet bekend.',
  },
  'jumping-often': {
    english:
      'Position jumps: three times or more within a day the device has given a place where its wearer cannot have come in the time. Positions are seen in between, and any of them may be false.',
    dutch:
      'verspringt: drie keer of vaker binnen een dag gaf het een plaats waar de drager in die tijd niet kan zijn gekomen. Tussendoor zijn er posities, en elk ervan kan onwaar zijn.',
  },
  mirrored: {
    english:
      'The device gives its coordinates exchanged or with a wrong sign; where the wearer is is not known.',
    dutch:
      'geeft coördinaten verwisseld of met een verkeerd teken; waar de drager is, is niet bekend.',
  },
  'without-position': {
    english:
      'The device is heard, but has sent no position for too long. Ask its wearer to go to a window or outside.',
    dutch:
      'is te horen, maar zendt al te lang geen positie. Vraag de drager naar een raam of naar buiten te gaan.',
  },
  'without-position-beside-another': {
    english:
      'This device is heard, but has sent no position that can be judged for too long. Another device of its wearer is seen elsewhere: that need not be where this one is.',
    dutch:
      'is te horen, maar zendt al te lang geen positie die te beoordelen is. Een ander apparaat van de drager is elders gezien: dit apparaat hoeft daar niet te zijn.',
  },
  'unseen-beside': {
    english:
      'This device is heard, but has sent no position that can be judged for longer than nobody would be called for who wears it alone. Another device of its wearer is seen where this one was last: that need not be where this one is. Ask the wearer whether both are worn.',
    dutch:
      'is te horen, maar zendt al te lang geen positie die te beoordelen is. Een ander apparaat van de drager is gezien waar dit het laatst was: dit apparaat hoeft daar niet meer te zijn. Vraag de drager of beide worden gedragen.',
  },
  'monitors-apart': {
    english:
      'Two devices of one wearer are in two places, further apart than anybody gets in the time between: one of them is not worn, or gives false places.',
    dutch:
      'is op een andere plaats dan een ander apparaat van dezelfde drager, verder weg dan iemand in die tijd komt: een van de twee wordt niet gedragen, of meldt onware plaatsen.',
  },
  'unclear-in-ban': {
    english:
      'The device has sent only positions in or about the banned area for too long, too coarse to say whether its wearer is inside.',
    dutch:
      'zendt al te lang alleen posities in of bij het verboden gebied die te grof zijn om te zeggen of de drager erbinnen is.',
  },
  'disputed-in-ban': {
    english:
      'Networks put the device in the banned area, and in turn its own receiver puts it elsewhere, too far off for both to be true; which of them is true is not known.',
    dutch:
      'staat volgens netwerken in het verboden gebied en telkens volgens de eigen ontvanger elders, te ver uiteen om allebei waar te zijn; wat klopt, is niet bekend.',
  },
  contradicting: {
    english:
      'The device reports two places for one moment, again and again; which of them is true is not known.',
    dutch: 'meldt telkens twee plaatsen voor één moment; welke klopt, is niet bekend.',
  },
}

function tellOpen(facts: AlertMatter['facts']): { english: string; dutch: string } {
  return facts['inOpenApproach'] === true
    ? {
        english: ' An approach or breach of the wearer is open.',
        dutch: ' Er loopt een nadering of overtreding.',
      }
    : { english: '', dutch: '' }
}

export const batteryLow: Sentence = {
  english: ({ priority, facts }) => {
    const whose = facts['wearerRole'] === 'victim' ? "victim's device" : 'ankle monitor'
    return priority === 'P3'
      ? `The battery of the ${whose} is low.`
      : `The battery of the ${whose} is nearly empty.`
  },
  dutch: (matter) => `De batterij van het apparaat van ${nameWearer(matter)} is bijna leeg.`,
}

export const vendorSilent: Sentence = {
  english: ({ facts }) =>
    `${formatFact(facts['overdueDeviceCount'])} devices of one vendor are silent together; ` +
    'their own alerts are held while this lasts, but for open approaches and breaches.',
  dutch: ({ facts }) =>
    `${formatFact(facts['overdueDeviceCount'])} apparaten van één leverancier zwijgen tegelijk.`,
}

/** The `code` of an alert that was raised because a report could not be judged at all. */
export const setAsideCode = 'poison'
/** The same of a stretch of reports that could not be judged again. */
export const stretchSetAsideCode = 'stretch-set-aside'

/** Rows of the journal are not as they were written. */
export const journalAlteredCode = 'journal-altered'

const setAsideSentences: Readonly<Record<string, { english: string; dutch: string }>> = {
  [setAsideCode]: {
    english:
      'A report that was accepted could not be judged and has been set aside. What it would have shown is not known.',
    dutch: 'Een aanvaarde meting kon niet worden beoordeeld en is apart gezet.',
  },
  [stretchSetAsideCode]: {
    english:
      'Positions came late, and the stretch they belong to could not be judged again. What happened in it is not known.',
    dutch:
      'Metingen kwamen laat, en de periode waar ze bij horen kon niet opnieuw worden beoordeeld. Wat daarin gebeurde, is niet bekend.',
  },
  [journalAlteredCode]: {
    english:
      'What devices reported was taken away, added, doubled, exchanged or changed in the database. What they reported then is not sure. Have somebody find out who can write to the database; npm run reconcile names the rows.',
    dutch:
      'Wat toestellen meldden, is in de database weggehaald, toegevoegd, verdubbeld, verwisseld of gewijzigd. Wat toen is gemeld, staat niet vast. Laat nagaan wie in de database kan schrijven; npm run reconcile noemt de rijen.',
  },
}

type Tamper = { readonly english: string; readonly dutch: string }

const tampers: Readonly<Record<string, Tamper>> = {
  'strap-tamper': {
    english: 'The strap was cut or opened.',
    dutch: 'De band is doorgesneden of geopend.',
  },
  'case-tamper': {
    english: 'The case was opened.',
    dutch: 'De behuizing is geopend.',
  },
  'jamming-suspected': {
    english: 'The device suspects that its reception is being jammed.',
    dutch: 'Het apparaat vermoedt dat de ontvangst wordt gestoord.',
  },
  'link-lost': {
    english: 'The parts of the device lost each other.',
    dutch: 'De delen van het apparaat hebben elkaar verloren.',
  },
} satisfies Partial<Record<DeviceEventKind, Tamper>>

/** The time that came with it was of no use, and staff should not wonder at the evidence. */
function ofArrival(facts: AlertMatter['facts']): Tamper {
  if (facts['countedFromArrival'] !== true) return { english: '', dutch: '' }
  return {
    english: ' It counts from its arrival: the time that came with it could not be used.',
    dutch: ' Dit telt vanaf de ontvangst: de meegezonden tijd was niet bruikbaar.',
  }
}

/** Not knowing where somebody is must not read as far away. */
function tellDanger({ inOpenApproach, nearDanger, hasProximityBan }: AlertMatter['facts']): string {
  if (inOpenApproach === true || nearDanger === true) {
    return 'The wearer is near a ban or the other person.'
  }
  if (nearDanger === false) return 'The wearer was last seen away from any ban.'
  return hasProximityBan === true
    ? 'How near the wearer is to the other person is not known.'
    : 'Where the wearer is is not known.'
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
