import { holdsOnRelation } from '@/lib/catalog/privileges'
import type { Relation } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'
import { ident, literal } from '@/lib/clone/spelling'
import type { LineCommand } from '../lines'
import type { Principal, Setup } from '../types'

/** One statement that must reach no row of another tenant, for a test that its owner runs. */
export interface Check {
  readonly name: string
  readonly principal: Principal
  /** Run as the principal; how many rows it touched is how many it crossed. */
  readonly statement: string
  /** Run by the tester before, to put its answer (a text) in the place of `%L` in the statement. */
  readonly prepare: string | null
  /** Run by the tester afterwards, to count in the place of what the statement touched. */
  readonly count: string | null
  /** How many rows of others there are: without any, nothing is shown. */
  readonly witnesses: string
}

/** A role that can reach a relation by a command. */
export interface Reached {
  readonly relation: string
  readonly role: string
  readonly command: LineCommand
}

/**
 * The checks that stand for what a run found can be reached: reading, changing, removing and copying rows of others, and
 * moving own rows to them. Functions have none.
 */
export function checksOf(snapshot: Snapshot, setup: Setup, reached: readonly Reached[]): readonly Check[] {
  return reached.flatMap(({ relation: id, role, command }) => {
    const relation = snapshot.relations.find((each) => each.id === id)
    if (!relation) return []
    return setup.principals
      .filter((principal) => principal.role === role)
      .flatMap((principal) => {
        const about = { snapshot, setup, relation, principal }
        if (command === 'SELECT') return [reading(about)]
        if (command === 'DELETE') return removing(about)
        if (command === 'UPDATE') return [...changing(about), ...moving(about)]
        return inserting(about)
      })
  })
}

interface About {
  readonly snapshot: Snapshot
  readonly setup: Setup
  readonly relation: Relation
  readonly principal: Principal
}

const name = ({ relation, principal }: About, what: string) => `${principal.name}: ${what} ${relation.id}`

const check = (about: About, what: string, rest: Partial<Check> & { statement: string }): Check => ({
  name: name(about, what),
  principal: about.principal,
  prepare: null,
  count: null,
  witnesses: `select count(*) from ${about.relation.id} t where ${foreign(about, 'writes')}`,
  ...rest,
})

const reading = (about: About) =>
  check(about, 'reads no foreign row of', {
    statement: `select from ${about.relation.id} t where ${foreign(about, 'reads')}`,
  })

// Without WHERE a statement reads nothing, so that policies for SELECT do not narrow it.
const removing = (about: About): readonly Check[] => {
  const { relation } = about
  const what = 'deletes no foreign row of'
  const theirs = `from ${relation.id} t where ${foreign(about, 'writes')}`
  return [
    check(about, what, { statement: `delete ${theirs}` }),
    ...(relation.kind === 'view'
      ? []
      : [
          check(about, what.replace(' of', ', without reading, of'), {
            statement: `delete from ${relation.id}`,
            count: `select %s - count(*) ${theirs}`,
          }),
        ]),
  ]
}

function changing(about: About): readonly Check[] {
  const { relation } = about
  const tenant = tenantColumn(about)
  const columns = writable(about).filter(({ name }) => name !== tenant)
  const [column] = columns
  const loose = columns.find((each) => !each.notNull || each.default !== null)
  const what = 'changes no foreign row of'
  return [
    ...(column
      ? [
          check(about, what, {
            statement: `update ${relation.id} t set ${ident(column.name)} = t.${ident(column.name)} where ${foreign(about, 'writes')}`,
          }),
        ]
      : []),
    ...(loose && relation.kind !== 'view'
      ? [
          check(about, what.replace(' of', ', without reading, of'), {
            statement: `update ${relation.id} set ${ident(loose.name)} = default`,
            count: `select count(*) from ${relation.id} t where ${foreign(about, 'writes')} and t.xmin::text::bigint >= pg_current_xact_id()::text::bigint % 4294967296`,
          }),
        ]
      : []),
  ]
}

const writable = ({ relation, principal, snapshot }: About) =>
  relation.columns.filter(
    (column) =>
      column.generated === null &&
      column.identity !== 'always' &&
      holdsOnRelation(snapshot, relation, principal.role, 'UPDATE', { all: [column.name] }),
  )

/** Its own rows, given to somebody else. */
function moving(about: About): readonly Check[] {
  const { relation } = about
  const tenant = tenantColumn(about)
  if (tenant === null || !writable(about).some(({ name }) => name === tenant)) return []
  return [
    check(about, 'moves no row to another tenant in', {
      prepare: `select t.${ident(tenant)}::text from ${relation.id} t where t.${ident(tenant)} is not null and ${foreign(about, 'writes')} limit 1`,
      statement: `update ${relation.id} set ${ident(tenant)} = %L`,
      count: `select count(*) - %s from ${relation.id} t where ${foreign(about, 'writes')}`,
    }),
  ]
}

/** A copy of a row of others, under a new key. */
function inserting(about: About): readonly Check[] {
  const { relation } = about
  if (relation.kind === 'view') return []
  const columns = relation.columns.filter(
    ({ generated, identity }) => generated === null && identity !== 'always',
  )
  const key = relation.constraints.find(({ kind }) => kind === 'primary')?.columns ?? []
  const tenant = tenantColumn(about)
  const fresh = relation.columns
    .filter(({ name }) => key.includes(name) && name !== tenant)
    .flatMap((column) => freshKey(relation, column.name, column.baseType))
  const names = columns.map(({ name }) => ident(name)).join(', ')
  const row = fresh.length > 0 ? `to_jsonb(t) || jsonb_build_object(${fresh.join(', ')})` : 'to_jsonb(t)'
  return [
    check(about, 'adds no foreign row to', {
      prepare: `select (${row})::text from ${relation.id} t where ${foreign(about, 'adds')} limit 1`,
      statement: `insert into ${relation.id} (${names}) select ${names} from jsonb_populate_record(null::${relation.id}, %L::jsonb)`,
      count: `select count(*) - %s from ${relation.id} t where ${foreign(about, 'adds')}`,
      witnesses: `select count(*) from ${relation.id} t where ${foreign(about, 'adds')}`,
    }),
  ]
}

function freshKey(relation: Relation, column: string, type: string): readonly string[] {
  const key = literal(column)
  if (type === 'uuid') return [key, 'gen_random_uuid()']
  if (/^(bigint|integer|smallint)$/.test(type))
    return [key, `(select max(m.${ident(column)}) + 1 from ${relation.id} m)`]
  return []
}

const tenantColumn = ({ setup, relation }: About) =>
  setup.tenants.find((each) => each.relation === relation.id)?.column ?? null

const array = (texts: readonly string[]) => `array[${texts.map((text) => literal(text)).join(', ')}]::text[]`

/** Is the row `at` somebody else's? A row of nobody is, unless it is one that all may read, or add. */
function foreign(
  { setup, snapshot, relation, principal }: About,
  doing: 'reads' | 'writes' | 'adds',
  at = 't',
): string {
  const column = setup.tenants.find((each) => each.relation === relation.id)?.column ?? null
  const via = setup.tenantVia.find((each) => each.relation === relation.id)
  if (column === null) {
    const parent = via ? snapshot.relations.find((each) => each.id === via.parent) : undefined
    if (!via || !parent) return 'false'
    const above = `${at}p`
    const theirs = foreign({ setup, snapshot, relation: parent, principal }, doing, above)
    return `not exists (select from ${parent.id} ${above} where ${above}.${ident(via.parentColumn)} = ${at}.${ident(via.column)} and not ${theirs})`
  }
  const tenant = `${at}.${ident(column)}`
  const others =
    principal.tenants.length === 0
      ? `${tenant} is not null`
      : `coalesce(${tenant}::text <> all (${array(principal.tenants)}), false)`
  const nobodys =
    setup.nullTenant === 'foreign' ||
    (doing !== 'reads' && !(doing === 'adds' && setup.nullTenant === 'platform'))
  return nobodys ? `(${others} or ${tenant} is null)` : `(${others})`
}
