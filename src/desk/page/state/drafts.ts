import { signal } from '@preact/signals'

/**
 * What somebody has typed about an alert and not sent: it outlives the form, because a colleague
 * may close the alert meanwhile, and goes when it is sent or thrown away.
 */
export const drafts = signal<ReadonlyMap<string, string>>(new Map())

export function setDraft(alertId: string, text: string): void {
  const next = new Map(drafts.value)
  if (text === '') next.delete(alertId)
  else next.set(alertId, text)
  drafts.value = next
}

export function draftOf(alertId: string): string {
  return drafts.value.get(alertId) ?? ''
}
