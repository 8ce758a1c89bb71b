export const addressSides = ['old', 'new'] as const
type AddressSide = (typeof addressSides)[number]

/** What is sealed of a move: where somebody lived, and where they live. */
export function aboutAddress(id: string, side: AddressSide): string {
  return `relocation/${id}/${side}`
}
