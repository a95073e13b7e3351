import type { RoleSetting } from '@/lib/catalog/types-server'
import { databaseObject, qualified, quote, relationObject, roleName, roleObject } from './identity'
import { defineRule, type Hit } from './rule'
import { tokens } from './tokens'

const secretWords = new Set('password passwd senha secret token apikey credential credentials'.split(' '))
const marks = new Set(
  'enc encrypted cifrado cifrada hash hashed digest sha256 bcrypt argon2 scrypt hmac masked ref reference id'.split(
    ' ',
  ),
)

export const secretInTable = defineRule({
  id: 'secret-in-table',
  code: 'D05',
  group: 'protection',
  severity: 'high',
  title: { en: 'Secret in a table or a setting', pt: 'Segredo em tabela ou configuração' },
  why: {
    en: 'Passwords, tokens and keys in plain columns or role settings open other systems to whoever reads a row, a backup or the catalog, which everyone can read.',
    pt: 'Senhas, tokens e chaves em colunas claras ou ajustes de papel abrem outros sistemas a quem lê uma linha, uma cópia ou o catálogo, que todos podem ler.',
  },
  references: ['LGPD art. 46', 'ISO/IEC 27001 A.5.17', 'ISO/IEC 27001 A.8.24'],
  check(snapshot, facts) {
    const hits: Hit[] = []
    let checked = snapshot.roleSettings.length
    for (const table of facts.roots) {
      for (const column of table.columns) {
        const given = facts.classification(table, column)
        const suggestion = facts.suggestion(column)
        const secret = given ? given.class === 'sec' : suggestion?.class === 'sec'
        if (!secret || !/^(text|character|jsonb?|.*\.citext)/.test(column.baseType)) continue
        checked++
        if (given?.tags.some((tag) => ['enc', 'hash', 'plain'].includes(tag))) continue
        if (tokens(column.name).some((word) => marks.has(word))) continue
        const id = `${qualified(table.schema, table.name)}.${quote(column.name)}`
        hits.push({
          object: relationObject(table, { column: column.name }),
          message: {
            en: `${id} seems to hold a ${suggestion?.what ?? 'secret'} in plain ${column.type}.`,
            pt: `${id} parece guardar ${suggestion?.what === 'password' ? 'uma senha' : 'um segredo'} em ${column.type} claro.`,
          },
          evidence: { type: column.type, classification: given?.class ?? null },
          fix: {
            sql: [],
            lock: '',
            advice: {
              en: 'Keep a salted hash of what is only compared (…_hash), and anything else in a secret store. When it already is one, rename it or classify it [sec hash] or [sec enc].',
              pt: 'Guarde hash com sal do que só é comparado (…_hash), e o resto num cofre de segredos. Se já é assim, renomeie ou classifique [sec hash] ou [sec enc].',
            },
          },
        })
      }
    }
    return { hits: [...hits, ...snapshot.roleSettings.filter(isSecret).map(ofSetting)], checked, unknown: [] }
  },
  example: {
    clean: `create table account (id int primary key, password_hash text, password_changed_at timestamptz, token_type text, tokens_used int);`,
    broken: `create table login (id int primary key, senha text, "apiKey" text);`,
    hits: ['public.login."apiKey"', 'public.login.senha'],
  },
})

/** The value itself is never repeated: the catalog shows it to all, a report need not. */
const isSecret = (s: RoleSetting) =>
  tokens(s.name).some((word) => secretWords.has(word)) &&
  s.name !== 'password_encryption' &&
  s.value.length >= 6

const ofSetting = (s: RoleSetting): Hit => ({
  object: s.role === null ? databaseObject('database', s.name) : roleObject(s.role, s.name),
  message: {
    en: `Setting ${s.name}${s.role === null ? '' : ` of role ${s.role}`} holds what looks like a secret; every role can read it in pg_db_role_setting.`,
    pt: `O ajuste ${s.name}${s.role === null ? '' : ` do papel ${s.role}`} guarda o que parece um segredo; todo papel o lê em pg_db_role_setting.`,
  },
  evidence: { setting: s.name, role: s.role },
  fix: {
    sql: s.role === null ? [] : [`alter role ${roleName(s.role)} reset ${s.name}`],
    lock: '',
    advice: {
      en: 'Change the secret too: it has been readable. Let the program keep it outside the database.',
      pt: 'Troque também o segredo: ele esteve legível. Deixe o programa guardá-lo fora do banco.',
    },
  },
})
