import type { NamedAreas } from '../core/enforceability/named-areas.ts'
import { toDegrees } from '../map/areas/rd-new.ts'
import { MapFault } from '../map/map-fault.ts'

/**
 * The question with its area as an outline in degrees, however it was given: by the codes of
 * municipalities or neighbourhoods, or in RD New.
 *
 * @throws MapFault that says what was expected
 */
export function resolveArea<Question extends AskedArea>(
  question: Question,
  areas: NamedAreas | null,
): Question {
  const { areaCodes, geometry } = question
  if (areaCodes === undefined || areaCodes === null) {
    return geometry === undefined ? question : { ...question, geometry: toDegrees(geometry) }
  }
  if (geometry !== undefined || question.circle != null || question.separationMeters != null) {
    throw new MapFault(
      'Expected one of areaCodes, geometry, circle and separationMeters, got more.',
    )
  }
  if (areas === null) {
    throw new MapFault(
      'Areas are asked for by code, and none were read in: a server reads HOEDE_AREAS_PATH, npm run assess reads --areas.',
    )
  }
  const united = areas.unite(areaCodes)
  if (united === null) {
    throw new MapFault(
      'The outlines of these areas cross so closely that they cannot be united: ask for fewer, or for the municipality they lie in.',
    )
  }
  return { ...question, geometry: united }
}

type AskedArea = {
  readonly areaCodes?: readonly string[] | null | undefined
  readonly geometry?: unknown
  readonly circle?: unknown
  readonly separationMeters?: unknown
}
