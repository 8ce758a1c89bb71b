import type { RepeatCause } from '../alert.ts'

/** Why an alert that goes on is told again, after the sentence of its kind. */
export function tellCause(cause: RepeatCause, unseenMs: number | null): Told {
  switch (cause) {
    case 'again':
      return {
        english: `Seen there again after ${formatEnglish(unseenMs)}; what lies between is not known.`,
        dutch: `Na ${formatDutch(unseenMs)} daar opnieuw gezien; wat daartussen ligt is niet bekend.`,
      }
    case 'inside-again':
      return {
        english: 'Seen outside in between, and there again.',
        dutch: 'Tussendoor daarbuiten gezien, en daar opnieuw.',
      }
    case 'nearer':
      return {
        english: 'Nearer than when it was last told.',
        dutch: 'Dichterbij dan toen het voor het laatst werd gemeld.',
      }
    case 'other-device':
      return {
        english: 'Another device of the same person shows it now.',
        dutch: 'Een ander apparaat van dezelfde persoon toont het nu.',
      }
    case 'live':
      return {
        english: 'It was learned late at first; this is now.',
        dutch: 'Het werd eerst te laat bekend; dit is nu.',
      }
    case 'lost-again':
      return {
        english: 'A position came back in between, and is lost again in the same place.',
        dutch: 'Tussendoor kwam er weer een positie, en die is op dezelfde plek opnieuw verloren.',
      }
  }
}

/** Why an approach that was listed is called out, after the sentence of its kind. */
export const riseSentences = {
  nearer: tellCause('nearer', null).english,
  faster: 'Faster than the approaches of the day before it.',
  found: 'By all that is known now it is not as before.',
  lasting: 'It goes on for more than an hour, or markedly longer than those before it.',
  turned: 'It no longer passes by.',
  stopped:
    'They no longer travel on one road: one of the two rests or walks, and the other is still near.',
  over: 'Learned late, and over since: it had ended more than a quarter of an hour before, and where they are now is known.',
  notOver: 'Learned late, and by what came in since it may not be long over.',
  alone: 'It goes on, and the alert of another ban that called somebody about it no longer does.',
} as const

type Told = { readonly english: string; readonly dutch: string }

function formatEnglish(ms: number | null): string {
  return ms === null ? 'some time' : formatSpan(ms, { day: 'days', hour: 'h' })
}

function formatDutch(ms: number | null): string {
  return ms === null ? 'enige tijd' : formatSpan(ms, { day: 'dagen', hour: 'uur' })
}

/** In whole units, of which there are always two or more. */
export function formatSpan(
  ms: number,
  units: { readonly day: string; readonly hour: string },
): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 120) return `${minutes} min`
  return minutes < 2 * 24 * 60
    ? `${Math.round(minutes / 60)} ${units.hour}`
    : `${Math.round(minutes / 1440)} ${units.day}`
}
