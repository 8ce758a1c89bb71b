/** What was typed as a number; undefined for nothing, so that the API says what is missing. */
export function numberOf(value: FormDataEntryValue | null): number | string | undefined {
  const text = textOf(value)
  if (text === undefined) return undefined
  const number = Number(text.replace(',', '.'))
  // Sent as it was typed: the API refuses it at its field.
  return Number.isFinite(number) ? number : text
}

/** What was typed, without spaces around it; undefined where nothing was. */
export function textOf(value: FormDataEntryValue | null): string | undefined {
  const text = typeof value === 'string' ? value.trim() : ''
  return text === '' ? undefined : text
}

/**
 * A time as somebody in the Netherlands typed it, as the API wants it: the seat may stand in
 * another zone. In the hour that comes twice in October the earlier one is meant. Undefined:
 * nothing typed.
 */
export function instantOf(value: FormDataEntryValue | null): string | undefined {
  const text = textOf(value)
  if (text === undefined) return undefined
  const wallMs = Date.parse(`${text}Z`)
  if (Number.isNaN(wallMs)) return text
  const candidates = [2, 1].map((hours) => wallMs - hours * 3_600_000)
  const instantMs = candidates.find((ms) => wallTimeOf(ms) === wallMs) ?? wallMs - 3_600_000
  return new Date(instantMs).toISOString()
}

/** An instant as an input of kind `datetime-local` has it, by the clock of the Netherlands. */
export function localTimeOf(instant: string): string {
  return new Date(wallTimeOf(Date.parse(instant))).toISOString().slice(0, 16)
}

/** What the clock on the wall shows, as if it were in UTC. */
function wallTimeOf(atMs: number): number {
  const text = new Date(atMs).toLocaleString('sv-SE', { timeZone: 'Europe/Amsterdam' })
  return Date.parse(`${text.replace(' ', 'T')}Z`) + (atMs % 1_000)
}
