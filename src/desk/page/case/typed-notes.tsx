import { Said } from '../net/said.tsx'
import { useActing } from '../protocol/use-acting.ts'
import { responseWords } from '../protocol/response-words.ts'
import {
  draftsAbout,
  isOfAnotherPerson,
  keepText,
  noteKey,
  stepNoteKey,
  textOfDraft,
  throwAway,
  type About,
  type Draft,
} from '../state/drafts.ts'
import { fill } from '../words/words.ts'

/**
 * What was typed about an alert that is not open here any more: one's own goes into its diary, or
 * away. Of another it is shown, to be read and copied.
 */
export function TypedNotes({ alertId }: { readonly alertId: string }) {
  return (
    <>
      {draftsAbout(alertId).map((draft) =>
        isOfAnotherPerson(draft) ? (
          <OfAnother key={`${draft.byId} ${draft.key}`} draft={draft} />
        ) : (
          <KeptNote key={draft.key} draftKey={draft.key} about={draft.about} />
        ),
      )}
    </>
  )
}

/**
 * What no form of an open alert shows: what somebody else typed, and one's own note of a step that
 * is none any more, as the alert is of another kind or priority by now.
 */
export function NotesWithoutForm({ alertId, steps }: NotesWithoutFormProps) {
  const withForm = new Set([noteKey(alertId), ...steps.map((step) => stepNoteKey(alertId, step))])
  return (
    <>
      {draftsAbout(alertId).map((draft) =>
        isOfAnotherPerson(draft) ? (
          <OfAnother key={`${draft.byId} ${draft.key}`} draft={draft} />
        ) : withForm.has(draft.key) ? null : (
          <KeptNote key={draft.key} draftKey={draft.key} about={draft.about} />
        ),
      )}
    </>
  )
}

type NotesWithoutFormProps = {
  readonly alertId: string
  /** Their keys. */
  readonly steps: readonly string[]
}

function OfAnother({ draft }: { readonly draft: Draft }) {
  const words = responseWords()
  return (
    <div class="note-form">
      <label>
        {fill(words.typedBy, { name: draft.byName })}
        <textarea readOnly name="note-of-another" value={String(draft.value)} />
      </label>
      <button type="button" class="quiet" onClick={() => throwAway(draft)}>
        {words.throwAway}
      </button>
    </div>
  )
}

function KeptNote({ draftKey, about }: KeptNoteProps) {
  const acting = useActing(about?.alertId ?? '', about?.reference ?? '', () => {})
  const words = responseWords()
  const submit = (event: Event): void => {
    event.preventDefault()
    const note = textOfDraft(draftKey)
    acting.act({ kind: 'note', note }, draftKey)
  }
  return (
    <form class="note-form" onSubmit={submit}>
      <label>
        {words.yourNote}
        <textarea
          required
          name="kept-note"
          value={textOfDraft(draftKey)}
          onInput={(event) => keepText(draftKey, event.currentTarget.value, about)}
        />
      </label>
      <button type="submit">{words.keepNote}</button>
      <button type="button" class="quiet" onClick={() => keepText(draftKey, '')}>
        {words.throwAway}
      </button>
      <p class={`action ${acting.state.kind}`} role="status">
        <Said text={acting.sentence} />
      </p>
    </form>
  )
}

type KeptNoteProps = { readonly draftKey: string; readonly about: About | null }
