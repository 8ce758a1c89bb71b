import { z } from 'zod'
import { lineSchema } from './common.ts'
import { latitude, longitude } from './protection-order.ts'

export const addressSearchBodySchema = z
  .strictObject({
    text: lineSchema(200)
      .describe(
        'Street and number with perhaps a town, or postcode and number, of the Netherlands.',
      )
      .meta({ examples: ['Dorpsstraat 12, Ede', '6711 AB 12'] }),
    outside: z
      .boolean()
      .optional()
      .describe(
        'Ask the address service that is configured as well, which belongs to somebody else and so learns what is asked; false when absent, and then nothing leaves this server.',
      ),
  })
  .meta({ id: 'AddressSearch' })

export const foundAddressesSchema = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          label: z.string(),
          longitude,
          latitude,
          from: z
            .enum(['map', 'locatieserver'])
            .describe('The imported map of this server, or the address service.'),
        })
        .meta({ id: 'FoundAddress' }),
    ),
    truncated: z.boolean().describe('True: more may fit than are answered. Add the town.'),
    hasMap: z.boolean().describe('False: no map was imported, so none of its addresses was found.'),
    canAskOutside: z.boolean().describe('Whether an address service is configured.'),
  })
  .meta({ id: 'FoundAddresses' })
