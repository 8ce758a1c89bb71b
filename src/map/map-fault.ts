/**
 * An extract or a map file that cannot be used; the sentence says what was found and what to do.
 */
export class MapFault extends Error {}
