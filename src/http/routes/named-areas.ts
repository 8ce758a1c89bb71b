import {
  areasAt,
  areasCalled,
  districtCode,
  municipalityCode,
  neighbourhoodCode,
  type NamedArea,
} from '../../core/enforceability/named-areas.ts'
import {
  foundNamedAreasSchema,
  namedAreaSearchBodySchema,
} from '../../schemas/named-area-search.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'

/** Neighbourhoods and municipalities: nobody knows their codes. POST: a place may be a home. */
export function registerNamedAreaRoutes(app: App, { places: { areas } }: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/named-areas/_search',
    config: { roles: ['supervisor'], callCost: 5 },
    schema: {
      operationId: 'searchNamedAreas',
      tags: ['Enforceability'],
      summary: 'Find neighbourhoods, districts and municipalities',
      description:
        'By name, or by a place that they hold, among the areas that this server has read in. Their codes make the area of a question about a ban. Nothing is stored.',
      body: namedAreaSearchBodySchema,
      response: { 200: foundNamedAreasSchema },
    },
    handler: (request) => {
      const { text, at } = request.body
      const found =
        areas === null
          ? []
          : at === undefined
            ? areasCalled(areas, text ?? '')
            : areasAt(areas, at.longitude, at.latitude)
      return {
        items: found.slice(0, countMax).map(answerOf),
        truncated: found.length > countMax,
        hasAreas: areas !== null,
      }
    },
  })
}

function answerOf({ code, name, year }: NamedArea) {
  return { code, name, year, kind: kinds.get(code.slice(0, 2)) ?? ('other' as const) }
}

const kinds = new Map([
  [neighbourhoodCode, 'neighbourhood' as const],
  [districtCode, 'district' as const],
  [municipalityCode, 'municipality' as const],
])

/** More than a person reads through. */
const countMax = 20
