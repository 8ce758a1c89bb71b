import { createLog } from '../../src/log.ts'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/embedded.ts'

// A process that starts the embedded PostgreSQL on the folder it is given, says so in one line of
// JSON, and stays until it is killed, or stops properly on SIGTERM. `--once` stops by itself.
const [dataDir, option] = process.argv.slice(2)
if (dataDir === undefined) throw new Error('expected a folder')

try {
  const server = await startEmbeddedPostgres({
    dataDir,
    log: createLog({ destination: { write: (line) => process.stderr.write(line) } }),
  })
  const { url, pid, adopted } = server
  const stop = async (): Promise<void> => {
    await server.stop()
    process.exit(0)
  }
  process.once('SIGTERM', () => void stop())
  process.stdout.write(`${JSON.stringify({ url, pid, adopted })}\n`)
  if (option === '--once') await stop()
  setInterval(() => undefined, 60_000)
} catch (error) {
  const { name, message, code } = error as Error & { code?: unknown }
  process.stdout.write(`${JSON.stringify({ name, message, code })}\n`)
  process.exit(1)
}
