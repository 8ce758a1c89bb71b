/**
 * WGS84, the only ellipsoid here. Lengths in metres, angles in degrees
 * unless a name says otherwise.
 */
export const equatorialRadiusMeters = 6_378_137
const flattening = 1 / 298.257223563
export const eccentricitySquared = flattening * (2 - flattening)
const eccentricity = Math.sqrt(eccentricitySquared)
export const radiansPerDegree = Math.PI / 180

/** The smallest radius of curvature anywhere, for bounds that must hold everywhere. */
export const curvatureRadiusMetersMin = equatorialRadiusMeters * (1 - eccentricitySquared)

/** Length of one degree of longitude at this latitude. */
export function metersPerLongitudeDegree(latitude: number): number {
  const sine = Math.sin(latitude * radiansPerDegree)
  const cosine = Math.cos(latitude * radiansPerDegree)
  return (
    (equatorialRadiusMeters * radiansPerDegree * cosine) /
    Math.sqrt(1 - eccentricitySquared * sine * sine)
  )
}

/** Length of one degree of latitude at this latitude. */
export function metersPerLatitudeDegree(latitude: number): number {
  const sine = Math.sin(latitude * radiansPerDegree)
  const w = 1 - eccentricitySquared * sine * sine
  return (
    (equatorialRadiusMeters * (1 - eccentricitySquared) * radiansPerDegree) / (w * Math.sqrt(w))
  )
}

/** Area between the equator and this latitude, per radian of longitude: exact on the ellipsoid. */
export function areaPerRadianBelow(latitude: number): number {
  const sine = Math.sin(latitude * radiansPerDegree)
  const polarRadiusMeters = equatorialRadiusMeters * (1 - flattening)
  return (
    ((polarRadiusMeters * polarRadiusMeters) / 2) *
    (sine / (1 - eccentricitySquared * sine * sine) +
      Math.atanh(eccentricity * sine) / eccentricity)
  )
}

/** The longitude difference the short way round, in [-180, 180]. */
export function longitudeDelta(fromLongitude: number, toLongitude: number): number {
  const delta = toLongitude - fromLongitude
  if (delta >= -180 && delta <= 180) return delta
  return delta - 360 * Math.round(delta / 360)
}

/**
 * Writes x, y, z of a position on the surface into `out`. Straight chords order
 * positions by nearness anywhere.
 */
export function toEarthCentred(longitude: number, latitude: number, out: Float64Array): void {
  const sine = Math.sin(latitude * radiansPerDegree)
  const cosine = Math.cos(latitude * radiansPerDegree)
  const n = equatorialRadiusMeters / Math.sqrt(1 - eccentricitySquared * sine * sine)
  out[0] = n * cosine * Math.cos(longitude * radiansPerDegree)
  out[1] = n * cosine * Math.sin(longitude * radiansPerDegree)
  out[2] = n * (1 - eccentricitySquared) * sine
}
