import type { Snapshot } from '@/lib/catalog/types'
import type { Facts } from './facts'
import { databaseObject, quote, schemaObject } from './identity'
import { defineRule, type Hit } from './rule'

export const publicCreateConnect = defineRule({
  id: 'public-create-connect',
  code: 'P02',
  group: 'privileges',
  severity: 'high',
  title: {
    en: 'PUBLIC may create objects, connect or make temporary tables',
    pt: 'PUBLIC pode criar objetos, conectar ou criar tabelas temporárias',
  },
  why: {
    en: 'Whoever may create in a schema can put a function or table there that others call by name; whoever may connect can look at the whole catalog.',
    pt: 'Quem pode criar num esquema pode pôr ali uma função ou tabela que outros chamam pelo nome; quem pode conectar vê todo o catálogo.',
  },
  references: ['LGPD art. 46', 'CIS PostgreSQL 4.10', 'ISO/IEC 27001 A.5.15'],
  check(snapshot, facts) {
    const schemas = snapshot.schemas.filter(
      (s) => s.extension === null && (facts.schemas.has(s.name) || s.name === 'public'),
    )
    const open = schemas.filter((s) => s.grants.some((g) => g.grantee === null && g.privilege === 'CREATE'))
    const onDatabase = [
      ...new Set(snapshot.server.databaseGrants.filter((g) => g.grantee === null).map((g) => g.privilege)),
    ].sort()
    return {
      checked: schemas.length + 1,
      unknown: [],
      hits: [
        ...open.map((schema) => ofSchema(schema.name)),
        ...(onDatabase.length > 0 ? [ofDatabase(snapshot, facts, onDatabase)] : []),
      ],
    }
  },
  example: {
    clean: `do $$ begin execute format('revoke all on database %I from public', current_database()); end $$;
      revoke create on schema public from public;`,
    broken: `grant create on schema public to public;
      do $$ begin execute format('grant connect on database %I to public', current_database()); end $$;`,
    hits: ['database', 'schema public'],
  },
})

const ofSchema = (name: string): Hit => ({
  object: schemaObject(name),
  message: {
    en: `Every role may create tables, functions and types in schema ${quote(name)}: one of them can shadow a name that other programs use.`,
    pt: `Todo papel pode criar tabelas, funções e tipos no esquema ${quote(name)}: um deles pode encobrir um nome que outros programas usam.`,
  },
  evidence: { grantee: 'PUBLIC', privilege: 'CREATE' },
  fix: {
    sql: [`revoke create on schema ${quote(name)} from public`],
    lock: '',
    advice: {
      en: 'Look for objects in this schema that their owners did not mean to put there.',
      pt: 'Procure neste esquema objetos que seus donos não deveriam ter criado ali.',
    },
  },
})

function ofDatabase(snapshot: Snapshot, facts: Facts, privileges: readonly string[]): Hit {
  const database = quote(snapshot.database)
  const roles = facts.applicationRoles.map(quote)
  const lower = privileges.map((privilege) => privilege.toLowerCase())
  return {
    object: databaseObject(snapshot.database),
    severity: privileges.includes('CREATE') ? 'high' : 'low',
    message: {
      en: `Every role of the server holds ${lower.join(', ')} on database ${database}.`,
      pt: `Todo papel do servidor tem ${lower.join(', ')} no banco ${database}.`,
    },
    evidence: { grantee: 'PUBLIC', privileges },
    fix: {
      sql: [
        ...(roles.length > 0 && privileges.includes('CONNECT')
          ? [`grant connect on database ${database} to ${roles.join(', ')}`]
          : []),
        `revoke ${lower.join(', ')} on database ${database} from public`,
      ],
      lock: '',
      advice: {
        en: 'Without CONNECT for PUBLIC every role that connects needs its own grant: people, backups, monitoring and this scanner too.',
        pt: 'Sem CONNECT para PUBLIC cada papel que conecta precisa do próprio grant: pessoas, cópias de segurança, monitoramento e este verificador.',
      },
    },
  }
}
