import { expect, it, vi } from 'vitest'

// The page reads what the browser keeps; there is no browser here.
vi.stubGlobal('localStorage', { getItem: () => null })
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('location', { hash: '' })
const { me } = await import('../../../../src/desk/page/state/session.ts')
const {
  draftsAbout,
  draftsAboutAlerts,
  isAnythingTyped,
  isOfAnotherPerson,
  keepText,
  markSent,
  noteKey,
  stepNoteKey,
  textOfDraft,
  throwAway,
} = await import('../../../../src/desk/page/state/drafts.ts')
const { makePersonal } = await import('../../../../src/desk/page/state/personal.ts')

const sits = (id: string): void => {
  me.value = { id, displayName: `name of ${id}` } as never
}
const about = { alertId: 'a', reference: '09/1' }

it('a draft is of who typed it: the next one begins empty, and sees whose the other is', () => {
  sits('ann')
  keepText(noteKey('a'), 'of ann', about)
  sits('bob')
  expect(textOfDraft(noteKey('a'))).toBe('')
  keepText(noteKey('a'), 'of bob', about)
  const seen = draftsAbout('a').map((draft) => [draft.byName, isOfAnotherPerson(draft)])
  expect(seen).toEqual([
    ['name of ann', true],
    ['name of bob', false],
  ])
  keepText(noteKey('a'), '')
  sits('ann')
  expect(textOfDraft(noteKey('a'))).toBe('of ann')
  keepText(noteKey('a'), '')
})

it('all drafts about an alert are found by it, also those of its steps', () => {
  sits('ann')
  keepText(stepNoteKey('a', 'call'), 'she is in', about)
  keepText(stepNoteKey('b', 'call'), 'other', { ...about, alertId: 'b' })
  keepText('hand-over note', 'of no alert')
  expect(draftsAbout('a').map(({ value }) => value)).toEqual(['she is in'])
  expect(draftsAboutAlerts().length).toBe(2)
  for (const draft of [...draftsAbout('a'), ...draftsAbout('b')]) throwAway(draft)
  expect(isAnythingTyped()).toBe(true)
  keepText('hand-over note', '')
  expect(isAnythingTyped()).toBe(false)
})

it('what was sent goes, and what was typed while it was on its way stays, of whom it is', () => {
  sits('ann')
  keepText(noteKey('a'), 'sent', about)
  const sent = markSent(noteKey('a'))
  expect(sent()).toBe(true)
  expect(textOfDraft(noteKey('a'))).toBe('')
  const nothing = markSent(noteKey('a'))
  keepText(noteKey('a'), 'since', about)
  expect([nothing(), textOfDraft(noteKey('a'))]).toEqual([false, 'since'])
  const more = markSent(noteKey('a'))
  keepText(noteKey('a'), 'since, and more', about)
  expect([more(), textOfDraft(noteKey('a'))]).toEqual([false, 'since, and more'])
  // The answer comes when somebody else sits here, who has typed something of their own.
  const late = markSent(noteKey('a'))
  sits('bob')
  keepText(noteKey('a'), 'of bob', about)
  expect([late(), textOfDraft(noteKey('a'))]).toEqual([true, 'of bob'])
  keepText(noteKey('a'), '')
  sits('ann')
  expect(textOfDraft(noteKey('a'))).toBe('')
})

it('what the page keeps for one person is empty for the next, and there again for the first', () => {
  const kept = makePersonal('empty')
  sits('ann')
  kept.value = 'of ann'
  sits('bob')
  expect([kept.value, kept.peek()]).toEqual(['empty', 'empty'])
  sits('ann')
  expect([kept.value, kept.peek()]).toEqual(['of ann', 'of ann'])
})
