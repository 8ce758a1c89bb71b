import { signal } from '@preact/signals'
import { maxOf } from '../../../core/model/lists.ts'
import type { Incident } from '../net/api.ts'
import { fill, words } from '../words/words.ts'

/**
 * The sound of a new P1, made here and not fetched: it must play when nothing can be fetched. A
 * browser plays none before somebody clicked, nor after a reload: the page says so until then.
 */
export const isSoundReady = signal(false)

let context: AudioContext | null = null

export async function unlockSound(): Promise<void> {
  context ??= new AudioContext()
  context.onstatechange = () => {
    isSoundReady.value = context?.state === 'running'
  }
  await context.resume()
  isSoundReady.value = context.state === 'running'
  playTones([660])
}

/** Two rising tones, twice, for a P1; one low tone for a P2. */
export function playFor(priority: 'P1' | 'P2'): void {
  playTones(priority === 'P1' ? [740, 988, 740, 988] : [440])
}

function playTones(hertz: readonly number[]): void {
  if (context === null || context.state !== 'running') return
  let atSeconds = context.currentTime
  for (const frequency of hertz) {
    const tone = context.createOscillator()
    const volume = context.createGain()
    tone.frequency.value = frequency
    volume.gain.setValueAtTime(0.0001, atSeconds)
    volume.gain.exponentialRampToValueAtTime(0.3, atSeconds + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.0001, atSeconds + 0.22)
    tone.connect(volume).connect(context.destination)
    tone.start(atSeconds)
    tone.stop(atSeconds + 0.24)
    atSeconds += 0.26
  }
}

/** How many incidents call that did not before, or call again, by priority. */
export function countCalls(
  before: ReadonlyMap<string, Incident>,
  after: ReadonlyMap<string, Incident>,
  priority: 'P1' | 'P2',
): number {
  let count = 0
  for (const [id, incident] of after) {
    const told = toldOf(incident, priority)
    if (told > toldOf(before.get(id), priority)) count += 1
  }
  return count
}

function toldOf(incident: Incident | undefined, priority: 'P1' | 'P2'): number {
  const open = (incident?.alerts ?? []).filter(
    (alert) => alert.priority === priority && alert.status === 'open',
  )
  return maxOf([0, ...open.map((alert) => Date.parse(alert.toldAt))])
}

export async function askNotifications(): Promise<void> {
  await Notification.requestPermission()
}

/**
 * A lock screen shows it to whoever stands there: how many, and never who or where. Each calls
 * anew: one of the same tag would else take the place of the last in silence.
 */
export function notify(count: number): void {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return
  const body = fill(words().notifyText, { n: count })
  // Not yet among the options that TypeScript knows.
  const options = { body, tag: 'hoede-p1', renotify: true }
  new Notification('Hoede', options)
}
