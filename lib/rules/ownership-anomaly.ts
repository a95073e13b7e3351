import type { Facts } from './facts'
import { qualified, quote, schemaObject } from './identity'
import { defineRule, type Hit, type Text } from './rule'

export const ownershipAnomaly = defineRule({
  id: 'ownership-anomaly',
  code: 'P06',
  group: 'privileges',
  severity: 'medium',
  title: { en: 'Objects owned by the wrong role', pt: 'Objetos com o dono errado' },
  why: {
    en: 'Owners bypass row security unless it is forced and may undo it; a superuser as owner cannot be bound at all; several owners in one schema mean that nobody is responsible.',
    pt: 'Donos passam pela RLS se não for forçada e podem desfazê-la; um superusuário como dono não pode ser limitado; vários donos num esquema significam que ninguém responde.',
  },
  references: ['LGPD art. 46', 'ISO/IEC 27001 A.5.9', 'ISO/IEC 27001 A.8.2'],
  check(snapshot, facts) {
    const schemas = snapshot.schemas.filter((s) => facts.schemas.has(s.name))
    return { hits: schemas.flatMap((s) => ofSchema(facts, s.name)), checked: schemas.length, unknown: [] }
  },
  example: {
    clean: `create role :role_owner; create role :role_app login;
      create schema app authorization :role_owner; create table app.t (id int primary key); alter table app.t owner to :role_owner;`,
    broken: `create table app.u (id int primary key); alter table app.u owner to :role_app;`,
    hits: ['schema app'],
  },
})

function ofSchema(facts: Facts, schema: string): Hit[] {
  const relations = [...facts.governed, ...facts.views].filter((r) => r.schema === schema && !r.isPartition)
  const owners = new Map<string, string[]>()
  for (const relation of relations) {
    const name = qualified(relation.schema, relation.name)
    const list = owners.get(relation.owner)
    if (list) list.push(name)
    else owners.set(relation.owner, [name])
  }
  const mighty = [...owners.keys()].filter((name) => facts.roles.superuser(name)).sort()
  const logins = [...owners.keys()]
    .filter(
      (name) =>
        !facts.roles.superuser(name) &&
        facts.role.get(name)?.login === true &&
        !facts.config.adminRoles?.includes(name),
    )
    .sort()
  const faults: Text[] = [
    ...(mighty.length > 0
      ? [
          {
            en: `superuser ${mighty.join(', ')} owns relations`,
            pt: `o superusuário ${mighty.join(', ')} é dono de relações`,
          },
        ]
      : []),
    ...(logins.length > 0
      ? [
          {
            en: `login role ${logins.join(', ')} owns relations`,
            pt: `o papel com login ${logins.join(', ')} é dono de relações`,
          },
        ]
      : []),
    ...(owners.size > 1
      ? [
          {
            en: `it has ${owners.size} owners (${[...owners.keys()].sort().join(', ')})`,
            pt: `há ${owners.size} donos (${[...owners.keys()].sort().join(', ')})`,
          },
        ]
      : []),
  ]
  if (faults.length === 0) return []
  const quiet = [...owners.keys()]
    .sort()
    .find((name) => facts.role.get(name)?.login === false && !facts.roles.superuser(name))
  const wrong =
    quiet === undefined
      ? []
      : [...facts.governed, ...facts.views].filter((r) => r.schema === schema && r.owner !== quiet)
  return [
    {
      object: schemaObject(schema),
      message: {
        en: `Schema ${quote(schema)}: ${faults.map((f) => f.en).join('; ')}.`,
        pt: `Esquema ${quote(schema)}: ${faults.map((f) => f.pt).join('; ')}.`,
      },
      evidence: { owners: Object.fromEntries([...owners].map(([name, list]) => [name, list.length])) },
      fix: {
        sql:
          quiet === undefined
            ? []
            : wrong.map((r) => `alter table ${qualified(r.schema, r.name)} owner to ${quote(quiet)}`),
        lock: quiet === undefined ? '' : 'ACCESS EXCLUSIVE for a moment on each',
        advice: {
          en: 'Let one NOLOGIN role own a schema and everything in it. Definer functions and views then run with its rights: look at them first.',
          pt: 'Deixe um papel NOLOGIN ser dono do esquema e de tudo nele. Funções definer e visões passam a executar com seus direitos: verifique-as antes.',
        },
      },
    },
  ]
}
