import type { Snapshot } from '@/lib/catalog/types'
import { quote, roleObject } from './identity'
import { defineRule, type Hit } from './rule'
import { setting } from './server-settings'

const wanted = {
  statement_timeout: '60s',
  lock_timeout: '5s',
  idle_in_transaction_session_timeout: '60s',
} as const

export const timeoutsLimits = defineRule({
  id: 'timeouts-limits',
  code: 'S07',
  group: 'settings',
  severity: 'low',
  title: { en: 'Program sessions without time limits', pt: 'Sessões de programa sem limites de tempo' },
  why: {
    en: 'One forgotten transaction holds locks and keeps vacuum from removing what was deleted; one runaway query takes the clinic offline.',
    pt: 'Uma transação esquecida segura bloqueios e impede o vacuum de remover o que foi apagado; uma consulta descontrolada tira a clínica do ar.',
  },
  references: ['LGPD art. 46', 'ISO/IEC 27001 A.8.6'],
  check(snapshot, facts) {
    const logins = facts.applicationRoles.filter((name) => facts.role.get(name)?.login === true)
    return {
      checked: logins.length,
      unknown: [],
      hits: logins.flatMap((role) => {
        const missing = (Object.keys(wanted) as (keyof typeof wanted)[]).filter((name) =>
          isUnlimited(valueFor(snapshot, role, name)),
        )
        return missing.length > 0 ? [hit(snapshot, role, missing)] : []
      }),
    }
  },
  example: {
    clean: `create role :role login connection limit 5; create table t (id int primary key); grant select on t to :role;
      do $$ declare name text; begin foreach name in array array['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'] loop
        execute format('alter role %I in database %I set %I = %L', ':role', current_database(), name, '30s'); end loop; end $$;`,
    broken: `create role :role_b login connection limit 5; grant select on t to :role_b;`,
    hits: ['role :role_b'],
  },
})

/** The most particular place wins: role in database, role, database, every role, server. */
function valueFor(snapshot: Snapshot, role: string, name: string): string | null {
  const found = (own: boolean, here: boolean) =>
    snapshot.roleSettings.find(
      (s) => s.name === name && s.thisDatabase === here && (own ? s.role === role : s.role === null),
    )?.value
  const scannerHasOwn = snapshot.roleSettings.some(
    (s) => s.name === name && s.role === snapshot.server.currentUser,
  )
  return (
    found(true, true) ??
    found(true, false) ??
    found(false, true) ??
    found(false, false) ??
    (scannerHasOwn ? null : setting(snapshot, name))
  )
}

const isUnlimited = (value: string | null) => value === null || /^0\s*\w*$/.test(value.trim())

function hit(snapshot: Snapshot, role: string, missing: readonly (keyof typeof wanted)[]): Hit {
  return {
    object: roleObject(role),
    message: {
      en: `Sessions of ${role} have no ${missing.join(', ')} of their own.`,
      pt: `As sessões de ${role} não têm ${missing.join(', ')} próprios.`,
    },
    evidence: { missing },
    fix: {
      sql: missing.map(
        (name) =>
          `alter role ${quote(role)} in database ${quote(snapshot.database)} set ${name} = '${wanted[name]}'`,
      ),
      lock: '',
      advice: {
        en: 'Batch and migration roles need longer ones: set those for them.',
        pt: 'Papéis de lote e migração precisam de limites maiores: defina-os para eles.',
      },
    },
  }
}
