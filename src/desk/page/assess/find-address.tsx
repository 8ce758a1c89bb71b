import { Said } from '../net/said.tsx'
import { useState } from 'preact/hooks'
import type { z } from 'zod'
import type { foundAddressesSchema } from '../../../schemas/address-search.ts'
import { Typed } from '../form/fields.tsx'
import { call } from '../net/api.ts'
import { fill } from '../words/words.ts'
import { assessWords } from './assess-words.ts'

/**
 * Finds the place of an address that somebody types. All that fit are offered and none is taken by
 * itself: the wrong house is worse than none. What leaves this server leaves by a button of its own.
 */
export function FindAddress({ number, isSecret, choose }: FindAddressProps) {
  const text = assessWords()
  const [typed, setTyped] = useState('')
  const [found, setFound] = useState<Found | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const [isAsking, setAsking] = useState(false)
  const ask = async (outside: boolean): Promise<void> => {
    if (typed.trim() === '') return
    setAsking(true)
    const outcome = await call<Found>('POST', '/v1/addresses/_search', {
      text: typed.trim(),
      ...(outside ? { outside } : {}),
    })
    setAsking(false)
    setFault(outcome.kind === 'refused' ? outcome.detail : null)
    if (outcome.kind === 'done') setFound(outcome.body)
  }
  const items = found?.items ?? []
  const take = (item: Found['items'][number]): void => {
    choose(item)
    setFound(null)
  }
  return (
    <div
      class="find-address"
      onKeyDown={(event) => {
        // Within the question a line that is entered would ask about the ban instead.
        if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return
        event.preventDefault()
        void ask(false)
      }}
    >
      <Typed
        at="/find-address"
        label={fill(text.findAddress, { n: number })}
        hint={text.findHint}
        value={typed}
        change={(next) => {
          setTyped(next)
          setFound(null)
        }}
      />
      <p class="choice">
        <button type="button" class="quiet" disabled={isAsking} onClick={() => void ask(false)}>
          {text.find}
        </button>
      </p>
      <div role="status">
        {fault === null ? null : (
          <p class="fault" role="alert">
            <Said text={fault} />
          </p>
        )}
        {found !== null && items.length === 0 ? (
          <p class="hint">{found.hasMap ? text.foundNone : text.foundNoMap}</p>
        ) : null}
        {found?.truncated === true ? <p class="hint">{text.foundMore}</p> : null}
      </div>
      {items.length === 0 ? null : (
        <ul class="found">
          {items.map((item, place) => (
            <li key={place}>
              <button type="button" class="quiet" onClick={() => take(item)}>
                {item.label}
              </button>{' '}
              <span class="hint">{text.found[item.from]}</span>
            </li>
          ))}
        </ul>
      )}
      {found?.canAskOutside === true ? (
        <p class="choice">
          <button type="button" class="quiet" disabled={isAsking} onClick={() => void ask(true)}>
            {text.findOutside}
          </button>{' '}
          <span class="hint">{isSecret ? text.outsideSecret : text.outsideNote}</span>
        </p>
      ) : null}
    </div>
  )
}

type Found = z.output<typeof foundAddressesSchema>

type FindAddressProps = {
  /** As the row of the address is called. */
  readonly number: number
  readonly isSecret: boolean
  readonly choose: (place: { readonly longitude: number; readonly latitude: number }) => void
}
