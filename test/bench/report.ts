export function section(title: string): void {
  process.stdout.write(`\n${title}\n`)
}

/**
 * One line: rate, cost per fix, and the ratio against the first row of the section in the same run.
 */
export function row(name: string, nanosecondsPerFix: number, baselineNanoseconds: number): void {
  const rate = Math.round(1e9 / nanosecondsPerFix)
  const ratio = nanosecondsPerFix / baselineNanoseconds
  process.stdout.write(
    `  ${name.padEnd(64)} ${rate.toLocaleString('en').padStart(12)} fixes/s ${Math.round(nanosecondsPerFix).toLocaleString('en').padStart(10)} ns/fix  ${ratio.toFixed(2).padStart(8)}x\n`,
  )
}

/**
 * One line: median, worst tenth and worst hundredth of sorted latencies, and the ratio of each to
 * the baseline of the same run.
 */
export function latencyRow(
  name: string,
  sortedMs: readonly number[],
  baselineMs: readonly number[],
): void {
  const parts = [0.5, 0.9, 0.99].map((share) => {
    const latencyMs = quantile(sortedMs, share)
    const ratio = latencyMs / quantile(baselineMs, share)
    return `p${share * 100} ${latencyMs.toFixed(1).padStart(6)} ms ${ratio.toFixed(1).padStart(6)}x`
  })
  process.stdout.write(`  ${name.padEnd(64)} ${parts.join('  ')}\n`)
}

export function line(text: string): void {
  process.stdout.write(`  ${text}\n`)
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
