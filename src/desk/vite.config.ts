import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/** One entry, hashed names, nothing inlined: the policy allows files of our own alone. */
export default defineConfig({
  root: new URL('page', import.meta.url).pathname,
  base: '/desk/',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [compress()],
  build: {
    outDir: new URL('../../dist/desk', import.meta.url).pathname,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    chunkSizeWarningLimit: 1_200,
  },
})

/** Nearly as small as the best, in a tenth of the time: an install waits for it. */
const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }

/** Each file beside its compressed forms, so that the server only sends. */
function compress(): Plugin {
  return {
    name: 'compress',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          const source = file.type === 'chunk' ? file.code : file.source
          const bytes = Buffer.from(source)
          if (bytes.length < 1_024) continue
          this.emitFile({
            type: 'asset',
            fileName: `${file.fileName}.br`,
            source: brotliCompressSync(bytes, { params }),
          })
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.gz`, source: gzipSync(bytes) })
        }
      },
    },
  }
}
