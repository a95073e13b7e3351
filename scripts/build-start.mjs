// Bundles the TypeScript that starts Tabellion; Node 20 cannot run it as it is.
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root, stampOf } from './prepare.mjs'
import { writeFileSync } from 'node:fs'

const sources = ['scripts', 'db', 'lib', 'package.json', 'tsconfig.json']

/** Writes dist/serve.mjs when its sources changed, atomically; the path of it. */
export async function buildStart() {
  const target = join(root, 'dist', 'serve.mjs')
  const stamp = `${target}.stamp`
  const wanted = stampOf(sources)
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return target
  const { build, stop } = await import('esbuild')
  const draft = join(root, 'dist', `serve-${process.pid}.mjs`)
  try {
    await build({
      absWorkingDir: root,
      entryPoints: ['scripts/serve.ts'],
      outfile: draft,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      plugins: [keepFolders],
      logLevel: 'silent',
    })
    renameSync(draft, target)
    writeFileSync(stamp, wanted)
  } finally {
    rmSync(draft, { force: true })
    await stop()
  }
  return target
}

/** In the bundle, `import.meta.dirname` and `import.meta.url` still mean the folder and file the line was written in. */
const keepFolders = {
  name: 'keep-folders',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path.includes('node_modules')) return undefined
      const file = JSON.stringify(relative(join(root, 'dist'), path).split('\\').join('/'))
      const folder = JSON.stringify(`${relative(join(root, 'dist'), dirname(path)).split('\\').join('/')}/`)
      const contents = readFileSync(path, 'utf8')
        .replaceAll('import.meta.dirname', `__path(${folder})`)
        .replaceAll(/import\.meta\.url\b/g, `new URL(${file}, __at).href`)
      return { contents, loader: 'ts' }
    })
    build.initialOptions.banner = {
      js: `import { fileURLToPath as __file } from 'node:url'; const __at = import.meta.url; const __path = (to) => __file(new URL(to, __at)).replace(/[\\\\/]$/, '');`,
    }
  },
}
