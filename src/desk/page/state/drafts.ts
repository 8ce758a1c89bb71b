import { signal } from '@preact/signals'
import { me } from './session.ts'

/**
 * What somebody has typed and not sent, of every form: it outlives the form, because they may look
 * elsewhere and a colleague may close the alert meanwhile, and goes when it is sent or thrown away.
 * It is of who typed it: whoever sits here next sends nothing of it. In this page alone, and gone
 * with it.
 */
const drafts = signal<ReadonlyMap<string, Draft>>(new Map())

export type Draft = {
  readonly key: string
  readonly byId: string | null
  readonly byName: string
  /** Null: of a form that is about no alert. */
  readonly about: About | null
  readonly value: unknown
}

/** The alert that something was typed about, and what its case is known by. */
export type About = { readonly alertId: string; readonly reference: string }

/** Null takes it away. */
export function keepDraft(key: string, value: unknown, about: About | null = null): void {
  const { id: byId = null, displayName: byName = '?' } = me.peek() ?? {}
  const next = new Map(drafts.peek())
  // The last that was typed is the last of them.
  next.delete(`${byId} ${key}`)
  if (value !== null) next.set(`${byId} ${key}`, { key, byId, byName, about, value })
  drafts.value = next
}

/** Of whoever sits here. */
export function findDraft(key: string): unknown {
  return drafts.value.get(`${me.value?.id ?? null} ${key}`)?.value ?? null
}

/** All of whoever sits here whose keys begin so, the last that was typed at the end. */
export function listDrafts(beginning: string): readonly Draft[] {
  const isMine = ({ key, byId }: Draft): boolean =>
    byId === (me.value?.id ?? null) && key.startsWith(beginning)
  return [...drafts.value.values()].filter(isMine)
}

/** What was typed about an alert, by whomever: of another it is shown, and never sent. */
export function draftsAbout(alertId: string): readonly Draft[] {
  return [...drafts.value.values()].filter(({ about }) => about?.alertId === alertId)
}

/** What whoever sits here typed about alerts. */
export function draftsAboutAlerts(): readonly Draft[] {
  return listDrafts('').filter(({ about }) => about !== null)
}

export function isOfAnotherPerson({ byId }: Draft): boolean {
  return byId !== (me.value?.id ?? null)
}

export function throwAway({ byId, key }: Draft): void {
  const next = new Map(drafts.peek())
  next.delete(`${byId} ${key}`)
  drafts.value = next
}

/**
 * To be called when what stands in a draft now has been sent: it is gone then, of who typed it,
 * whoever sits here by that time. What was typed while it was on its way stays, and false is
 * answered.
 */
export function markSent(key: string): () => boolean {
  const place = `${me.peek()?.id ?? null} ${key}`
  const sent = drafts.peek().get(place)
  return () => {
    const now = drafts.peek().get(place)
    if (now !== sent) return false
    if (now !== undefined) throwAway(now)
    return true
  }
}

/** Somebody's, whoever sits here now: all of it is gone with the page. */
export function isAnythingTyped(): boolean {
  return drafts.peek().size > 0
}

/** A draft that is one text. */
export function textOfDraft(key: string): string {
  const value = findDraft(key)
  return typeof value === 'string' ? value : ''
}

export function keepText(key: string, text: string, about: About | null = null): void {
  keepDraft(key, text === '' ? null : text, about)
}

/** Where a note about an alert is kept: one for a note, for putting aside and for closing. */
export function noteKey(alertId: string): string {
  return `alert ${alertId} note`
}

/** Where the note of one step of it is kept. */
export function stepNoteKey(alertId: string, step: string): string {
  return `alert ${alertId} step ${step}`
}
