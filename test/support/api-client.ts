/**
 * A small client for tests that talk to a running server over HTTP, as a vendor or a desk would.
 */
export function createApiClient(baseUrl: string, token: string): ApiTestClient {
  return {
    baseUrl,
    post: async (path, body) => await call(baseUrl, token, 'POST', path, body),
    get: async (path) => await call(baseUrl, token, 'GET', path, null),
    mustPost: async (path, body) => {
      const answer = await call(baseUrl, token, 'POST', path, body)
      if (answer.status >= 300) {
        throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
      }
      return answer.body
    },
  }
}

export type ApiTestClient = {
  readonly baseUrl: string
  readonly post: (path: string, body: unknown) => Promise<ApiAnswer>
  readonly get: (path: string) => Promise<ApiAnswer>
  readonly mustPost: (path: string, body: unknown) => Promise<Json>
}

export type Json = Readonly<Record<string, unknown>>

export type ApiAnswer = { readonly status: number; readonly body: Json }

async function call(
  baseUrl: string,
  token: string,
  method: string,
  path: string,
  body: unknown,
): Promise<ApiAnswer> {
  const response = await fetch(baseUrl + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Json }
}
