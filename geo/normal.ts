/** Probability that a standard normal value exceeds `x`; absolute error below 1e-14. */
export function normalTail(x: number): number {
  if (x < 0) return 1 - normalTail(-x)
  if (!(x <= tailMax)) return x > tailMax ? 0 : Number.NaN
  // The ratio to the density is smooth; Chebyshev in a variable that maps
  // [0, infinity) onto [-1, 1].
  const u = (x - tailScale) / (x + tailScale)
  let b1 = 0
  let b2 = 0
  for (let k = tailCoefficients.length - 1; k > 0; k -= 1) {
    const b0 = 2 * u * b1 - b2 + tailCoefficients[k]!
    b2 = b1
    b1 = b0
  }
  const scaled = u * b1 - b2 + tailCoefficients[0]! / 2
  return (Math.exp((-x * x) / 2) * scaled) / (1 + x)
}

/**
 * Owen's T: (1/2π) ∫₀ᵃ exp(-h²(1+x²)/2) / (1+x²) dx, the mass of a normal wedge beyond a
 * line at distance h. Steep slopes are turned into gentle ones by T(h,a) = (Q(h) + Q(ah))/2
 * - Q(h)Q(ah) - T(ah, 1/a).
 */
export function owenT(h: number, a: number): number {
  if (a < 0) return -owenT(h, -a)
  if (h < 0) return owenT(-h, a)
  if (h > tailMax) return 0
  if (a <= 1) return gentleT(h, a)
  const qh = normalTail(h)
  const ah = a * h
  if (ah > 9) return qh / 2
  const qah = normalTail(ah)
  return (qh + qah) / 2 - qh * qah - gentleT(ah, 1 / a)
}

/**
 * Nodes in (0, 1) and weights that sum to 1, of Gauss-Legendre quadrature with this many points.
 */
export function gaussLegendre(count: number): {
  readonly nodes: Float64Array
  readonly weights: Float64Array
} {
  const nodes = new Float64Array(count)
  const weights = new Float64Array(count)
  for (let i = 0; i < count; i += 1) {
    let z = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5))
    let slope = 1
    for (let round = 0; round < 100; round += 1) {
      let p = 1
      let before = 0
      for (let j = 1; j <= count; j += 1) {
        const next = ((2 * j - 1) * z * p - (j - 1) * before) / j
        before = p
        p = next
      }
      slope = (count * (z * p - before)) / (z * z - 1)
      const step = p / slope
      z -= step
      if (Math.abs(step) < 1e-16) break
    }
    nodes[i] = (1 - z) / 2
    weights[i] = 1 / ((1 - z * z) * slope * slope)
  }
  return { nodes, weights }
}

const tailMax = 38
const tailScale = 2.5
const tailCoefficients = fitTail(40)
const gentle = gaussLegendre(20)

function gentleT(h: number, a: number): number {
  const half = (-h * h) / 2
  let sum = 0
  for (let i = 0; i < 20; i += 1) {
    const x = a * gentle.nodes[i]!
    const q = 1 + x * x
    sum += (gentle.weights[i]! * Math.exp(half * q)) / q
  }
  return (sum * a) / (2 * Math.PI)
}

/**
 * Chebyshev coefficients of (1 + x) Q(x) / exp(-x²/2), from the slow series and
 * continued fraction below.
 */
function fitTail(count: number): Float64Array {
  const values = new Float64Array(count)
  for (let k = 0; k < count; k += 1) {
    const u = Math.cos((Math.PI * (k + 0.5)) / count)
    const x = (tailScale * (1 + u)) / (1 - u)
    values[k] = (1 + x) * slowTailRatio(x)
  }
  const coefficients = new Float64Array(count)
  for (let j = 0; j < count; j += 1) {
    let sum = 0
    for (let k = 0; k < count; k += 1) {
      sum += values[k]! * Math.cos((Math.PI * j * (k + 0.5)) / count)
    }
    coefficients[j] = (2 * sum) / count
  }
  return coefficients
}

/** Q(x) / exp(-x²/2): Taylor of Φ(x) - ½ near zero, Lentz's continued fraction beyond. */
function slowTailRatio(x: number): number {
  const root = 1 / Math.sqrt(2 * Math.PI)
  if (x < 1.5) {
    let term = x
    let sum = x
    for (let k = 1; Math.abs(term) > 1e-18 && k < 200; k += 1) {
      term *= (x * x) / (2 * k + 1)
      sum += term
    }
    return 0.5 * Math.exp((x * x) / 2) - root * sum
  }
  let fraction = x
  for (let k = 3_000; k > 0; k -= 1) fraction = x + k / fraction
  return root / fraction
}
