/**
 * Longitude and latitude in each other's place: no order of a Dutch court is about the sea off
 * Somalia, where the Netherlands lie then.
 */
export function isLatitudeFirst(longitude: number, latitude: number): boolean {
  return longitude > 50.7 && longitude < 53.7 && latitude > 3.2 && latitude < 7.3
}
