import { auditedTables } from './audited'
import { databaseObject, qualified } from './identity'
import { defineRule } from './rule'
import { hidden, setting } from './server-settings'
import { counted } from './texts'

export const auditReadsBlind = defineRule({
  id: 'audit-reads-blind',
  code: 'A12',
  group: 'audit',
  severity: 'medium',
  title: {
    en: 'Reads of sensitive data are recorded by nothing',
    pt: 'Leituras de dados sensíveis não são registradas',
  },
  why: {
    en: 'Triggers cannot see a SELECT. Without pgaudit, a reading function or a data layer that records its reads, nobody can tell a subject who looked at the chart.',
    pt: 'Gatilhos não veem SELECT. Sem pgaudit, função de leitura ou camada de dados que registre acessos, ninguém pode dizer ao titular quem viu o prontuário.',
  },
  references: ['LGPD art. 37', 'LGPD art. 19', 'SBIS NGS1.07.03', 'CIS PostgreSQL 3.2'],
  gather: (facts) =>
    auditedTables(facts).filter((t) => facts.classesOf(t).has('sens') || facts.classesOf(t).has('pers')),
  check(snapshot, facts, tables) {
    if (tables.length === 0 || facts.config.declared?.readAudit)
      return { hits: [], checked: tables.length, unknown: [] }
    const preloaded = setting(snapshot, 'shared_preload_libraries')
    const loaded = preloaded?.split(',').some((name) => name.trim() === 'pgaudit') ?? false
    const classes = (setting(snapshot, 'pgaudit.log') ?? '')
      .toLowerCase()
      .split(',')
      .map((word) => word.trim())
    const auditRole = setting(snapshot, 'pgaudit.role') ?? ''
    const missing = tables.filter(
      (t) => !(auditRole !== '' && facts.roles.holds(auditRole, t.grants, 'SELECT')),
    )
    if (loaded && (classes.includes('read') || classes.includes('all') || missing.length === 0))
      return { hits: [], checked: tables.length, unknown: [] }
    const readers = snapshot.routines.filter(
      (r) =>
        facts.audit.writers.has(r.id) && !facts.audit.functions.has(r.id) && r.returns !== 'event_trigger',
    )
    const names = readers.map((r) => r.id).sort()
    if (names.length > 0) {
      return {
        hits: [],
        checked: tables.length,
        unknown: [
          {
            en: `Functions that programs may call to record reads exist (${names.slice(0, 3).join(', ')}); whether every read calls one cannot be read from the catalog. Declare it (declared.readAudit) when it is so.`,
            pt: `Existem funções que programas podem chamar para registrar leituras (${names.slice(0, 3).join(', ')}); o catálogo não mostra se toda leitura chama uma. Declare (declared.readAudit) se for o caso.`,
          },
        ],
      }
    }
    if (preloaded === null)
      return { hits: [], checked: tables.length, unknown: [hidden('shared_preload_libraries')] }
    return {
      checked: tables.length,
      unknown: [],
      hits: [
        {
          object: databaseObject(snapshot.database),
          message: {
            en: `Reads of ${counted(tables.length, 'table', 'tables')} with personal or sensitive data leave no trace: pgaudit is ${loaded ? 'loaded but does not log them' : 'not loaded'}, and no function records reads.`,
            pt: `Leituras de ${counted(tables.length, 'tabela', 'tabelas')} com dados pessoais ou sensíveis não deixam rastro: o pgaudit ${loaded ? 'está carregado mas não as registra' : 'não está carregado'}, e nenhuma função registra leituras.`,
          },
          evidence: {
            pgaudit: loaded,
            'pgaudit.log': classes.join(','),
            'pgaudit.role': auditRole,
            tables: missing.map((t) => qualified(t.schema, t.name)).slice(0, 50),
          },
          fix: {
            sql: [],
            lock: '',
            advice: {
              en: 'Load pgaudit (shared_preload_libraries, restart), make a NOLOGIN audit role, grant it SELECT on these tables and set pgaudit.role; or read them through functions that record each access.',
              pt: 'Carregue o pgaudit (shared_preload_libraries, reinício), crie um papel de auditoria NOLOGIN, conceda SELECT nestas tabelas e defina pgaudit.role; ou leia por funções que registrem cada acesso.',
            },
          },
        },
      ],
    }
  },
  example: {
    clean: `create table room (id int primary key, color text);`,
    broken: `create table patient (id uuid primary key default gen_random_uuid(), email text);`,
    hits: ['database'],
  },
})
