import type { Grant } from '@/lib/catalog/types'
import type { Relation } from '@/lib/catalog/types-relation'
import type { Sequence } from '@/lib/catalog/types-object'
import type { Facts } from './facts'
import { qualified, quote, relationObject, schemaObject } from './identity'
import { defineRule, type Hit, type Severity } from './rule'

export const publicOrWideGrant = defineRule({
  id: 'public-or-wide-grant',
  code: 'P01',
  group: 'privileges',
  severity: 'high',
  title: {
    en: 'Privilege for PUBLIC, or with grant option',
    pt: 'Privilégio para PUBLIC ou com grant option',
  },
  why: {
    en: 'PUBLIC is every role, those of tomorrow too; a grant option lets its holder hand the right on without anybody being asked.',
    pt: 'PUBLIC é todo papel, inclusive os futuros; a grant option permite repassar o direito sem consultar ninguém.',
  },
  references: ['LGPD art. 46', 'LGPD art. 6, VII', 'CIS PostgreSQL 4.6', 'ISO/IEC 27001 A.5.15'],
  check(snapshot, facts) {
    const relations = [...facts.governed, ...facts.views]
    const sequences = snapshot.sequences.filter((s) => facts.schemas.has(s.schema) && s.extension === null)
    const schemas = snapshot.schemas.filter((s) => facts.schemas.has(s.name) && s.extension === null)
    return {
      checked: relations.length + sequences.length + schemas.length,
      unknown: [],
      hits: [
        ...relations.flatMap((relation) => ofRelation(facts, relation)),
        ...sequences.flatMap((sequence) => ofSequence(facts, sequence)),
        ...schemas.flatMap((schema) => [
          // USAGE of the schema public belongs to PUBLIC on every new database and opens nothing by itself.
          ...toPublic(schema.grants.filter((g) => g.privilege === 'USAGE' && schema.name !== 'public')).map(
            (grants) => hit(schemaObject(schema.name), `schema ${quote(schema.name)}`, null, grants, 'low'),
          ),
          ...withOption(facts, schema.grants, schema.owner).map(([role, grants]) =>
            hit(schemaObject(schema.name, role), `schema ${quote(schema.name)}`, role, grants, 'medium'),
          ),
        ]),
      ],
    }
  },
  example: {
    clean: `create table t (id int primary key, email text); revoke all on t from public;`,
    broken: `grant select, insert on t to public; create table "odd ""n" (id int primary key); grant select (id) on "odd ""n" to public;`,
    hits: ['public.t', 'public."odd ""n"'],
  },
})

const toPublic = (grants: readonly Grant[]): Grant[][] => {
  const found = grants.filter((grant) => grant.grantee === null)
  return found.length > 0 ? [found] : []
}

/** Grant options of roles that are neither owner nor superuser nor declared administrators. */
function withOption(facts: Facts, grants: readonly Grant[], owner: string): [string, Grant[]][] {
  const found = new Map<string, Grant[]>()
  const admins = new Set(facts.config.adminRoles ?? [])
  for (const grant of grants) {
    if (!grant.grantable || grant.grantee === null || grant.grantee === owner) continue
    if (facts.roles.superuser(grant.grantee) || admins.has(grant.grantee)) continue
    if (facts.role.get(grant.grantee)?.predefined) continue
    found.set(grant.grantee, [...(found.get(grant.grantee) ?? []), grant])
  }
  return [...found]
}

type Sourced = Grant & { readonly column?: string }

const nothing: readonly Hit[] = []

function ofRelation(facts: Facts, relation: Relation): readonly Hit[] {
  const grants: readonly Sourced[] = relation.columns.some((column) => column.grants.length > 0)
    ? [
        ...relation.grants,
        ...relation.columns.flatMap((column) =>
          column.grants.map((grant) => ({ ...grant, column: column.name })),
        ),
      ]
    : relation.grants
  if (!grants.some((grant) => grant.grantee === null || grant.grantable)) return nothing
  const what = `table ${qualified(relation.schema, relation.name)}`
  return [
    ...toPublic(grants).map((found) =>
      hit(relationObject(relation), what, null, found, severityOf(facts, relation, found)),
    ),
    ...withOption(facts, grants, relation.owner).map(([role, found]) =>
      hit(
        relationObject(relation, { part: role }),
        what,
        role,
        found,
        facts.holdsTenantData(relation) ? 'high' : 'medium',
      ),
    ),
  ]
}

/** Data of persons or tenants is high, whatever is read; a lookup that everyone may read is hardly a danger. */
function severityOf(facts: Facts, relation: Relation, grants: readonly Grant[]): Severity {
  const sources =
    relation.kind === 'view' || relation.kind === 'matview'
      ? relation.reads.map((use) => facts.relation.get(use.relation))
      : [relation]
  if (sources.some((source) => source && facts.holdsTenantData(source))) return 'high'
  if (grants.some((grant) => grant.privilege !== 'SELECT' && grant.privilege !== 'REFERENCES')) return 'high'
  return relation.kind === 'table' && facts.isReference(relation) ? 'low' : 'medium'
}

function ofSequence(facts: Facts, sequence: Sequence): Hit[] {
  const object = {
    kind: 'sequence' as const,
    schema: sequence.schema,
    name: sequence.name,
    column: null,
    part: null,
  }
  const what = `sequence ${qualified(sequence.schema, sequence.name)}`
  return [
    ...toPublic(sequence.grants).map((found) => hit(object, what, null, found, 'medium')),
    ...withOption(facts, sequence.grants, sequence.owner).map(([role, found]) =>
      hit({ ...object, part: role }, what, role, found, 'medium'),
    ),
  ]
}

function hit(
  object: Hit['object'],
  what: string,
  role: string | null,
  grants: readonly Sourced[],
  severity: Severity,
): Hit {
  const list = (column: boolean) =>
    [
      ...new Set(
        grants
          .filter((g) => (g.column !== undefined) === column)
          .map((g) =>
            g.column === undefined
              ? g.privilege.toLowerCase()
              : `${g.privilege.toLowerCase()} (${quote(g.column)})`,
          ),
      ),
    ].sort()
  const privileges = [...list(false), ...list(true)]
  const who = role === null ? 'public' : quote(role)
  const option = role === null ? '' : 'grant option for '
  const name = what.slice(what.indexOf(' ') + 1)
  return {
    object,
    severity,
    message:
      role === null
        ? {
            en: `Every role may ${privileges.join(', ')} on ${name}: the right was granted to PUBLIC.`,
            pt: `Todo papel pode ${privileges.join(', ')} em ${name}: o direito foi concedido a PUBLIC.`,
          }
        : {
            en: `Role ${who} may hand on ${privileges.join(', ')} on ${name} to any role it likes.`,
            pt: `O papel ${who} pode repassar ${privileges.join(', ')} em ${name} a qualquer outro papel.`,
          },
    evidence: {
      grantee: role ?? 'PUBLIC',
      privileges,
      grantors: [...new Set(grants.map((g) => g.grantor))].sort(),
    },
    fix: {
      sql: [
        ...(list(false).length > 0
          ? [`revoke ${option}${list(false).join(', ')} on ${what} from ${who}`]
          : []),
        ...(list(true).length > 0 ? [`revoke ${option}${list(true).join(', ')} on ${what} from ${who}`] : []),
      ],
      lock: '',
      advice:
        role === null
          ? {
              en: 'Grant it first to the roles that really need it: they lose it at once.',
              pt: 'Conceda antes aos papéis que realmente precisam: eles o perdem imediatamente.',
            }
          : {
              en: 'What the role has already handed on hangs on it: the REVOKE names those grants if there are any (CASCADE removes them).',
              pt: 'O que o papel já repassou depende dele: o REVOKE aponta essas concessões, se houver (CASCADE as remove).',
            },
    },
  }
}
