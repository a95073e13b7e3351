#!/usr/bin/env node
// npm run docs: writes docs/rules from the rules; a document whose rule is gone goes too.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const draft = join(root, 'dist', `rule-docs-${process.pid}.mjs`)
try {
  await build({
    absWorkingDir: root,
    entryPoints: ['lib/explain/documents.ts'],
    outfile: draft,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['libpg-query'],
    logLevel: 'silent',
  })
  const { documents } = await import(pathToFileURL(draft).href)
  const folder = join(root, 'docs', 'rules')
  const wanted = documents()
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) if (!wanted.has(name)) rmSync(join(folder, name))
  for (const [name, text] of wanted) writeFileSync(join(folder, name), text)
  process.stdout.write(`${wanted.size} documents in docs/rules.\n`)
} finally {
  rmSync(draft, { force: true })
}
