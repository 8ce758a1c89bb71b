import { call } from '../net/api.ts'
import { useReading } from '../net/use-reading.ts'
import { LastHeard } from '../register/devices.tsx'
import type { Device } from '../register/rows.ts'
import { registerWords } from '../words/register/words.ts'
import { fill, words } from '../words/words.ts'

/** What the people of an alert wear: when each was last heard, and how much is in its battery. */
export function DevicesOfCase({
  ids,
  since,
}: {
  readonly ids: readonly string[]
  readonly since: string
}) {
  if (ids.length === 0) return null
  return (
    <section>
      <h3>{words().devices}</h3>
      <ul>
        {ids.map((id) => (
          <OneLine key={id} id={id} since={since} />
        ))}
      </ul>
    </section>
  )
}

const readDevice = (id: string) => call<Device>('GET', `/v1/devices/${id}`)

function OneLine({ id, since }: { readonly id: string; readonly since: string }) {
  const { body: device } = useReading(id, readDevice, since)
  if (device === null) return null
  const text = registerWords()
  return (
    <li>
      {text.deviceKinds[device.kind]} {device.serialNumber}: {text.lastHeard}{' '}
      <LastHeard device={device} />
      {device.batteryFraction === null
        ? null
        : ` · ${fill(words().battery, { percent: Math.round(device.batteryFraction * 100) })}`}
    </li>
  )
}
