/**
 * Who reads an advice. The route, the exact times and the marker end at the victim's door, so an
 * advice exists twice: for judge and prosecutor, and for the file, which the defence reads too.
 */
export const editions = ['court', 'file'] as const
export type Edition = (typeof editions)[number]
