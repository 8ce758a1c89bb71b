import { useState } from 'preact/hooks'
import { Field, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { numberOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { registerWords } from '../words/register/words.ts'
import { formatAge } from '../words/times.ts'
import { fill } from '../words/words.ts'
import { Listing, useBody, type Column } from './listing.tsx'
import { OneDevice } from './one-device.tsx'
import type { Device, Vendor } from './rows.ts'
import { SearchForm } from './search.tsx'

export function DevicesSection({ rest }: { readonly rest: readonly string[] }) {
  const [id] = rest
  return id === undefined ? <AllDevices /> : <OneDevice id={id} />
}

function AllDevices() {
  const [version, setVersion] = useState(0)
  const [serialNumber, setSerialNumber] = useState('')
  const vendors = useBody<{ items: readonly Vendor[] }>('/v1/vendors?limit=200').body?.items ?? []
  return (
    <>
      <details class="new">
        <summary>{registerWords().newDevice}</summary>
        <NewDevice vendors={vendors} onDone={() => setVersion(version + 1)} />
      </details>
      <SearchForm label={registerWords().searchSerial} onSearch={setSerialNumber} />
      <Listing
        label={registerWords().devices}
        path={`/v1/devices?serialNumber=${encodeURIComponent(serialNumber)}`}
        keyOf={({ id }) => id}
        columns={columns(vendors)}
        version={version}
      />
    </>
  )
}

function NewDevice({
  vendors,
  onDone,
}: {
  readonly vendors: readonly Vendor[]
  readonly onDone: () => void
}) {
  const text = registerWords()
  return (
    <Form
      label={text.newDevice}
      submit={text.register}
      send={(values) =>
        call('POST', '/v1/devices', {
          vendorId: values.get('vendorId'),
          serialNumber: values.get('serialNumber'),
          kind: values.get('kind'),
          reportIntervalSeconds: numberOf(values.get('reportIntervalSeconds')),
        })
      }
      onDone={onDone}
    >
      <Select
        name="vendorId"
        label={text.vendor}
        options={vendors.map(({ id, name }) => ({ value: id, text: name }))}
      />
      <Field name="serialNumber" label={text.serialNumber} autocomplete="off" />
      <Select
        name="kind"
        label={text.kind}
        options={(['ankle-monitor', 'victim-device'] as const).map((value) => ({
          value,
          text: text.deviceKinds[value],
        }))}
      />
      <Field
        name="reportIntervalSeconds"
        label={text.interval}
        hint={text.intervalHint}
        inputMode="numeric"
      />
    </Form>
  )
}

function columns(vendors: readonly Vendor[]): readonly Column<Device>[] {
  const text = registerWords()
  return [
    {
      name: text.serialNumber,
      cell: ({ id, serialNumber }) => <a href={`#/register/devices/${id}`}>{serialNumber}</a>,
    },
    { name: text.kind, cell: (device) => text.deviceKinds[device.kind] },
    {
      name: text.vendor,
      cell: ({ vendorId }) => vendors.find(({ id }) => id === vendorId)?.name ?? '',
    },
    { name: text.interval, cell: (device) => `${device.reportIntervalSeconds} s` },
    {
      name: text.with,
      cell: ({ personReference }) => personReference ?? <em>{text.nobody}</em>,
    },
    { name: text.lastHeard, cell: (device) => <LastHeard device={device} /> },
  ]
}

/** Silence by the server's own rule: three planned reports missed. In words, never by colour. */
export function LastHeard({ device }: { readonly device: Device }) {
  if (device.lastReceivedAt === null) return <>{registerWords().never}</>
  const ageMs = nowMs.value - Date.parse(device.lastReceivedAt)
  const isSilent = ageMs > 3 * device.reportIntervalSeconds * 1_000
  const age = ageMs < 60_000 ? `${Math.floor(ageMs / 1_000)} s` : formatAge(ageMs)
  return (
    <>
      {ageMs < 60_000 && !isSilent ? registerWords().justNow : fill(registerWords().ago, { age })}
      {isSilent ? <strong> · {registerWords().silent}</strong> : null}
    </>
  )
}
