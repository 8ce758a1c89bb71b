/**
 * How one number of a planted place could lie somewhere: as decimal text, also cut off and with a
 * comma, as eight bytes in both orders, and those as hexadecimal digits and in base64.
 */
export function formsOf(value: number): readonly Buffer[] {
  const [little, big] = [Buffer.alloc(8), Buffer.alloc(8)]
  little.writeDoubleLE(value)
  big.writeDoubleBE(value)
  const text = String(value)
  const cut = text.slice(0, text.indexOf('.') + 6)
  const texts = [text, cut, text.replace('.', ','), cut.replace('.', ',')]
  const coded = [little, big].flatMap((bytes) => [
    bytes.toString('hex'),
    // Of three places that eight bytes may begin at: the ten digits that hang on nothing else.
    ...[0, 2, 3].map((from, before) =>
      Buffer.concat([Buffer.alloc(before), bytes, Buffer.alloc(2)])
        .toString('base64')
        .slice(from, from + 10),
    ),
  ])
  return [little, big, ...[...texts, ...coded].map((form) => Buffer.from(form))]
}
