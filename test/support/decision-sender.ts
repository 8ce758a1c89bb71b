/**
 * Stands for the system of a court, a prosecutor or the CJIB: sends a document over HTTP until it
 * has an answer, as such systems do, and so sends it more than once.
 */
export function createDecisionSender(address: string, token: string): DecisionSender {
  return async (document, times = 1) => {
    const answers: SentAnswer[] = []
    for (let time = 0; time < times; time++) {
      const response = await fetch(`${address}/v1/decisions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(document),
      })
      answers.push({
        status: response.status,
        body: (await response.json()) as Record<string, unknown>,
      })
    }
    return answers
  }
}

type DecisionSender = (document: object, times?: number) => Promise<readonly SentAnswer[]>
type SentAnswer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> }
