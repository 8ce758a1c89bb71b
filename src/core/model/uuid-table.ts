/**
 * A number for each id. An id that is a uuid is found by its 128 bits, which lie in the table
 * itself: a map of strings fetches the key from wherever it lies in memory, once more than the
 * place that it leads to, and works out the hash of each new string. Other ids are in a map.
 */
export class UuidTable {
  private slots = new Uint32Array(initialCount * stride)
  private takenCount = 0
  private readonly asked = new Uint32Array(uuidWords)
  private readonly others = new Map<string, number>()

  get(id: string): number | undefined {
    if (!readUuid(id, this.asked)) return this.others.get(id)
    const { slots } = this
    const value = slots[this.find(slots, this.asked) + uuidWords] ?? free
    return value === free || value === gone ? undefined : value - firstValue
  }

  set(id: string, number: number): void {
    if (!readUuid(id, this.asked)) {
      this.others.set(id, number)
      return
    }
    if (2 * (this.takenCount + 1) * stride > this.slots.length) this.grow()
    const { slots } = this
    const at = this.find(slots, this.asked)
    if (slots[at + uuidWords] === free) this.takenCount++
    slots.set(this.asked, at)
    slots[at + uuidWords] = number + firstValue
  }

  delete(id: string): void {
    this.others.delete(id)
    if (!readUuid(id, this.asked)) return
    const at = this.find(this.slots, this.asked) + uuidWords
    // The slot stays taken, or those that were put behind it would not be found.
    if (this.slots[at] !== free) this.slots[at] = gone
  }

  /** Where it is, or the free slot where it belongs. */
  private find(slots: Uint32Array, asked: Uint32Array): number {
    const mask = slots.length / stride - 1
    for (let slot = mix(asked) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * stride
      if (slots[at + uuidWords] === free || isAt(slots, at, asked)) return at
    }
  }

  private grow(): void {
    const larger = new Uint32Array(2 * this.slots.length)
    for (let at = 0; at < this.slots.length; at += stride) {
      const entry = this.slots.subarray(at, at + stride)
      if (entry[uuidWords] !== free) larger.set(entry, this.find(larger, entry))
    }
    this.slots = larger
  }
}

/** The words of the uuid and its value. A power of two of slots, half of them free at least. */
const uuidWords = 4
const stride = uuidWords + 1
const initialCount = 16
const free = 0
const gone = 1
/** A number is kept as its value from here on. */
const firstValue = 2

function isAt(slots: Uint32Array, at: number, asked: Uint32Array): boolean {
  for (let word = 0; word < uuidWords; word++) if (slots[at + word] !== asked[word]) return false
  return true
}

/** Every bit of the words has its say in every bit of what comes out. */
function mix(asked: Uint32Array): number {
  let hash = 0
  for (let word = 0; word < uuidWords; word++) hash = stir(hash ^ (asked[word] ?? 0))
  return hash
}

function stir(word: number): number {
  const stirred = Math.imul(word ^ (word >>> 16), 0x45d9f3b)
  return Math.imul(stirred ^ (stirred >>> 16), 0x45d9f3b)
}

/** False for what is not a uuid in lower case. That all were digits is asked once. */
function readUuid(id: string, words: Uint32Array): boolean {
  if (id.length !== 36 || !isHyphen(id, 8) || !isHyphen(id, 13)) return false
  if (!isHyphen(id, 18) || !isHyphen(id, 23)) return false
  const [a, b, c, d] = [readFour(id, 0), readFour(id, 4), readFour(id, 9), readFour(id, 14)]
  const [e, f, g, h] = [readFour(id, 19), readFour(id, 24), readFour(id, 28), readFour(id, 32)]
  words[0] = (a << 16) | b
  words[1] = (c << 16) | d
  words[2] = (e << 16) | f
  words[3] = (g << 16) | h
  return (a | b | c | d | e | f | g | h) < noDigit
}

function isHyphen(id: string, at: number): boolean {
  return id.charCodeAt(at) === hyphen
}

/** Sixteen bits, or more where one of the four is no digit. */
function readFour(id: string, at: number): number {
  const [one, two] = [digitAt(id, at), digitAt(id, at + 1)]
  const [three, four] = [digitAt(id, at + 2), digitAt(id, at + 3)]
  return (one << 12) | (two << 8) | (three << 4) | four
}

function digitAt(id: string, at: number): number {
  return digitValues[id.charCodeAt(at)] ?? noDigit
}

const hyphen = '-'.charCodeAt(0)
const noDigit = 1 << 16
/** Value of each hexadecimal digit in lower case by its character code. */
const digitValues = new Int32Array(128).fill(noDigit)
for (let value = 0; value < 16; value++) digitValues[value.toString(16).charCodeAt(0)] = value
