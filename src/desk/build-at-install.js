// Runs at `npm ci` (script `prepare`), under whichever Node npm runs on. An install without
// development packages has no bundler: it keeps the built files that came with it, as in the image.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const built = fileURLToPath(new URL('../../dist/desk/index.html', import.meta.url))

/** @returns {Promise<typeof import('vite') | null>} */
async function findBundler() {
  try {
    return await import('vite')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')
      return null
    throw error
  }
}

const bundler = await findBundler()
if (bundler !== null) {
  await bundler.build({ configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)) })
  process.stdout.write('The page of the alert desk is built: dist/desk.\n')
} else if (existsSync(built)) {
  process.stdout.write('No bundler here: the page of the alert desk that is there is kept.\n')
} else {
  process.stdout.write(
    'No bundler here and no built page: the server answers without the alert desk. Run `npm ci` with development packages, or copy dist/desk from a build.\n',
  )
}
