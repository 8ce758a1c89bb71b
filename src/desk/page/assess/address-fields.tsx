import { Typed } from '../form/fields.tsx'
import { registerWords } from '../words/register/words.ts'
import { fill } from '../words/words.ts'
import { assessWords } from './assess-words.ts'
import { FindAddress } from './find-address.tsx'
import { changeQuestion, placing, question, type Placing } from './draft.ts'
import { isPlaced, withAddress, type Address } from './question.ts'

/** Where one of both lives and is most. An address of somebody protected is secret to begin with. */
export function AddressFields({ of }: { readonly of: Placing['of'] }) {
  const text = assessWords()
  const { value } = question
  const addresses = value[of]
  const set = (next: readonly Address[]): void => changeQuestion({ [of]: next })
  const placed = addresses.filter(isPlaced)
  return (
    <fieldset>
      <legend>{text[of]}</legend>
      {of === 'victims' ? <p class="hint">{text.victimsNote}</p> : null}
      {addresses.map((address, place) => (
        <AddressRow
          key={address.key}
          of={of}
          address={address}
          number={place + 1}
          at={`${pointers[of]}/${isPlaced(address) ? placed.indexOf(address) : 'none'}`}
          change={(next) => set(addresses.map((one) => (one.key === next.key ? next : one)))}
          remove={() => set(addresses.filter((one) => one.key !== address.key))}
        />
      ))}
      <p>
        <button type="button" class="quiet" onClick={() => set(withAddress(addresses, text.home))}>
          {of === 'victims' ? text.addVictim : text.addOffender}
        </button>
      </p>
      {of === 'offenders' && addresses.length === 0 ? (
        <label class="box">
          <input
            type="checkbox"
            checked={value.hasNoOffenderAddress}
            onChange={(event) =>
              changeQuestion({ hasNoOffenderAddress: event.currentTarget.checked })
            }
          />{' '}
          {text.hasNone}
        </label>
      ) : null}
    </fieldset>
  )
}

const pointers = { victims: '/victimAddresses', offenders: '/offenderFixedAddresses' } as const

function AddressRow({ of, address, number, at, change, remove }: AddressRowProps) {
  const text = assessWords()
  const { circleFields } = registerWords()
  const isPlacing = placing.value?.of === of && placing.value.key === address.key
  const name = `${text[of]}: ${fill(text.addressNumber, { n: number })}`
  return (
    <div class="address" role="group" aria-label={name}>
      <FindAddress
        number={number}
        isSecret={address.isSecret}
        choose={({ longitude, latitude }) =>
          change({ ...address, longitude: String(longitude), latitude: String(latitude) })
        }
      />
      <div class="row-of-fields">
        <Typed
          at={`${at}/label`}
          label={text.addressLabel}
          value={address.label}
          change={(label) => change({ ...address, label })}
        />
        {(['latitude', 'longitude'] as const).map((axis) => (
          <Typed
            key={axis}
            at={`${at}/${axis}`}
            label={circleFields[axis]}
            inputMode="decimal"
            value={address[axis]}
            change={(typed) => change({ ...address, [axis]: typed })}
          />
        ))}
      </div>
      {of === 'victims' ? (
        <label class="box">
          <input
            type="checkbox"
            checked={address.isSecret}
            onChange={(event) => change({ ...address, isSecret: event.currentTarget.checked })}
          />{' '}
          {text.secret}
        </label>
      ) : null}
      {isPlaced(address) ? null : <p class="hint">{text.notPlaced}</p>}
      <p class="choice">
        <button
          type="button"
          class="quiet"
          aria-pressed={isPlacing}
          onClick={() => {
            placing.value = isPlacing ? null : { of, key: address.key, number }
          }}
        >
          {fill(text.putOnMap, { n: number })}
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            if (isPlacing) placing.value = null
            remove()
          }}
        >
          {fill(text.removeAddress, { n: number })}
        </button>
      </p>
    </div>
  )
}

type AddressRowProps = {
  readonly of: Placing['of']
  readonly address: Address
  readonly number: number
  readonly at: string
  readonly change: (address: Address) => void
  readonly remove: () => void
}
