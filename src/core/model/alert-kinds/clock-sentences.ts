import { formatSpan } from './repeat-sentences.ts'
import type { AlertMatter, Sentence } from './sentence.ts'

/** The `fault` of an alert about a device whose clock is behind. */
export const clockBehindFault = 'clock-behind'

/** What an alert says of its device; the Dutch goes on after the device. */
export function tellClockFault(seconds: unknown): Told {
  const { english, dutch } = formatBehind(seconds)
  return {
    english: `The clock of the device is ${english} behind; the times it gives are corrected by that before anything is judged. Reports that are on their way for so long look the same.`,
    dutch: `heeft een klok die ${dutch} achterloopt; de tijden worden daarvoor gecorrigeerd voordat er iets wordt beoordeeld. Berichten die zo lang onderweg zijn, zien er hetzelfde uit.`,
  }
}

/** The sentence, and of which of the two the time told is not what the device said. */
export function withClock({ english, dutch }: Sentence): Sentence {
  return {
    english: (matter) => `${english(matter)}${tellClocks(matter).english}`,
    dutch: (matter) => `${dutch(matter)}${tellClocks(matter).dutch}`,
  }
}

type Told = { readonly english: string; readonly dutch: string }

function tellClocks({ facts }: AlertMatter): Told {
  let told: Told = { english: '', dutch: '' }
  for (const { fact, english, dutch } of clocks) {
    const seconds = facts[fact]
    if (typeof seconds !== 'number') continue
    const behind = formatBehind(seconds)
    told = {
      english: `${told.english} The clock of ${english} is ${behind.english} behind; the time told is corrected.`,
      dutch: `${told.dutch} De klok van ${dutch} loopt ${behind.dutch} achter; de gemelde tijd is gecorrigeerd.`,
    }
  }
  return told
}

const clocks = [
  {
    fact: 'offenderClockBehindSeconds',
    english: "the offender's device",
    dutch: 'het apparaat van de persoon onder toezicht',
  },
  {
    fact: 'victimClockBehindSeconds',
    english: "the victim's device",
    dutch: 'het apparaat van de beschermde persoon',
  },
] as const

function formatBehind(seconds: unknown): Told {
  if (typeof seconds !== 'number') return { english: 'some time', dutch: 'enige tijd' }
  return {
    english: formatSpan(seconds * 1_000, { day: 'days', hour: 'h' }),
    dutch: formatSpan(seconds * 1_000, { day: 'dagen', hour: 'uur' }),
  }
}
