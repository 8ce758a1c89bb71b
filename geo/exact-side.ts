/**
 * On which side of the line a→b lies p: positive left, negative right, 0 exactly on it. The
 * quick answer is kept when rounding cannot have changed its sign (Shewchuk's bound);
 * otherwise the determinant is computed exactly in integers. The sign is what "inside"
 * hangs on, so it may not guess.
 */
export function sideOf(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  px: number,
  py: number,
): number {
  const left = (bx - ax) * (py - ay)
  const right = (px - ax) * (by - ay)
  const determinant = left - right
  const bound = roundingBound * (Math.abs(left) + Math.abs(right))
  if (determinant > bound || determinant < -bound) return determinant
  // Equal coordinates give exact zeros, and a zero with nothing rounded is
  // common (axis-parallel borders).
  if ((ax === bx && px === ax) || (ay === by && py === ay)) return 0
  return exactSide(ax, ay, bx, by, px, py)
}

const roundingBound = (3 + 16 * Number.EPSILON) * (Number.EPSILON / 2)

function exactSide(ax: number, ay: number, bx: number, by: number, px: number, py: number): number {
  if (!Number.isFinite(ax + ay + bx + by + px + py)) return Number.NaN
  const x = toInteger(ax)
  const y = toInteger(ay)
  const determinant =
    (toInteger(bx) - x) * (toInteger(py) - y) - (toInteger(px) - x) * (toInteger(by) - y)
  if (determinant === 0n) return 0
  return determinant > 0n ? Number.MIN_VALUE : -Number.MIN_VALUE
}

const bits = new DataView(new ArrayBuffer(8))

/** The number times 2^1074, which is an integer for every finite double. */
function toInteger(value: number): bigint {
  bits.setFloat64(0, value)
  const pattern = bits.getBigUint64(0)
  const exponent = (pattern >> 52n) & 0x7ffn
  const fraction = pattern & 0xfffffffffffffn
  const magnitude = exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n)
  return value < 0 ? -magnitude : magnitude
}
