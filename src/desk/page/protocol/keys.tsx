import { signal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import { responseWords } from './response-words.ts'

/** What of a panel is open; a step by its key, as its place changes when a colleague decides. */
export type OpenForm = `step ${string}` | 'note' | 'escalate' | 'hand-over' | 'shelve' | null

const storageKey = 'hoede-keys'

/** Single keys can be switched off: who dictates would press them by talking. */
export const areKeysOn = signal(localStorage.getItem(storageKey) !== 'off')

export function KeysSwitch() {
  return (
    <span class="keys">
      <label>
        <input
          type="checkbox"
          checked={areKeysOn.value}
          onChange={(event) => {
            areKeysOn.value = event.currentTarget.checked
            localStorage.setItem(storageKey, areKeysOn.value ? 'on' : 'off')
          }}
        />{' '}
        {responseWords().keysOn}
      </label>
      {areKeysOn.value ? <span class="fine"> · {responseWords().keysNote}</span> : null}
    </span>
  )
}

/**
 * The first key opens a form, the second chooses in it: a digit is the step, then the outcome. A
 * key never acts inside a field, never with another one held, and in the card of its own alert
 * alone, whatever else of the incident is on the page.
 */
export function useKeys({ isActive, panel, open, setOpen, steps }: Keys): void {
  // Before the next key: two strokes may come within one frame.
  useLayoutEffect(() => {
    if (!isActive) return
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && open !== null) {
        setOpen(null)
        return
      }
      if (!mayAct(event)) return
      const card = panel.current?.closest('.card') ?? null
      if (card === null) return
      // Of two forms that are open in one card the digit is for the one with the focus.
      const isInChoices = document.activeElement?.closest('.choices') !== null
      const isDone =
        (!isInChoices && chooseOutcome(event.key, card)) ||
        (open === null ? openBy(event.key, card, { setOpen, steps }) : chooseBy(event.key, card))
      if (isDone) event.preventDefault()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [isActive, open, steps.join(' ')])
}

type Keys = {
  readonly isActive: boolean
  readonly panel: RefObject<HTMLElement | null>
  readonly open: OpenForm
  readonly setOpen: (form: OpenForm) => void
  /** Their keys, as they stand on the page. */
  readonly steps: readonly string[]
}

/** Whether a key is an act at all. */
export function mayAct(event: KeyboardEvent): boolean {
  // A key that is held is one stroke: it may not choose what its first one opened.
  if (event.repeat || !areKeysOn.value || event.ctrlKey || event.metaKey || event.altKey)
    return false
  // Under a dialog nothing is done.
  if (document.querySelector('dialog[open]') !== null) return false
  const target = event.target instanceof Element ? event.target : null
  return target?.closest('input:not([type=checkbox]), textarea, select') === null || target === null
}

function openBy(
  key: string,
  card: Element,
  { setOpen, steps }: Pick<Keys, 'setOpen' | 'steps'>,
): boolean {
  const step = /^[1-9]$/.test(key) ? steps[Number(key) - 1] : undefined
  if (step !== undefined) {
    setOpen(`step ${step}`)
    return true
  }
  const form = { n: 'note', e: 'escalate', h: 'hand-over', p: 'shelve' }[key] as
    | OpenForm
    | undefined
  if (form !== undefined) {
    setOpen(form)
    return true
  }
  // Taking over and closing have buttons of their own, beside the panel.
  const button = card.querySelector<HTMLButtonElement>(`[aria-keyshortcuts="${key}"]`)
  if (!/^[ac]$/.test(key) || button === null) return false
  button.click()
  return true
}

/** In the form that closes an alert a digit is the outcome; its note is typed next. */
function chooseOutcome(key: string, card: Element): boolean {
  const select = card.querySelector<HTMLSelectElement>('form.close select')
  if (select === null || !/^[1-9]$/.test(key) || select.options[Number(key)] === undefined)
    return false
  select.selectedIndex = Number(key)
  select.dispatchEvent(new Event('change', { bubbles: true }))
  card.querySelector<HTMLTextAreaElement>('form.close textarea')?.focus()
  return true
}

function chooseBy(key: string, card: Element): boolean {
  if (!/^[1-9]$/.test(key)) return false
  const choice = card.querySelectorAll<HTMLButtonElement>('.choices button')[Number(key) - 1]
  choice?.click()
  return choice !== undefined
}
