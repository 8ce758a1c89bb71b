import './refuse-older-node.js'
import './keep-compiled.js'

const { runServer } = await import('./run-server.ts')
await runServer()
