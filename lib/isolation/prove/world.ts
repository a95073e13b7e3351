import { says } from '@/lib/sql/source-text'
import { isInvoker } from '@/lib/catalog/view-access'
import { roleGraph } from '@/lib/catalog/memberships'
import type { Cast, Operator, Routine } from '@/lib/catalog/types-object'
import type { Relation, RewriteRule, Trigger } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'
import { asFiring, firingOf } from './change/replication'
import { asCollated } from './collations'
import { knowEnums } from './logic/term'

/** The snapshot as the prover looks things up in it. */
export class World {
  readonly relations: ReadonlyMap<string, Relation>
  private readonly byName = new Map<string, Relation>()
  private readonly routines = new Map<string, Routine[]>()
  readonly routineById: ReadonlyMap<string, Routine>
  /** Casts that somebody made. */
  readonly casts: readonly Cast[]
  private readonly operators = new Map<string, Operator[]>()
  readonly children = new Map<string, Relation[]>()
  private readonly graph
  private pathless: boolean | undefined
  private refreshing: boolean | undefined
  private readonly idle = new Map<string, boolean>()
  private readonly columns = new WeakMap<Relation, Map<string, ReadonlySet<string>>>()
  private readonly powers = new Map<string, ReadonlySet<string>>()
  /** By part of a query: whether there is an aggregate or window function in it. */
  readonly aggregates = new Map<string, WeakMap<object, boolean>>()
  /** By who listens and the path names are looked for in: whether a part of a query says nothing, a statement only assigns. */
  readonly silent = new Map<string, WeakMap<object, boolean>>()
  readonly quiet = new Map<string, WeakMap<object, boolean>>()
  /** By expression: whether it calls nothing but what PostgreSQL brings. */
  readonly pure = new WeakMap<object, boolean>()

  /** Triggers and rules that may fire or not, by a setting of the session that is not known. */
  readonly unsure = new WeakSet<Trigger | RewriteRule>()
  readonly snapshot: Snapshot
  /** Are there texts that a collation of somebody's own compares? */
  readonly collates: boolean

  constructor(read: Snapshot) {
    const firing = firingOf(read)
    const collated = asCollated(read)
    this.collates = collated.relations !== read.relations || collated.types !== read.types
    const snapshot = { ...collated, relations: asFiring(collated.relations, firing, this.unsure) }
    this.snapshot = snapshot
    this.graph = roleGraph(snapshot)
    this.relations = new Map(snapshot.relations.map((each) => [each.id as string, each]))
    this.routineById = new Map(snapshot.routines.map((each) => [each.id as string, each]))
    for (const each of snapshot.relations) {
      this.byName.set(`${each.schema}.${each.name}`, each)
      for (const parent of each.parents) push(this.children, parent, each)
    }
    for (const each of snapshot.routines) push(this.routines, `${each.schema}.${each.name}`, each)
    const own = (snapshot.definitions ?? []).filter((each) => each.extension === null)
    this.casts = own.flatMap(({ cast }) => cast ?? [])
    for (const { operator } of own)
      if (operator) push(this.operators, `${operator.schema}.${operator.name}`, operator)
    knowEnums(snapshot.enums.map((each) => each.id))
  }

  /** By raw names; without a schema the first of the path that has one of that name. */
  relation(schema: string | null, name: string, path: readonly string[]): Relation | null {
    for (const each of schema === null ? path : [schema]) {
      const found = this.byName.get(`${each}.${name}`)
      if (found) return found
    }
    return null
  }

  routinesNamed(schema: string | null, name: string, path: readonly string[]): readonly Routine[] {
    if (schema !== null) return this.routines.get(`${schema}.${name}`) ?? []
    return path.flatMap((each) => this.routines.get(`${each}.${name}`) ?? [])
  }

  operatorsNamed(schema: string | null, name: string, path: readonly string[]): readonly Operator[] {
    if (this.operators.size === 0) return []
    return (schema === null ? path : [schema]).flatMap((each) => this.operators.get(`${each}.${name}`) ?? [])
  }

  /** Has somebody made an operator or a cast, whose function any expression may run? */
  get hasOwnOperators(): boolean {
    return this.operators.size > 0 || this.casts.length > 0
  }

  /** Has somebody made an operator of this name? Some constructs use one without saying of which schema. */
  hasOwnOperator(name: string): boolean {
    return [...this.operators.keys()].some((each) => each.endsWith(`.${name}`))
  }

  /** Is there a function that looks its names up in the path of whoever calls it? */
  get inheritsPaths(): boolean {
    this.pathless ??= this.snapshot.routines.some(
      (each) =>
        each.extension === null &&
        !each.atomic &&
        ['sql', 'plpgsql'].includes(each.language) &&
        each.settings['search_path'] === undefined,
    )
    return this.pathless
  }

  /** Does a routine refresh what materialized views hold? */
  get refreshesViews(): boolean {
    this.refreshing ??= this.snapshot.routines.some(({ body }) =>
      says(body ?? '', /\brefresh\s+materialized\b/i),
    )
    return this.refreshing
  }

  /** Partitions and heirs, however far. */
  below(relation: Relation): readonly Relation[] {
    return (this.children.get(relation.id) ?? []).flatMap((each) => [each, ...this.below(each)])
  }

  /** What it is a partition or heir of, however far. */
  above(relation: Relation): readonly Relation[] {
    return relation.parents.flatMap((id) => {
      const parent = this.relations.get(id)
      return parent ? [parent, ...this.above(parent)] : []
    })
  }

  /** The role and all whose privileges it has without SET ROLE. */
  power(role: string): ReadonlySet<string> {
    let found = this.powers.get(role)
    if (!found) this.powers.set(role, (found = new Set(this.graph.inherited(role).keys())))
    return found
  }

  /** Roles a caller who writes the SQL can be: those of its login as well. */
  closure(role: string, login: string | null): readonly string[] {
    const from = [role, ...(login === null ? [] : [login])]
    return [...new Set(from.flatMap((each) => [each, ...this.graph.reachable(each)]))]
  }

  /** Roles a session of this role may become by SET ROLE inside a function: whose login it is decides, where it is known. */
  becoming(role: string, login: string | null): readonly string[] {
    const logins =
      login === null
        ? [...this.graph.roles.values()].filter(
            (each) => each.login && !each.superuser && this.graph.reachable(each.name).has(role),
          )
        : []
    return [
      ...new Set([role, ...logins.map(({ name }) => name)].flatMap((each) => this.closure(each, login))),
    ]
  }

  isSuperuser(role: string): boolean {
    return this.graph.roles.get(role)?.superuser === true
  }

  knowsRole(role: string): boolean {
    return this.graph.roles.has(role)
  }

  /** Does row security of the relation leave this role alone? */
  bypasses(role: string, relation: Relation): boolean {
    const attributes = this.graph.roles.get(role)
    if (attributes?.superuser || attributes?.bypassRls) return true
    return !relation.rls || (this.owns(role, relation.owner) && !relation.rlsForced)
  }

  owns(role: string, owner: string): boolean {
    return this.isSuperuser(role) || this.power(role).has(owner)
  }

  /** Has it this privilege on the whole relation? */
  may(role: string, relation: Relation, privilege: string): boolean {
    if (this.owns(role, relation.owner) || this.granted(role, relation.grants, privilege)) return true
    const power = this.power(role)
    if (privilege === 'SELECT') return power.has('pg_read_all_data')
    return ['INSERT', 'UPDATE', 'DELETE'].includes(privilege) && power.has('pg_write_all_data')
  }

  /** Columns it has the privilege on, by a grant of the relation or of the column. */
  mayColumns(role: string, relation: Relation, privilege: string): ReadonlySet<string> {
    let byWhom = this.columns.get(relation)
    if (!byWhom) this.columns.set(relation, (byWhom = new Map()))
    const key = `${privilege} ${role}`
    let found = byWhom.get(key)
    if (!found) byWhom.set(key, (found = this.columnsOf(role, relation, privilege)))
    return found
  }

  private columnsOf(role: string, relation: Relation, privilege: string): ReadonlySet<string> {
    const all = this.may(role, relation, privilege)
    return new Set(
      relation.columns
        .filter((column) => all || this.granted(role, column.grants, privilege))
        .map((column) => column.name),
    )
  }

  /** Has it the right to change any relation at all? Without it no trigger, rule or cascade runs for it either. */
  changesNothing(role: string): boolean {
    let found = this.idle.get(role)
    if (found === undefined) {
      found = !this.snapshot.relations.some(
        (each) =>
          ['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'].some((one) => this.may(role, each, one)) ||
          ['INSERT', 'UPDATE'].some((one) => this.mayColumns(role, each, one).size > 0),
      )
      this.idle.set(role, found)
    }
    return found
  }

  mayUse(role: string, schema: string): boolean {
    const found = this.snapshot.schemas.find((each) => each.name === schema)
    if (!found) return true
    const power = this.power(role)
    if (power.has('pg_read_all_data') || power.has('pg_write_all_data')) return true
    return this.owns(role, found.owner) || this.granted(role, found.grants, 'USAGE')
  }

  /** May it make a function, operator or table that stands before those of other schemas: in one of these, or in any? */
  mayCreateIn(role: string, schemas: readonly string[] | null): boolean {
    return this.snapshot.schemas.some(
      (each) =>
        (schemas === null || schemas.includes(each.name)) &&
        (this.owns(role, each.owner) || this.granted(role, each.grants, 'CREATE')),
    )
  }

  mayExecute(role: string, routine: Routine): boolean {
    return this.owns(role, routine.owner) || this.granted(role, routine.grants, 'EXECUTE')
  }

  private granted(role: string, grants: Relation['grants'], privilege: string): boolean {
    const power = this.power(role)
    return grants.some(
      (grant) => grant.privilege === privilege && (grant.grantee === null || power.has(grant.grantee)),
    )
  }

  /** Whose rights a view's tables are read with. */
  viewRole(view: Relation, reader: string): string {
    return view.kind === 'view' && isInvoker(view) ? reader : view.owner
  }

  /** The schemas in which a caller's unqualified names are looked for. */
  searchPath(role: string, login: string | null): readonly string[] {
    const who = login ?? role
    const settings = this.snapshot.roleSettings.filter((each) => each.name === 'search_path')
    const found =
      settings.find((each) => each.role === who && each.thisDatabase) ??
      settings.find((each) => each.role === who) ??
      settings.find((each) => each.role === null && each.thisDatabase) ??
      settings.find((each) => each.role === null)
    return pathOf(found?.value ?? this.snapshot.server.settings['search_path'] ?? '"$user", public', role)
  }
}

/** A search_path as its schemas, `$user` resolved, pg_temp and pg_catalog left out. */
export function pathOf(text: string, role: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim().replace(/^"(.*)"$/, '$1'))
    .map((part) => (part === '$user' ? role : part))
    .filter((part) => part !== '' && part !== 'pg_catalog' && part !== 'pg_temp')
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V) {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
