import { createServer } from 'node:net'
import type { AppConfig } from './config.ts'
import { OperatingError } from './errors.ts'
import type { App } from './http/door/app-type.ts'

/**
 * Throws when the address cannot be listened at, before anything else is started: a second process
 * on one port shall not lead, call or migrate for the moment until it finds out.
 */
export async function refuseTakenAddress(config: AppConfig): Promise<void> {
  const probe = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject)
      probe.listen({ host: config.host, port: config.port }, resolve)
    })
  } catch (error) {
    throw new OperatingError('unavailable', explainListening(error, config), error)
  }
  await new Promise((resolve) => {
    probe.close(resolve)
  })
}

export async function listen(app: App, config: AppConfig): Promise<string> {
  try {
    return await app.listen({ host: config.host, port: config.port })
  } catch (error) {
    throw new OperatingError('unavailable', explainListening(error, config), error)
  }
}

/** What to do about an address that cannot be listened at. */
function explainListening(error: unknown, { host, port }: AppConfig): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use by another program. Stop that one, or choose another port with HOEDE_PORT.`
    case 'EACCES':
      return `Port ${port} may not be opened by this user. Choose one above 1023 with HOEDE_PORT.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is not an address of this machine. Set HOEDE_HOST to one that is, such as 127.0.0.1.`
    default:
      return `Listening at ${host}, port ${port}, failed (${typeof code === 'string' ? code : 'unknown reason'}). Check HOEDE_HOST and HOEDE_PORT.`
  }
}
