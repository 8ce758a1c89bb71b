/**
 * What is told of the silence of one monitor far from everything, read from when it was heard and
 * from nothing else. Slow and plain, and written from the policy: silent is three intervals and a
 * minute at least without a word; listed first, and called out when it has lasted five minutes
 * more, or at once when it was silent twice within a day before, which one call a day says.
 */
export function listSilences(
  heardMs: readonly number[],
  intervalMs: number,
  untilMs: number,
): string[] {
  const allowedMs = Math.max(3 * intervalMs, 60_000)
  const told: string[] = []
  const silentSince: number[] = []
  let manyToldMs = -Infinity
  for (const [place, fromMs] of heardMs.entries()) {
    const nextMs = heardMs[place + 1]
    const goneMs = Math.min(nextMs ?? Infinity, untilMs) - fromMs
    if (goneMs <= allowedMs) continue
    const isMany = silentSince.filter((ms) => ms >= fromMs - 86_400_000).length >= 2
    const isCalled = isMany && !(manyToldMs >= fromMs - 86_400_000)
    silentSince.push(fromMs)
    if (isCalled) manyToldMs = fromMs
    told.push(`raised ${isCalled ? 'P2' : 'P3'} ${fromMs + allowedMs + 1}`)
    if (!isCalled && goneMs > allowedMs + 300_000) told.push(`P2 ${fromMs + allowedMs + 300_001}`)
    if (nextMs !== undefined && nextMs <= untilMs) told.push(`ended ${nextMs}`)
  }
  return told
}

/**
 * What is told of a strap that is reported opened, by reports in order: an alert for each stretch
 * of them, which a pause of five minutes or three intervals ends, and an hour; within one, a flag
 * that returns after more than two intervals without it is told again.
 */
export function listTampers(openedMs: readonly number[], intervalMs: number): string[] {
  let firstMs = -Infinity
  let lastMs = -Infinity
  return openedMs.flatMap((atMs) => {
    const pauseMs = Math.max(300_000, 3 * intervalMs)
    const isNew = atMs - lastMs >= pauseMs || atMs - firstMs >= 3_600_000
    const isAgain = atMs - lastMs > 2 * intervalMs
    lastMs = atMs
    if (isNew) firstMs = atMs
    return isNew ? [`raised ${atMs}`] : isAgain ? [`repeated ${atMs}`] : []
  })
}
