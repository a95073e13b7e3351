import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const places = ['app', 'bench', 'components', 'db', 'e2e', 'lib', 'scripts']
const sources = new Map(
  [...places.flatMap(filesOf), 'proxy.ts', 'instrumentation.ts']
    .filter((path) => existsSync(join(root, path)))
    .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
)
const isTest = (path: string) =>
  /\.(test|spec)\.tsx?$/.test(path) || /^(db\/test-|lib\/rules\/example-roles)/.test(path)
const product = [...sources].filter(([path]) => !isTest(path))

/** From → what it may import, longest prefix first. Packages are written `npm:*`; `type:` allows types alone. */
const directions: [from: RegExp, allowed: RegExp][] = [
  [/^lib\/catalog\/current\.ts$/, /^(lib\/(catalog|env|db|session|errors|config)\b|npm:|node:)/],
  [/^lib\/catalog\//, /^(lib\/catalog\/|npm:pg\b|node:)/],
  [/^lib\/rules\/current\.ts$/, /^(lib\/(rules|catalog|config|env)\b|npm:(react|server-only)$|node:)/],
  [/^lib\/rules\//, /^(lib\/(rules|catalog|sql|config)\/|type:)/],
  [/^lib\/sql\//, /^(lib\/sql\/|lib\/catalog\/types|npm:libpg-query$|node:)/],
  [/^lib\/(url|format)\//, /^(lib\/(url|format|i18n)\/|npm:nuqs|npm:next-intl|type:)/],
  [/^lib\/clone\/scratch-server\.ts$/, /^(lib\/|db\/(binaries|cluster)$|npm:pg$|node:)/],
  [/^lib\/cli\//, /^(lib\/(?!session\/)|package\.json|npm:(?!next|react)|node:)/],
  [/^lib\/(session|i18n)\//, /^(lib\/|package\.json|npm:|node:)/],
  [/^lib\//, /^(lib\/|package\.json|npm:(?!next\b|next\/|react\b|server-only)|node:)/],
  [
    /^components\//,
    /^(components\/|lib\/(url|format|i18n)\/|app\/\(admin\)\/nav|npm:(?!pg\b|kysely)|node:|type:)/,
  ],
  [
    /^app\/|^proxy\.ts|^instrumentation\.ts/,
    /^(app\/|components\/|lib\/(?!cli\/|db\/client)|db\/(ledger|reference)\/|package\.json|npm:(?!pg\b)|node:|\.css$)/,
  ],
  [/^db\//, /^(db\/|lib\/(?!session\/|cli\/)|npm:(?!next|react)|node:)/],
  [/^scripts\//, /^(scripts\/|db\/|lib\/(?!session\/)|npm:(?!next|react)|node:)/],
  [/^e2e\//, /^(e2e\/|app\/\(admin\)\/nav|npm:|node:|db\/|messages\/|type:)/],
  [/^bench\//, /^(bench\/|db\/|lib\/|scripts\/|npm:|node:)/],
]

/** Folders that lean on each other one way: each may take values from those before it; types go both ways. */
const orders = {
  'lib/isolation/': ['prove', 'detect', 'probe', 'export', 'setup', 'stored', 'run'],
  'lib/isolation/probe/': ['schema', 'session', 'fill', 'observe', 'calls', 'attack'],
}

interface Import {
  readonly path: string
  readonly line: number
  readonly to: string
  readonly typeOnly: boolean
}

function importsOf(path: string, text: string): Import[] {
  const pattern =
    /^(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm
  return [...text.matchAll(pattern)].map((found) => ({
    path,
    line: text.slice(0, found.index).split('\n').length,
    to: resolved(path, found[2] ?? found[3] ?? ''),
    typeOnly: Boolean(found[1]),
  }))
}

function resolved(from: string, name: string): string {
  if (name.startsWith('node:')) return name
  if (name.startsWith('@/')) return name.slice(2)
  if (name.startsWith('.'))
    return relative(root, join(root, dirname(from), name))
      .split('\\')
      .join('/')
  return `npm:${name}`
}

function wrongWays(files: Iterable<readonly [string, string]>): string[] {
  return [...files].flatMap(([path, text]) => {
    const allowed = directions.find(([from]) => from.test(path))?.[1]
    if (!allowed) return [`${path} has no place in the table of directions`]
    return importsOf(path, text)
      .filter(({ to, typeOnly }) => !allowed.test(to) && !(typeOnly && allowed.source.includes('type:')))
      .map(({ line, to }) => `${path}:${line} may not import ${to}`)
  })
}

function outOfOrder(files: Iterable<readonly [string, string]>): string[] {
  return [...files].flatMap(([path, text]) =>
    Object.entries(orders).flatMap(([house, order]) => {
      const placeOf = (file: string) =>
        file.startsWith(house) ? order.indexOf(file.slice(house.length).split('/')[0] ?? '') : -1
      const own = placeOf(path)
      return own < 0
        ? []
        : importsOf(path, text)
            .filter(({ to, typeOnly }) => !typeOnly && placeOf(to) > own)
            .map(({ line, to }) => `${path}:${line} may not import ${to}`)
    }),
  )
}

describe('the house', () => {
  it('is not looked at in vain', () => {
    expect(sources.size).toBeGreaterThan(60)
  })

  it('lets imports point one way', () => {
    expect(wrongWays(product)).toEqual([])
  })

  it('would see an import that points the other way', () => {
    const planted = [
      ['lib/rules/made-up.ts', `import { readFileSync } from 'node:fs'\nexport const a = readFileSync`],
      ['lib/catalog/made-up.ts', `import { allRules } from '../rules/all'`],
      ['lib/cli/made-up.ts', `const page = await import('@/app/(admin)/overview/page')`],
      ['components/made-up.tsx', `import {\n  readStore,\n} from '@/lib/db/scope'`],
      ['app/made-up/page.tsx', `import { connection } from '@/lib/db/client'`],
      ['lib/users/made-up.ts', `import { cookies } from 'next/headers'`],
    ] as const
    expect(wrongWays(planted)).toEqual([
      'lib/rules/made-up.ts:1 may not import node:fs',
      'lib/catalog/made-up.ts:1 may not import lib/rules/all',
      'lib/cli/made-up.ts:1 may not import app/(admin)/overview/page',
      'components/made-up.tsx:1 may not import lib/db/scope',
      'app/made-up/page.tsx:1 may not import lib/db/client',
      'lib/users/made-up.ts:1 may not import npm:next/headers',
    ])
  })

  it('lets folders of a feature lean on each other one way', () => {
    expect(outOfOrder(product)).toEqual([])
    expect(
      outOfOrder([
        ['lib/isolation/prove/made-up.ts', `import { probe } from '../probe/probe'`],
        ['lib/isolation/probe/schema/made-up.ts', `import { battery } from '../attack/battery'`],
        ['lib/isolation/probe/schema/types.ts', `import type { Raid } from '../observe/raid'`],
      ]),
    ).toEqual([
      'lib/isolation/prove/made-up.ts:1 may not import lib/isolation/probe/probe',
      'lib/isolation/probe/schema/made-up.ts:1 may not import lib/isolation/probe/attack/battery',
    ])
  })

  it('reads the environment in lib/env.ts alone', () => {
    const web = product.filter(([path]) => /^(app|components|lib|proxy|instrumentation)/.test(path))
    expect(linesWith(web, /process\.env\b(?!\.(NODE_ENV|NEXT_RUNTIME)\b)/)).toEqual([
      expect.stringMatching(/^lib\/env\.ts:/),
    ])
  })

  it('builds a pool or a Kysely in lib/db/client.ts alone', () => {
    expect(
      linesWith(product, /\bnew (Pool|Kysely)\b/).filter((line) => !line.startsWith('lib/db/client.ts:')),
    ).toEqual([])
  })

  it('gives client files no value of lib but addresses, formats and words', () => {
    const wrong = product
      .filter(([, text]) => text.startsWith("'use client'"))
      .flatMap(([path, text]) => importsOf(path, text))
      .filter(
        ({ to, typeOnly }) => !typeOnly && to.startsWith('lib/') && !/^lib\/(url|format|i18n)\//.test(to),
      )
    expect(wrong.map(({ path, line, to }) => `${path}:${line} takes ${to} to the browser`)).toEqual([])
  })

  it('lets nothing write but through action()', () => {
    const open = product
      .filter(([path]) => /(^|\/)actions\.ts$/.test(path))
      .filter(([, text]) => /^export (?!const \w+ = (public)?[aA]ction\(|type |interface )/m.test(text))
    expect(open.map(([path]) => path)).toEqual([])
    expect(
      linesWith(
        product.filter(([path]) => !/(^|\/)actions\.ts$/.test(path) && path !== 'app/preferences.ts'),
        /^\s*['"]use server['"]/,
      ),
    ).toEqual([])
  })

  it('turns no error into an empty list', () => {
    expect(
      linesWith(product, /catch\s*(\([^)]*\))?\s*(=>|\{)\s*(return\s*)?\[\]|catch\(\(\w*\)?\s*=>\s*\[\]\)/),
    ).toEqual([])
  })

  it('has no barrel files, and default exports only where a framework asks for them', () => {
    expect(
      [...sources.keys()].filter((path) => /(^|\/)(index|utils|helpers|common)\.tsx?$/.test(path)),
    ).toEqual([])
    const framework =
      /^(app\/.*(page|layout|error|not-found|forbidden|unauthorized|loading|template|default|global-error|i18n)\.tsx?|db\/test-servers\.ts)$/
    expect(
      linesWith(product, /^export default\b/).filter((line) => !framework.test(line.split(':')[0] ?? '')),
    ).toEqual([])
    expect(linesWith(product, /^export \* from/)).toEqual([])
  })

  it('keeps files small', () => {
    const sizes = product
      .filter(([path]) => !path.startsWith('e2e/'))
      .map(([path, text]) => ({ path, lines: text.split('\n').length - 1 }))
    expect(sizes.filter(({ lines }) => lines > 300)).toEqual([])
    const middle = sizes.map(({ lines }) => lines).sort((a, b) => a - b)[Math.floor(sizes.length / 2)]
    expect(middle).toBeLessThanOrEqual(85)
  })

  it('names files in kebab-case', () => {
    const wrong = [...sources.keys()].filter((path) => !/^[a-z0-9/.()[\]-]+$/.test(path))
    expect(wrong).toEqual([])
  })

  it('lists every rule in lib/rules/all.ts', () => {
    const list = sources.get('lib/rules/all.ts') ?? ''
    const rules = product.filter(
      ([path, text]) => path.startsWith('lib/rules/') && /\bdefineRule\(\s*\{/.test(text),
    )
    expect(rules.length).toBeGreaterThan(0)
    const missing = rules
      .filter(([path]) => !/\/(rule|all)\.ts$/.test(path))
      .filter(([path]) => !list.includes(`'./${path.slice('lib/rules/'.length, -3)}'`))
    expect(missing.map(([path]) => path)).toEqual([])
  })
})

describe('the words', () => {
  const languages = readdirSync(join(root, 'messages')).filter((name) => !name.includes('.'))

  it('are there in every language, key for key', () => {
    expect(languages.sort()).toEqual(['en', 'pt-BR'])
    expect(keysOf('pt-BR')).toEqual(keysOf('en'))
  })

  it('take the same arguments in every language', () => {
    const other = new Map(entriesOf('pt-BR'))
    const differing = entriesOf('en').filter(
      ([key, text]) => argumentsOf(text) !== argumentsOf(other.get(key) ?? ''),
    )
    expect(differing.map(([key]) => key)).toEqual([])
  })

  function entriesOf(language: string): [string, string][] {
    const folder = join(root, 'messages', language)
    return readdirSync(folder)
      .sort()
      .flatMap((file) => flat(file, JSON.parse(readFileSync(join(folder, file), 'utf8'))))
  }
  function keysOf(language: string) {
    return entriesOf(language)
      .map(([key]) => key)
      .sort()
  }
  function argumentsOf(text: string) {
    const names = [...text.matchAll(/\{\s*(\w+)\s*[,}]/g)].map((found) => found[1])
    return [...new Set(names)].sort().join()
  }
})

function flat(at: string, value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[at, String(value)]]
  return Object.entries(value).flatMap(([key, inner]) => flat(`${at}.${key}`, inner))
}

function filesOf(folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesOf(path)
    return /\.tsx?$/.test(entry.name) ? [path] : []
  })
}

function linesWith(files: Iterable<readonly [string, string]>, pattern: RegExp): string[] {
  return [...files].flatMap(([path, text]) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        pattern.test(line) && !/^\s*(\/\/|\*)/.test(line) ? [`${path}:${index + 1}`] : [],
      ),
  )
}
