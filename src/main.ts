import './keep-compiled.js'

const { runServer } = await import('./run-server.ts')
await runServer()
