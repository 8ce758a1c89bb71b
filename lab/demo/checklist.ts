import type { AlertKind } from '../../src/core/model/alert.ts'
import type { Storyline } from '../town/cast.ts'
import type { DeskEvent } from './alert-stream.ts'

/** What the demo promised to show, ticked off by what the server really said. */
export function createChecklist(
  storylines: readonly Storyline[],
  sceneIds: ReadonlyMap<string, string>,
): Checklist {
  const items: ChecklistItem[] = storylines.flatMap((storyline) =>
    storyline.mustRaise.flatMap((expected) => {
      const { kind, isEnded, isLate } = expected
      const owner = { title: storyline.title, subjectIds: new Set(storyline.subjectIds) }
      const raised = item(owner, isLate ? 'raised, late' : 'raised', 'raised', kind, isLate)
      return isEnded ? [raised, item(owner, 'ended', 'ended', kind, isLate)] : [raised]
    }),
  )
  items.push(
    item({ title: 'the desk answers', subjectIds: null }, 'acknowledged', 'acknowledged', null),
  )
  items.push(item({ title: 'nobody answers', subjectIds: null }, 'escalated', 'escalated', null))
  return { items, sceneIds }
}

/** Ticks off what this event shows; true when that was something new. */
export function tickOff(checklist: Checklist, event: DeskEvent): boolean {
  let isNew = false
  for (const each of checklist.items) {
    if (!each.isSeen && shows(checklist, each, event)) {
      each.isSeen = true
      isNew = true
    }
  }
  return isNew
}

export function isComplete(checklist: Checklist): boolean {
  return checklist.items.every(({ isSeen }) => isSeen)
}

export type Checklist = {
  readonly items: readonly ChecklistItem[]
  readonly sceneIds: ReadonlyMap<string, string>
}

type ChecklistItem = {
  readonly title: string
  readonly what: string
  readonly type: string
  /** Null: an alert of any kind, about anybody. */
  readonly kind: AlertKind | null
  readonly subjectIds: ReadonlySet<string> | null
  readonly isLate: boolean
  isSeen: boolean
}

function item(
  owner: { readonly title: string; readonly subjectIds: ReadonlySet<string> | null },
  what: string,
  type: string,
  kind: AlertKind | null,
  isLate = false,
): ChecklistItem {
  const { title, subjectIds } = owner
  return { title, what, type, kind, subjectIds, isLate, isSeen: false }
}

function shows(checklist: Checklist, expected: ChecklistItem, event: DeskEvent): boolean {
  const { alert } = event
  if (event.type !== expected.type || (expected.kind !== null && alert.kind !== expected.kind)) {
    return false
  }
  if (expected.isLate && !alert.late) {
    return false
  }
  if (expected.subjectIds === null) {
    return true
  }
  const people = [alert.offenderId, alert.victimId, alert.deviceId]
  // A vendor is named in alerts of its devices too; only its own silence is about the vendor.
  const about = alert.kind === 'vendor-silent' ? [alert.vendorId] : people
  return about.some(
    (id) => id !== null && expected.subjectIds!.has(checklist.sceneIds.get(id) ?? ''),
  )
}
