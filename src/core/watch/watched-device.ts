import type { DeviceEventKind } from '../model/fix.ts'
import type { NumberSlab } from '../model/number-slab.ts'
import { takePlace, writeNumber } from '../model/number-slab.ts'
import type { ClockSpan, DueWithClock, OldReports } from './clock-run.ts'
import type { HeardRows } from './heard-rows.ts'
import { heardRow } from './heard-rows.ts'
import type {
  BatteryEpisode,
  HeldSilence,
  KnownDischarge,
  Latch,
  OpenAlert,
  PastSilences,
} from './open-alerts.ts'

/**
 * A device as it is watched. Its moments are in its row, where a report finds them; and whoever
 * sets anything else that `hear-quietly.ts` relies on makes it forget that the device is plain.
 */
export class DeviceWithRow {
  readonly type = 'device'
  readonly id: string
  /** When we first watched it: an order registered late gives its device a full grace from then. */
  knownSinceMs = 0
  /** Receipt of what ended the last overdue stretch. */
  resumedAtMs: number | null = null
  pastSilences: PastSilences | null = null
  heldSilence: HeldSilence | null = null
  knownDischarge: KnownDischarge | null = null
  /** Recent alerts per kind of tamper and panic, oldest first. */
  readonly latches = new Map<DeviceEventKind, Latch[]>()
  /** Receipts of presses, oldest first: what is judged a second time is no other press. */
  panicReceiptsMs: readonly number[] = []
  link: OpenAlert | null = null
  linkRestoredMs: number | null = null
  /** When strap or case was reported as seen to, for the wearer of then, oldest first. */
  tamperRestoredAtMs: readonly number[] = []
  clockBehind: DueWithClock['clockBehind'] = null
  private readonly slab: NumberSlab
  private readonly at: number
  private keptDueMs = Infinity
  private keptVendorId: string | null
  private keptIntervalMs: number
  private keptPersonId: string | null = null
  private keptSinceMs = 0
  private keptIsOverdue = false
  private keptSilence: OpenAlert | null = null
  private keptBattery: BatteryEpisode | null = null
  private keptClock: OldReports | null = null
  private keptClockSpans: readonly ClockSpan[] = []

  constructor(rows: HeardRows, id: string, vendorId: string | null, intervalMs: number) {
    this.id = id
    this.slab = rows.slab
    this.at = takePlace(rows.slab, heardRow.length)
    this.keptVendorId = vendorId
    this.keptIntervalMs = intervalMs
    rows.places.set(id, this.at)
    this.dueMs = Infinity
    this.lastHeardMs = null
    this.lastFixHeardMs = null
    this.lastFixRecordedMs = null
    this.batteryRecordedMs = null
  }

  get dueMs(): number {
    return this.keptDueMs
  }
  set dueMs(ms: number) {
    // Read here again and again by the clock, and by reports in the row.
    this.keptDueMs = ms
    this.write(heardRow.dueMs, ms)
  }
  /** Receipt of the last report of any kind. */
  get lastHeardMs(): number | null {
    return this.read(heardRow.lastHeardMs)
  }
  set lastHeardMs(ms: number | null) {
    this.write(heardRow.lastHeardMs, ms)
  }
  get lastFixHeardMs(): number | null {
    return this.read(heardRow.lastFixHeardMs)
  }
  set lastFixHeardMs(ms: number | null) {
    this.write(heardRow.lastFixHeardMs, ms)
  }
  get lastFixRecordedMs(): number | null {
    return this.read(heardRow.lastFixRecordedMs)
  }
  set lastFixRecordedMs(ms: number | null) {
    this.write(heardRow.lastFixRecordedMs, ms)
  }
  get batteryRecordedMs(): number | null {
    return this.read(heardRow.batteryRecordedMs)
  }
  set batteryRecordedMs(ms: number | null) {
    this.write(heardRow.batteryRecordedMs, ms)
  }

  get vendorId(): string | null {
    return this.keptVendorId
  }
  set vendorId(vendorId: string | null) {
    this.keptVendorId = vendorId
    this.forget()
  }
  get intervalMs(): number {
    return this.keptIntervalMs
  }
  set intervalMs(intervalMs: number) {
    this.keptIntervalMs = intervalMs
    this.forget()
  }
  /** Who wears it under an order in force now; null: heard, but not watched. */
  get personId(): string | null {
    return this.keptPersonId
  }
  set personId(personId: string | null) {
    this.keptPersonId = personId
    this.forget()
  }
  /** Start of wearing under an order; being heard before it says nothing of this wearer. */
  get sinceMs(): number {
    return this.keptSinceMs
  }
  set sinceMs(sinceMs: number) {
    this.keptSinceMs = sinceMs
    this.forget()
  }
  get isOverdue(): boolean {
    return this.keptIsOverdue
  }
  set isOverdue(isOverdue: boolean) {
    this.keptIsOverdue = isOverdue
    this.forget()
  }
  get silence(): OpenAlert | null {
    return this.keptSilence
  }
  set silence(silence: OpenAlert | null) {
    this.keptSilence = silence
    this.forget()
  }
  get battery(): BatteryEpisode | null {
    return this.keptBattery
  }
  set battery(battery: BatteryEpisode | null) {
    this.keptBattery = battery
    this.forget()
  }
  get clock(): OldReports | null {
    return this.keptClock
  }
  set clock(clock: OldReports | null) {
    this.keptClock = clock
    this.forget()
  }
  get clockSpans(): readonly ClockSpan[] {
    return this.keptClockSpans
  }
  set clockSpans(clockSpans: readonly ClockSpan[]) {
    this.keptClockSpans = clockSpans
    this.forget()
  }

  private read(place: number): number | null {
    const value = this.slab.numbers[this.at + place] ?? Number.NaN
    return Number.isNaN(value) ? null : value
  }
  private write(place: number, value: number | null): void {
    writeNumber(this.slab, this.at + place, value ?? Number.NaN)
  }
  private forget(): void {
    this.write(heardRow.isPlain, 0)
  }
}
