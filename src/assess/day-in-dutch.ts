/** A day as it is printed in an advice. */
export function dayNl(atMs: number): string {
  return new Intl.DateTimeFormat('nl-NL', { dateStyle: 'long', timeZone: 'UTC' }).format(atMs)
}
