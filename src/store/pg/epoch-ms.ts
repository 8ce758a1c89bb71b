/**
 * SQL for a moment as milliseconds since the epoch. `float8` because the
 * driver gives `numeric` as text.
 */
export function epochMs(moment: string): string {
  return `(extract(epoch from ${moment}) * 1000)::float8`
}
