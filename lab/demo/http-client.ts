/** Calls the server as anybody would: over HTTP, with a token. */
export function createHttpClient(baseUrl: string): HttpClient {
  const call = async (
    method: 'GET' | 'POST',
    path: string,
    token: string | null,
    body: unknown,
  ): Promise<HttpAnswer> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(callMsMax),
    })
    return { status: response.status, text: await response.text() }
  }
  return {
    baseUrl,
    get: (path, token) => call('GET', path, token, undefined),
    post: (path, token, body) => call('POST', path, token, body),
  }
}

export type HttpClient = {
  readonly baseUrl: string
  readonly get: (path: string, token: string | null) => Promise<HttpAnswer>
  readonly post: (path: string, token: string, body: unknown) => Promise<HttpAnswer>
}

export type HttpAnswer = { readonly status: number; readonly text: string }

/** The body of an answer that had to be a success. */
export function expectSuccess(answer: HttpAnswer, what: string): Record<string, unknown> {
  if (answer.status < 200 || answer.status > 299) {
    throw new UnexpectedAnswer(`${what}: answered ${answer.status} ${answer.text.slice(0, 500)}`)
  }
  return JSON.parse(answer.text) as Record<string, unknown>
}

export class UnexpectedAnswer extends Error {}

export function textField(body: Record<string, unknown>, field: string): string {
  const value = body[field]
  if (typeof value !== 'string') {
    throw new UnexpectedAnswer(`the answer has no text "${field}"`)
  }
  return value
}

const callMsMax = 20_000
