/**
 * An extract or a map file that cannot be used; the sentence says what was found and what to do.
 */
export class MapFault extends Error {
  /** The same for a supervisor, where somebody at a page can mend it. */
  readonly sentenceNl: string | null

  constructor(sentence: string, options: MapFaultOptions = {}) {
    super(sentence, options)
    this.sentenceNl = options.sentenceNl ?? null
  }
}

type MapFaultOptions = ErrorOptions & { readonly sentenceNl?: string }
