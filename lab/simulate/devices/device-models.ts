import type { Random } from '../../../src/replay/seeded-random.ts'

export type DeviceModel = {
  readonly name: string
  /** What the registry says. */
  readonly registeredSeconds: number
  readonly movingSeconds: number
  /** Null: nothing but heartbeats at rest. */
  readonly restingSeconds: number | null
  readonly heartbeatSeconds: number
}

/** Bands from the eager to the thrifty, in the shares in which they are given out. */
export const bandModels: readonly (readonly [share: number, model: DeviceModel])[] = [
  [0.02, steady('band-10', 10)],
  [0.07, steady('band-30', 30)],
  [0.43, steady('band-60', 60)],
  [0.16, steady('band-120', 120)],
  [0.08, steady('band-300', 300)],
  [0.03, steady('band-600', 600)],
  [
    0.21,
    {
      name: 'band-adaptive',
      registeredSeconds: 120,
      movingSeconds: 60,
      restingSeconds: 360,
      heartbeatSeconds: 120,
    },
  ],
]

export const victimModels: readonly (readonly [share: number, model: DeviceModel])[] = [
  [0.3, steady('fob-60', 60)],
  [
    0.5,
    {
      name: 'phone',
      registeredSeconds: 300,
      movingSeconds: 30,
      restingSeconds: null,
      heartbeatSeconds: 300,
    },
  ],
  [
    0.2,
    {
      name: 'phone-eager',
      registeredSeconds: 120,
      movingSeconds: 15,
      restingSeconds: null,
      heartbeatSeconds: 120,
    },
  ],
]

export function pickModel(
  random: Random,
  models: readonly (readonly [share: number, model: DeviceModel])[],
): DeviceModel {
  let left = random.next()
  for (const [share, model] of models) {
    left -= share
    if (left < 0) return model
  }
  return models.at(-1)![1]
}

function steady(name: string, seconds: number): DeviceModel {
  return {
    name,
    registeredSeconds: seconds,
    movingSeconds: seconds,
    restingSeconds: seconds,
    heartbeatSeconds: seconds,
  }
}
