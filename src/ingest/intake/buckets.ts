/**
 * One token bucket per sender, for counts: `burst` at once, refilled at `perSecond`. Buckets that
 * have long been full are forgotten.
 */
export function createBuckets({ perSecond, burst }: BucketSize, elapsedMs: () => number): Buckets {
  const buckets = new Map<string, Bucket>()
  const forgetMs = 2 * Math.max(60_000, (burst * 1_000) / perSecond)
  let sweptAtMs = elapsedMs()

  function fill(senderId: string): Bucket {
    const nowMs = elapsedMs()
    if (nowMs - sweptAtMs > forgetMs) {
      sweptAtMs = nowMs
      for (const [id, { atMs }] of buckets) if (nowMs - atMs > forgetMs) buckets.delete(id)
    }
    const bucket = buckets.get(senderId) ?? { left: burst, atMs: nowMs }
    buckets.set(senderId, bucket)
    bucket.left = Math.min(burst, bucket.left + ((nowMs - bucket.atMs) * perSecond) / 1_000)
    bucket.atMs = nowMs
    return bucket
  }

  return {
    takeAll(senderId, count) {
      const bucket = fill(senderId)
      const isWithin = bucket.left >= Math.min(count, burst)
      bucket.left = Math.max(-burst, bucket.left - count)
      return isWithin
    },
    takeUpTo(senderId, count) {
      const bucket = fill(senderId)
      const taken = Math.max(0, Math.min(count, Math.floor(bucket.left)))
      bucket.left -= taken
      return taken
    },
  }
}

export type BucketSize = { readonly perSecond: number; readonly burst: number }

export type Buckets = {
  /**
   * Whether all of them are within. What is beyond is counted too: whoever goes on beyond is never
   * within, until it pauses.
   */
  readonly takeAll: (senderId: string, count: number) => boolean
  /** How many of them are within; what is beyond costs nothing. */
  readonly takeUpTo: (senderId: string, count: number) => number
}

/** `left` is below 0 where more was sent than there was. */
type Bucket = { left: number; atMs: number }
