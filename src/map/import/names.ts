/** Gives each text a number; the empty one is 0. */
export class Names {
  private readonly numbers = new Map<string, number>([['', 0]])

  numberOf(text: string | undefined): number {
    if (text === undefined) return 0
    const known = this.numbers.get(text)
    if (known !== undefined) return known
    const number = this.numbers.size
    this.numbers.set(text, number)
    return number
  }

  list(): string[] {
    return [...this.numbers.keys()]
  }
}
