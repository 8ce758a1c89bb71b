import { enableCompileCache } from 'node:module'
import path from 'node:path'

// Half of what a start costs before anything is done is reading our own sources. What Node made of
// them is kept beside the packages: whoever can write there could change the packages themselves.
// Where nobody may write, nothing is kept. A thread has to ask for it anew, before its own program;
// plain JavaScript, because what reads TypeScript costs as much again where all else is kept.
enableCompileCache({
  directory: path.join(import.meta.dirname, '../node_modules/.cache/hoede-compiled'),
})
