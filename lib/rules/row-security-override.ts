import type { RoleSetting } from '@/lib/catalog/types-server'
import { databaseObject, quote, roleObject } from './identity'
import { defineRule, type Hit, type Text } from './rule'

const weak: Readonly<Record<string, (value: string) => Text | null>> = {
  row_security: (value) =>
    /^(off|false|no|0)$/i.test(value)
      ? {
          en: 'queries that row security would filter fail, or a role with BYPASSRLS reads everything without noticing',
          pt: 'consultas que a RLS filtraria falham, ou um papel com BYPASSRLS lê tudo sem perceber',
        }
      : null,
  session_replication_role: (value) =>
    value.toLowerCase() === 'origin'
      ? null
      : {
          en: 'ordinary triggers, audit and foreign keys do not fire',
          pt: 'gatilhos comuns, auditoria e chaves estrangeiras não disparam',
        },
  role: () => ({ en: 'every session starts as another role', pt: 'toda sessão começa como outro papel' }),
  check_function_bodies: () => null,
  allow_system_table_mods: (value) =>
    /^(on|true|yes|1)$/i.test(value)
      ? { en: 'system catalogs may be edited', pt: 'catálogos do sistema podem ser alterados' }
      : null,
  zero_damaged_pages: (value) =>
    /^(on|true|yes|1)$/i.test(value)
      ? { en: 'damaged pages are emptied silently', pt: 'páginas danificadas são zeradas em silêncio' }
      : null,
}

export const rowSecurityOverride = defineRule({
  id: 'row-security-override',
  code: 'S05',
  group: 'settings',
  severity: 'high',
  title: {
    en: 'Setting of a role or database that undoes a control',
    pt: 'Ajuste de papel ou banco que desfaz um controle',
  },
  why: {
    en: 'A setting stored for a role or a database holds in every session without being seen in any program: one line switches triggers or row security off.',
    pt: 'Um ajuste guardado para um papel ou banco vale em toda sessão sem aparecer em programa algum: uma linha desliga gatilhos ou RLS.',
  },
  references: ['LGPD art. 46', 'ISO/IEC 27001 A.8.9'],
  check(snapshot, facts) {
    const concerned = new Set([...facts.applicationRoles, ...facts.governed.map((t) => t.owner)])
    const mine = snapshot.roleSettings.filter(
      (s) => s.thisDatabase || s.role === null || concerned.has(s.role),
    )
    return {
      checked: Math.max(mine.length, 1),
      unknown: [],
      hits: mine.flatMap((s) => {
        const effect = weak[s.name]?.(s.value) ?? null
        return effect ? [hit(s, snapshot.database, effect)] : []
      }),
    }
  },
  example: {
    clean: `create role :role; do $$ begin execute format('alter role %I in database %I set statement_timeout = 1000', ':role', current_database()); end $$;`,
    broken: `do $$ begin execute format('alter role %I in database %I set session_replication_role = replica', ':role', current_database()); end $$;`,
    hits: ['role :role/session_replication_role'],
  },
})

function hit(s: RoleSetting, database: string, effect: Text): Hit {
  const whose = s.role === null ? `database ${quote(database)}` : `role ${quote(s.role)}`
  const sql =
    s.role === null
      ? s.thisDatabase
        ? `alter database ${quote(database)} reset ${s.name}`
        : `alter role all reset ${s.name}`
      : `alter role ${quote(s.role)}${s.thisDatabase ? ` in database ${quote(database)}` : ''} reset ${s.name}`
  return {
    object: s.role === null ? databaseObject(database, s.name) : roleObject(s.role, s.name),
    message: {
      en: `${s.name} = ${s.value} is stored for ${whose}: ${effect.en}.`,
      pt: `${s.name} = ${s.value} está guardado para ${whose}: ${effect.pt}.`,
    },
    evidence: { setting: s.name, value: s.value, role: s.role, thisDatabase: s.thisDatabase },
    fix: {
      sql: [sql],
      lock: '',
      advice: {
        en: 'Sessions that are open keep the old value until they reconnect. A backup role needs BYPASSRLS, not row_security = off for others.',
        pt: 'Sessões abertas mantêm o valor antigo até reconectar. Um papel de backup precisa de BYPASSRLS, não de row_security = off para outros.',
      },
    },
  }
}
