import type { ClockRun, OldReports, Receipt } from './clock-run.ts'

/** No moment before which anything was stored is null. */
export function packClock({ run, last }: OldReports): PackedClock {
  const pack = <T extends { readonly storedUntilMs: number }>(one: T) => ({
    ...one,
    storedUntilMs: Number.isFinite(one.storedUntilMs) ? one.storedUntilMs : null,
  })
  return { run: run && pack(run), last: pack(last) }
}

export function unpackClock({ run, last }: PackedClock): OldReports {
  const unpack = <T extends { readonly storedUntilMs: number | null }>(one: T) => ({
    ...one,
    storedUntilMs: one.storedUntilMs ?? -Infinity,
  })
  return { run: run && unpack(run), last: unpack(last) }
}

export type PackedClock = {
  readonly run: StoredOrNull<ClockRun> | null
  readonly last: StoredOrNull<Receipt>
}
type StoredOrNull<T> = Omit<T, 'storedUntilMs'> & { readonly storedUntilMs: number | null }
