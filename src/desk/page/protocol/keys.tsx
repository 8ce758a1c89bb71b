import { signal } from '@preact/signals'
import { useLayoutEffect } from 'preact/hooks'
import { responseWords } from './response-words.ts'

/** What of a panel is open. */
export type OpenForm = `step ${number}` | 'note' | 'escalate' | 'hand-over' | 'shelve' | null

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
 * key never acts inside a field, and never with another one held.
 */
export function useKeys(
  isActive: boolean,
  open: OpenForm,
  setOpen: (form: OpenForm) => void,
  stepCount: number,
): void {
  // Before the next key: two strokes may come within one frame.
  useLayoutEffect(() => {
    if (!isActive) return
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && open !== null) {
        setOpen(null)
        return
      }
      if (!mayAct(event)) return
      const done = open === null ? openBy(event.key, setOpen, stepCount) : chooseBy(event.key)
      if (done) event.preventDefault()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [isActive, open, stepCount])
}

function mayAct(event: KeyboardEvent): boolean {
  // A key that is held is one stroke: it may not choose what its first one opened.
  if (event.repeat || !areKeysOn.value || event.ctrlKey || event.metaKey || event.altKey)
    return false
  // Under a dialog nothing is done.
  if (document.querySelector('dialog[open]') !== null) return false
  const target = event.target instanceof Element ? event.target : null
  return target?.closest('input:not([type=checkbox]), textarea, select') === null || target === null
}

function openBy(key: string, setOpen: (form: OpenForm) => void, stepCount: number): boolean {
  if (chooseOutcome(key)) return true
  const place = /^[1-9]$/.test(key) ? Number(key) - 1 : -1
  if (place >= 0 && place < stepCount) {
    setOpen(`step ${place}`)
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
  const button = document.querySelector<HTMLButtonElement>(`.card [aria-keyshortcuts="${key}"]`)
  if (!/^[ac]$/.test(key) || button === null) return false
  button.click()
  return true
}

/** In the form that closes an alert a digit is the outcome; its note is typed next. */
function chooseOutcome(key: string): boolean {
  const select = document.querySelector<HTMLSelectElement>('form.close select')
  if (select === null || !/^[1-9]$/.test(key) || select.options[Number(key)] === undefined)
    return false
  select.selectedIndex = Number(key)
  select.dispatchEvent(new Event('change', { bubbles: true }))
  document.querySelector<HTMLTextAreaElement>('form.close textarea')?.focus()
  return true
}

function chooseBy(key: string): boolean {
  if (!/^[1-9]$/.test(key)) return false
  const choice = document.querySelectorAll<HTMLButtonElement>('.choices button')[Number(key) - 1]
  choice?.click()
  return choice !== undefined
}
