/** RFC 3339 in UTC, as every time leaves this system. */
export function timeText(atMs: number): string {
  return new Date(atMs).toISOString()
}
