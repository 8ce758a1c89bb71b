import { RefusedInput } from '../../errors.ts'
import { findAddresses, type FoundAddress } from '../../core/roads/find-addresses.ts'
import { askLocatieserver } from '../../map/locatieserver.ts'
import { MapFault } from '../../map/map-fault.ts'
import { addressSearchBodySchema, foundAddressesSchema } from '../../schemas/address-search.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'

/** Where an address lies. It is POST: it may be where somebody hides, and URLs are logged. */
export function registerAddressSearchRoutes(app: App, { places, config }: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/addresses/_search',
    config: { roles: ['supervisor'], callCost },
    schema: {
      operationId: 'searchAddresses',
      tags: ['Enforceability'],
      summary: 'Find where an address lies',
      description:
        'By the house numbers of the imported map, and with `outside` by the address service that is configured (`HOEDE_LOCATIESERVER_URL`), which then learns the address. All that fit are answered: which one is meant is for a person to say. Nothing of it is stored.',
      body: addressSearchBodySchema,
      response: { 200: foundAddressesSchema },
    },
    handler: async (request) => {
      const { text, outside = false } = request.body
      const { map } = places
      const own = map === null ? [] : findAddresses(map, text, countMax + 1)
      const others = outside ? await askOutside(config.locatieserverUrl, text) : []
      return {
        items: [
          ...own.slice(0, countMax).map((one) => ({ ...placeOf(one), from: 'map' as const })),
          ...others.slice(0, countMax).map((one) => ({ ...one, from: 'locatieserver' as const })),
        ],
        truncated: own.length > countMax || others.length > countMax,
        hasMap: map !== null,
        canAskOutside: config.locatieserverUrl !== null,
      }
    },
  })
}

async function askOutside(serverUrl: string | null, text: string) {
  if (serverUrl === null) throw new RefusedInput('unavailable', noService)
  try {
    return await askLocatieserver(serverUrl, text, countMax + 1)
  } catch (error) {
    if (error instanceof MapFault) throw new RefusedInput('unavailable', error.message)
    throw error
  }
}

const noService =
  'No address service is configured (HOEDE_LOCATIESERVER_URL): leave out `outside`, or give the place itself.'

function placeOf({ street, number, postcode, town, longitude, latitude }: FoundAddress) {
  const label = [`${street} ${number}`.trim(), `${postcode} ${town}`.trim()]
  return { label: label.filter((part) => part !== '').join(', '), longitude, latitude }
}

/** More than a person reads through: they add the town instead. */
const countMax = 8
/** The addresses of a country are some millions, and all are looked at. */
const callCost = 5
