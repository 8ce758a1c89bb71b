import { chmod, chown, mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { StartError } from '../errors.ts'
import { explainFolderError } from './data-folder.ts'
import type { ServerUser } from './binaries.ts'
import type { RunningCluster } from './process.ts'

/**
 * Where the embedded server listens: on a unix socket in a folder closed to others, or, where that
 * cannot be (Windows, a path too long for a socket), on a port of 127.0.0.1. Both want the secret.
 */
export async function chooseEndpoint(
  dataDir: string,
  user: ServerUser,
  givenPort: number | null,
): Promise<Endpoint> {
  const socketFolder = path.join(dataDir, 'run')
  const socketFile = path.join(socketFolder, `.s.PGSQL.${socketPort}`)
  const isSocket =
    givenPort === null &&
    process.platform !== 'win32' &&
    Buffer.byteLength(socketFile) <= socketPathBytesMax
  if (!isSocket) return chooseLoopback(givenPort)
  try {
    await mkdir(socketFolder, { recursive: true, mode: 0o700 })
    await chmod(socketFolder, 0o700)
    if (user.ids !== null) await chown(socketFolder, user.ids.uid, user.ids.gid)
  } catch (error) {
    throw explainFolderError(socketFolder, error)
  }
  return {
    host: socketFolder,
    socketFolder,
    port: socketPort,
    fits: (running) => running.socketFolder === socketFolder && running.port === socketPort,
    settings: async () => ({
      listen_addresses: '',
      port: String(socketPort),
      // A list separated by commas, hence the quotes.
      unix_socket_directories: `"${socketFolder.replaceAll('"', '""')}"`,
      unix_socket_permissions: '0700',
    }),
  }
}

export type Endpoint = {
  /** For `pg`: an address, or the folder of the socket. */
  readonly host: string
  readonly socketFolder: string | null
  readonly port: number
  /** Whether a server found running listens where this one would. */
  readonly fits: (running: RunningCluster) => boolean
  /** How to start a server on `port`; throws when another program has it. */
  readonly settings: (port: number) => Promise<Record<string, string>>
}

/** `sun_path` holds 108 bytes with the closing zero on Linux, 104 on macOS. */
const socketPathBytesMax = process.platform === 'darwin' ? 103 : 107
/** On a socket it is only part of a file name. */
const socketPort = 5432

async function chooseLoopback(givenPort: number | null): Promise<Endpoint> {
  const port = givenPort ?? (await tryPort(0))
  return {
    host: '127.0.0.1',
    socketFolder: null,
    port,
    fits: (running) =>
      running.socketFolder === null && (givenPort === null || running.port === givenPort),
    settings: async (startPort) => {
      await tryPort(startPort)
      return {
        listen_addresses: '127.0.0.1',
        port: String(startPort),
        unix_socket_directories: '',
      }
    },
  }
}

/** Takes the port and lets go of it; 0 asks the system for a free one. */
async function tryPort(port: number): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new StartError(
          'port-in-use',
          `Port ${port} of 127.0.0.1, meant for PostgreSQL, cannot be used (${error.code ?? error.name}): another program has it. ` +
            'Stop that program, or choose another port.',
          error,
        ),
      )
    })
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => {
    server.close(resolve)
  })
  return address === null || typeof address === 'string' ? port : address.port
}
