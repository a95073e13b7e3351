import { databaseObject, quote, routineObject } from './identity'
import { defineRule, type Hit } from './rule'

export const untrustedCode = defineRule({
  id: 'untrusted-code',
  code: 'P08',
  group: 'privileges',
  severity: 'high',
  title: { en: 'Code or connections that leave the database', pt: 'Código ou conexões que saem do banco' },
  why: {
    en: 'A function in an untrusted language runs as the server’s operating-system user; a foreign server mapped for PUBLIC lets every role use somebody’s password elsewhere.',
    pt: 'Uma função em linguagem não confiável executa como o usuário do sistema do servidor; um servidor externo mapeado para PUBLIC deixa todo papel usar a senha de alguém em outro lugar.',
  },
  references: ['LGPD art. 46', 'ISO/IEC 27001 A.8.18', 'ISO/IEC 27001 A.8.22'],
  check(snapshot, facts) {
    const routines = facts.routines.filter((r) => r.kind !== 'aggregate')
    const hits: Hit[] = [
      ...routines
        .filter((r) => !r.languageTrusted && r.language !== 'sql')
        .map((r): Hit => ({
          object: routineObject(r),
          ...(r.language === 'internal' ? { severity: 'low' as const } : {}),
          message: {
            en: `${r.id} is written in ${r.language}, an untrusted language: it can do whatever the server’s own user can.`,
            pt: `${r.id} está em ${r.language}, linguagem não confiável: pode fazer tudo o que o usuário do servidor pode.`,
          },
          evidence: { language: r.language, owner: r.owner, definer: r.definer },
          fix: {
            sql: [],
            lock: '',
            advice: {
              en: 'Rewrite it in a trusted language, or package it as an extension that is reviewed; at least revoke EXECUTE from PUBLIC.',
              pt: 'Reescreva em linguagem confiável, ou empacote como extensão revisada; ao menos revogue EXECUTE de PUBLIC.',
            },
          },
        })),
      ...snapshot.foreignServers
        .filter((s) => s.mappings.includes(null))
        .map((s): Hit => ({
          object: databaseObject(snapshot.database, `server ${s.name}`),
          message: {
            en: `Foreign server ${quote(s.name)} (${s.wrapper}) has a user mapping for PUBLIC: every role may connect there with its credentials.`,
            pt: `O servidor externo ${quote(s.name)} (${s.wrapper}) tem mapeamento para PUBLIC: todo papel pode conectar lá com suas credenciais.`,
          },
          evidence: { server: s.name, wrapper: s.wrapper, mappings: s.mappings.map((m) => m ?? 'PUBLIC') },
          fix: {
            sql: [`drop user mapping for public server ${quote(s.name)}`],
            lock: '',
            advice: {
              en: 'Make a mapping for each role that needs it, with a login of its own on the other side.',
              pt: 'Crie um mapeamento para cada papel que precise, com login próprio do outro lado.',
            },
          },
        })),
    ]
    return { hits, checked: routines.length + snapshot.foreignServers.length, unknown: [] }
  },
  example: {
    clean: `create extension postgres_fdw; create server one foreign data wrapper postgres_fdw; create user mapping for current_user server one;`,
    broken: `create server two foreign data wrapper postgres_fdw; create user mapping for public server two;`,
    hits: ['database/"server two"'],
  },
})
