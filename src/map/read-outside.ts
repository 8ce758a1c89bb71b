/**
 * Asks a service that is not ours. No redirect is followed: who is asked was chosen by whoever
 * configured it.
 */
export async function askOutside(
  url: string,
  { accept, msMax, signal }: { accept: string; msMax: number; signal?: AbortSignal },
): Promise<Response> {
  const tooLong = AbortSignal.timeout(msMax)
  return await fetch(url, {
    redirect: 'error',
    signal: signal === undefined ? tooLong : AbortSignal.any([tooLong, signal]),
    headers: { accept, 'user-agent': 'hoede' },
  })
}

/** Throws where more is sent: nobody outside may fill our memory. */
export async function readAtMost({ body }: Response, bytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > bytesMax) throw new Error(`expected at most ${bytesMax} bytes, got more`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
