import { useEffect, useState } from 'preact/hooks'
import { about, Below, useField } from '../form/fields.tsx'
import { call } from '../net/api.ts'
import { registerWords } from '../words/register/words.ts'

/**
 * Chooses one of many by the beginning of what it is called: the server searches, the list offers
 * what it found, and the form sends the id of what was chosen, or nothing.
 */
export function Picker({ name, label, at = `/${name}`, path, nameOf, initial }: PickerProps) {
  const { ids, faults } = useField(at)
  const [text, setText] = useState(initial?.text ?? '')
  const [found, setFound] = useState<readonly Found[]>([])
  useEffect(() => {
    let isOver = false
    const wait = setTimeout(() => {
      const asked = `${path}${encodeURIComponent(text)}&limit=${offeredMax}`
      void call<{ items: readonly Record<string, unknown>[] }>('GET', asked).then((outcome) => {
        if (isOver || outcome.kind !== 'done') return
        setFound(outcome.body.items.flatMap((item) => nameOf(item) ?? []))
      })
    }, restMs)
    return () => {
      isOver = true
      clearTimeout(wait)
    }
  }, [path, text])
  const chosen = text === initial?.text ? initial : found.find((one) => one.text === text.trim())
  return (
    <p class="field">
      <label for={ids.input}>{label}</label>
      <input
        {...about(ids, registerWords().pickerHint, faults.length > 0)}
        list={`${ids.input}-list`}
        value={text}
        autocomplete="off"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <datalist id={`${ids.input}-list`}>
        {found.map((one) => (
          <option key={one.id} value={one.text} />
        ))}
      </datalist>
      <input type="hidden" name={name} value={chosen?.id ?? ''} />
      <Below ids={ids} hint={registerWords().pickerHint} faults={faults} />
    </p>
  )
}

type Found = { readonly id: string; readonly text: string }

type PickerProps = {
  readonly name: string
  readonly label: string
  readonly at?: string
  /** Ends where what was typed goes. */
  readonly path: string
  /** Null: not one to choose here. */
  readonly nameOf: (item: Record<string, unknown>) => Found | null
  readonly initial?: Found
}

/** A question per key would be ten a second. */
const restMs = 200
const offeredMax = 20

export const personPath = (role: 'offender' | 'victim') => `/v1/persons?role=${role}&reference=`
export const personName = (item: Record<string, unknown>): Found => ({
  id: String(item['id']),
  text: String(item['reference']),
})
export const devicePath = '/v1/devices?serialNumber='
export const deviceName = (item: Record<string, unknown>): Found => ({
  id: String(item['id']),
  text: String(item['serialNumber']),
})
