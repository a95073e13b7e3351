import { literal } from '@/lib/clone/spelling'
import type { Arena } from '../observe/arena'
import { ownRoutines } from '../schema/scope'

/** What grants let a role try on a relation; column names where grants are by column. */
export interface Reach {
  readonly select: readonly string[]
  readonly insert: readonly string[]
  readonly update: readonly string[]
  readonly remove: boolean
  readonly truncate: boolean
}

const nothing: Reach = { select: [], insert: [], update: [], remove: false, truncate: false }

/** What was asked of the rights of roles, which are the same on every connection. */
export class KnownRights {
  readonly relations = new Map<string, ReadonlyMap<string, Reach>>()
  readonly routines = new Map<string, ReadonlySet<string>>()
}

/** Rights of roles as the server itself tells them, asked once for each role. */
export class Rights {
  constructor(
    private readonly arena: Arena,
    private readonly known: KnownRights,
  ) {}

  async of(role: string, relation: string): Promise<Reach> {
    const reached = this.known.relations.get(role) ?? (await this.ask(role))
    this.known.relations.set(role, reached)
    return reached.get(relation) ?? nothing
  }

  /** Routines that the role may call. */
  async routinesOf(role: string): Promise<ReadonlySet<string>> {
    const known = this.known.routines.get(role)
    if (known) return known
    const ids = ownRoutines(this.arena.scope.snapshot).map(({ id }) => id)
    const rows = await this.arena.ask<{ id: string }>(
      `select id from pg_catalog.unnest($1::text[]) as id join pg_catalog.pg_proc p on p.oid = pg_catalog.to_regprocedure(id)
        where pg_catalog.has_function_privilege(${literal(role)}, p.oid, 'EXECUTE')
          and pg_catalog.has_schema_privilege(${literal(role)}, p.pronamespace, 'USAGE')`,
      [ids],
    )
    const found = new Set(rows.map(({ id }) => id))
    this.known.routines.set(role, found)
    return found
  }

  private async ask(role: string): Promise<Map<string, Reach>> {
    const who = literal(role)
    const columns = (privilege: string) =>
      `array(select a.attname::text from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        and pg_catalog.has_column_privilege(${who}, c.oid, a.attnum, '${privilege}') order by a.attnum)`
    const rows = await this.arena.ask<Reach & { id: string }>(
      `select id, ${columns('SELECT')} as select, ${columns('INSERT')} as insert, ${columns('UPDATE')} as update,
              pg_catalog.has_table_privilege(${who}, c.oid, 'DELETE') as remove,
              pg_catalog.has_table_privilege(${who}, c.oid, 'TRUNCATE') as truncate
         from pg_catalog.unnest($1::text[]) as id
         join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(id)
        where pg_catalog.has_schema_privilege(${who}, c.relnamespace, 'USAGE')`,
      [[...this.arena.scope.relations.keys()]],
    )
    return new Map(rows.map((row) => [row.id, row]))
  }
}
