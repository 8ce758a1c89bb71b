import { defaultLimits } from '../../../core/model/limits.ts'
import { weekdays } from '../../../core/model/registry.ts'
import { about, Below, Field, Group, Typed, useField } from '../form/fields.tsx'
import { localTimeOf } from '../form/values.ts'
import { AreaMap } from '../map/area-map.tsx'
import type { FieldFault, LocationBan } from '../net/api.ts'
import { registerWords } from '../words/register/words.ts'
import { fill, formatNumber } from '../words/words.ts'
import { clickArea, withoutLastCorner, type AreaDraft } from './area.ts'
import { handlesOf, moveHandle } from './handles.ts'
import { exceptionsOf, type BanDraft } from './ban-draft.ts'
import { isTooMuch, pastedMax } from './pasted-text.ts'

/** One ban of the form: its name, its area on the map and in figures, its ring, its week. */
export function BanFields({ draft, place, shown, change, remove }: BanFieldsProps) {
  const text = registerWords()
  const at = `/locationBans/${place}`
  const { key, ban, area } = draft
  const setArea = (next: AreaDraft): void => change({ ...draft, area: next })
  return (
    <fieldset class="ban">
      <legend>{fill(text.banNumber, { n: place + 1 })}</legend>
      <Field
        name={`label-${key}`}
        at={`${at}/label`}
        label={text.banLabel}
        hint={text.banLabelHint}
        autocomplete="off"
        defaultValue={ban?.label ?? ''}
      />
      <p class="choice" role="group" aria-label={text.areaKind}>
        {(['circle', 'drawn'] as const).map((kind) => (
          <button
            key={kind}
            type="button"
            class={kind === area.kind ? '' : 'quiet'}
            aria-pressed={kind === area.kind}
            onClick={() => setArea({ ...area, kind })}
          >
            {text.areaKinds[kind]}
          </button>
        ))}
      </p>
      {area.kind === 'circle' ? (
        <CircleFields area={area} at={`${at}/circle`} change={setArea} />
      ) : (
        <DrawnFields area={area} at={`${at}/geometry`} change={setArea} />
      )}
      <AreaMap
        ban={shown}
        onClick={(clicked) => setArea(clickArea(area, clicked))}
        handles={handlesOf(area)}
        onDrag={(id, to) => setArea(moveHandle(area, id, to))}
      />
      <Field
        name={`approach-${key}`}
        at={`${at}/approachMeters`}
        label={text.approach}
        hint={text.approachHint}
        inputMode="numeric"
        defaultValue={String(
          ban?.approachMeters ?? draft.approachMeters ?? defaultLimits.approachMetersDefault,
        )}
      />
      <WeekFields draft={draft} at={`${at}/schedule`} change={change} />
      <button type="button" class="quiet" onClick={remove}>
        {fill(text.removeBan, { n: place + 1 })}
      </button>
    </fieldset>
  )
}

type BanFieldsProps = {
  readonly draft: BanDraft
  readonly place: number
  /** As far as it can be drawn. */
  readonly shown: LocationBan
  readonly change: (draft: BanDraft) => void
  readonly remove: () => void
}

export function CircleFields({ area, at, change }: AreaFieldsProps) {
  const text = registerWords()
  return (
    <div class="row-of-fields">
      {(['latitude', 'longitude', 'radiusMeters'] as const).map((name) => (
        <Typed
          key={name}
          at={`${at}/${name}`}
          label={text.circleFields[name]}
          inputMode="decimal"
          value={area[name]}
          change={(value) => change({ ...area, [name]: value })}
        />
      ))}
    </div>
  )
}

export function DrawnFields({ area, at, change }: AreaFieldsProps) {
  const text = registerWords()
  const { ids, faults } = useField(at)
  const told = isTooMuch(area.geometry) ? [tooMuch()] : faults
  return (
    <p class="field">
      <label for={ids.input}>{text.geoJson}</label>
      <textarea
        {...about(ids, text.geoJsonHint, told.length > 0)}
        spellcheck={false}
        value={area.geometry}
        onInput={(event) => change({ ...area, geometry: event.currentTarget.value })}
      />
      <Below ids={ids} hint={text.geoJsonHint} faults={told} />
      <button type="button" class="quiet" onClick={() => change(withoutLastCorner(area))}>
        {text.undoCorner}
      </button>
    </p>
  )
}

/** Said by the page itself: what it does not read it does not send. */
function tooMuch(): FieldFault {
  const { vertices, characters, depth } = pastedMax
  const detail = fill(registerWords().geoJsonTooMuch, {
    vertices: formatNumber(vertices),
    characters: formatNumber(characters),
    depth,
  })
  return { code: 'too-much', detail, detailNl: detail }
}

type AreaFieldsProps = {
  readonly area: AreaDraft
  readonly at: string
  readonly change: (area: AreaDraft) => void
}

/** When in the week it is in force. */
function WeekFields({ draft, at, change }: WeekFieldsProps) {
  const text = registerWords()
  const { key, windows } = draft
  const add = (): void => {
    const next = Math.max(-1, ...windows.map((window) => window.key)) + 1
    change({ ...draft, windows: [...windows, { key: next, window: null }] })
  }
  return (
    <>
      {windows.map(({ key: windowKey, window }, place) => (
        <Group
          key={windowKey}
          legend={fill(text.windowNumber, { n: place + 1 })}
          at={`${at}/weekly/${place}`}
        >
          {weekdays.map((day) => (
            <label key={day} class="box inline">
              <input
                type="checkbox"
                name={`days-${key}-${windowKey}`}
                value={day}
                defaultChecked={window?.days.includes(day) ?? false}
              />{' '}
              {text.weekdays[day]}
            </label>
          ))}
          {(['from', 'until'] as const).map((end) => (
            <label key={end} class="box inline">
              {text[end]}{' '}
              <input
                name={`${end}-${key}-${windowKey}`}
                size={6}
                placeholder="00:00"
                defaultValue={window?.[end] ?? ''}
              />
            </label>
          ))}
          <button
            type="button"
            class="quiet"
            onClick={() =>
              change({ ...draft, windows: windows.filter((one) => one.key !== windowKey) })
            }
          >
            {fill(text.removeWindow, { n: place + 1 })}
          </button>
        </Group>
      ))}
      <p>
        {windows.length === 0 ? text.aroundTheClock : null}{' '}
        <button type="button" class="quiet" onClick={add}>
          {text.addWindow}
        </button>
      </p>
      <Exceptions draft={draft} at={`${at}/exceptions`} />
    </>
  )
}

/** Stretches in which the ban does not hold: whoever registers it sees them. */
function Exceptions({ draft, at }: { readonly draft: BanDraft; readonly at: string }) {
  const text = registerWords()
  const exceptions = exceptionsOf(draft)
  if (exceptions.length === 0) return null
  return (
    <Group legend={text.exceptions} at={at}>
      <ul>
        {exceptions.map(({ from, until, reason }, place) => (
          <li key={place}>
            {momentOf(from)} – {momentOf(until)}: {reason ?? '?'}
          </li>
        ))}
      </ul>
    </Group>
  )
}

function momentOf(moment: string | undefined): string {
  return moment === undefined ? '?' : localTimeOf(moment).replace('T', ' ')
}

type WeekFieldsProps = {
  readonly draft: BanDraft
  readonly at: string
  readonly change: (draft: BanDraft) => void
}
