import { connect } from 'node:net'

/**
 * Sends bytes as they are and gives what comes back until the server hangs up or has said enough.
 */
export async function sendRaw(
  port: number,
  bytes: string | Buffer,
  options: { readonly isDone?: (answer: string) => boolean } = {},
): Promise<RawAnswer> {
  const isDone = options.isDone ?? isWhole
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    let answer = ''
    socket.setTimeout(10_000, () => {
      socket.destroy()
      reject(new Error(`no whole answer within 10 s, got ${answer.length} characters`))
    })
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
      if (!isDone(answer)) return
      socket.destroy()
      resolve(answer)
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', (error) => {
      if (answer === '') reject(error)
      else resolve(answer)
    })
    socket.write(bytes)
  })
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [statusLine = '', ...headerLines] = head.split('\r\n')
  const headers = Object.fromEntries(
    headerLines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\r\n\r\n') }
}

export type RawAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer.slice(0, end))?.[1]
  if (length === undefined) return answer.endsWith('0\r\n\r\n')
  return answer.length >= end + 4 + Number(length)
}
