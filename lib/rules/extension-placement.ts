import type { Extension } from '@/lib/catalog/types-server'
import { quote } from './identity'
import { defineRule, type Hit } from './rule'

export const extensionPlacement = defineRule({
  id: 'extension-placement',
  code: 'D08',
  group: 'protection',
  severity: 'low',
  title: {
    en: 'Extension in the public schema or outdated',
    pt: 'Extensão no esquema public ou desatualizada',
  },
  why: {
    en: 'Functions of an extension in public mix with the application’s names and grants; an old version misses fixes that the installed library already has.',
    pt: 'Funções de uma extensão em public misturam-se aos nomes e grants da aplicação; uma versão antiga não tem correções que a biblioteca instalada já traz.',
  },
  references: ['CIS PostgreSQL 6.9', 'ISO/IEC 27001 A.8.8'],
  check(snapshot) {
    const mine = snapshot.extensions.filter((e) => e.name !== 'plpgsql')
    return {
      hits: mine.flatMap((e) =>
        judge(
          e,
          snapshot.schemas.some((s) => s.name === 'extensions'),
        ),
      ),
      checked: mine.length,
      unknown: [],
    }
  },
  example: {
    clean: `create schema extensions; create extension pgcrypto schema extensions;`,
    broken: `create extension citext schema public;`,
    hits: ['extension citext'],
  },
})

function judge(extension: Extension, ready: boolean): Hit[] {
  const name = quote(extension.name)
  const misplaced = extension.schema === 'public'
  const old = extension.available !== null && extension.available !== extension.version
  if (!misplaced && !old) return []
  return [
    {
      object: { kind: 'extension', schema: null, name: extension.name, column: null, part: null },
      message: {
        en: [
          misplaced ? `Extension ${name} is installed in schema public.` : '',
          old ? `Extension ${name} is ${extension.version}; ${extension.available} is available.` : '',
        ]
          .filter(Boolean)
          .join(' '),
        pt: [
          misplaced ? `A extensão ${name} está instalada no esquema public.` : '',
          old ? `A extensão ${name} está na ${extension.version}; há a ${extension.available}.` : '',
        ]
          .filter(Boolean)
          .join(' '),
      },
      evidence: { schema: extension.schema, version: extension.version, available: extension.available },
      fix: {
        sql: [
          ...(misplaced
            ? [
                ...(ready ? [] : ['create schema if not exists extensions']),
                `alter extension ${name} set schema extensions`,
              ]
            : []),
          ...(old ? [`alter extension ${name} update`] : []),
        ],
        lock: 'ACCESS EXCLUSIVE for a moment on objects of the extension',
        advice: {
          en: 'Some extensions cannot be moved: the statement says so. Programs that name its functions without a schema need extensions in their search_path.',
          pt: 'Algumas extensões não podem ser movidas: o comando avisa. Programas que citam suas funções sem esquema precisam de extensions no search_path.',
        },
      },
    },
  ]
}
