import type { Client } from 'pg'
import { ident, literal } from '../prove/session'
import type { Principal, Proof, Question, Setup } from '../types'
import type { Dice } from './dice'
import type { Fuzzed } from './schema'
import type { Table } from './table'
import { oracleSql } from './oracle-sql'
import { causesOf, mergesOf } from './further-tries'
import { chosen, joining, triesOf, values } from './tries'

const queryCanceled = '57014'

/** Seconds that PostgreSQL may work on one question. */
const patience = 20

/** Does something cross; if not, did a statement reach anything at all? */
export type Truth = 'crosses' | 'alive' | 'idle'

/**
 * PostgreSQL as the judge of a random database: statements are tried on all rows of a small world, before and after the
 * principal has put all rows it may put into the tables that decide who belongs where, with every claim it may choose.
 */
export class Oracle {
  private readonly may = new Map<string, Set<string>>()
  private readonly parents = new Map<string, readonly string[]>()

  private constructor(
    private readonly client: Client,
    private readonly made: Fuzzed,
    private readonly setup: Setup,
    private readonly dice: Dice,
    private readonly effort: number,
    private readonly version: number,
  ) {}

  /**
   * Puts the rows of the small world into the tables, before anything is read or proved: a proof may rest on them.
   * Nothing but rows is left.
   */
  static async populate(client: Client, made: Fuzzed): Promise<void> {
    await client.query(oracleSql)
    for (const table of made.tables) await fill(client, table, made.sql)
    await client.query('drop schema fuzz cascade')
  }

  /** @param effort most statements for a question about writing */
  static async of(client: Client, made: Fuzzed, setup: Setup, dice: Dice, effort: number): Promise<Oracle> {
    await client.query(oracleSql)
    const { rows: versions } = await client.query<{ v: number }>(
      `select current_setting('server_version_num')::int / 10000 as v`,
    )
    const found = new Oracle(client, made, setup, dice, effort, versions[0]!.v)
    for (const { name, parent } of made.tables) {
      if (parent === null) continue
      const { rows } = await client.query<{ id: number }>(
        `select distinct on (tenant) id from ${parent} order by tenant, id`,
      )
      found.parents.set(name, [...rows.map(({ id }) => String(id)), 'null'])
    }
    const { rows } = await client.query<{ on: string; role: string; name: string }>(
      `select 'f.' || c.relname as on, r.role, a.attname as name
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0,
              unnest(array['f_app', 'f_clerk']) r (role)
        where c.relnamespace = 'f'::regnamespace and has_column_privilege(r.role, c.oid, a.attnum, 'UPDATE')`,
    )
    for (const { on, role, name } of rows) {
      const key = `${role} ${on}`
      found.may.set(key, (found.may.get(key) ?? new Set()).add(name))
    }
    return found
  }

  /** What is true of each of these questions, all of one principal. */
  async ask(principal: Principal, questions: readonly Proof[]): Promise<ReadonlyMap<Question, Truth>> {
    const found = new Map<Question, Truth>()
    const askAll = async (who: Principal, effort: number) => {
      await this.introduce(who)
      for (const question of questions) {
        const known = found.get(question)
        // Whoever belongs to more tenants has no more privileges.
        const settled = question.command === 'TRUNCATE' || question.outcome === 'unreachable'
        if (known === 'crosses' || (known !== undefined && settled)) continue
        const truth = await this.truth(who, question, effort)
        if (truth !== 'idle' || known === undefined) found.set(question, truth)
      }
    }
    await this.client.query(`begin; set local statement_timeout = '${patience}s'`)
    try {
      await askAll(principal, this.effort)
      for (const who of this.liars(principal)) await askAll(who, this.effort / 3)
      if (this.made.sql.includes('function f.enter('))
        for (const tenant of ['a', 'b', 'c']) {
          await this.client.query('savepoint entered')
          if (await this.enters(principal, tenant))
            await askAll({ ...principal, settings: {}, claims: null }, this.effort / 3)
          await this.client.query('rollback to savepoint entered')
        }
      for (const tenant of ['a', 'b', 'c']) {
        await this.client.query('savepoint joined')
        await this.introduce(principal)
        await this.client.query(`set local role ${ident(principal.role)}`)
        const usr = principal.settings['f.usr'] ?? '1'
        const { rows } = await this.client.query<{ n: string }>('select fuzz.each($1) as n', [
          joining(usr, tenant),
        ])
        await this.client.query('reset role')
        if (Number(rows[0]?.n) > 0) await askAll(principal, this.effort / 3)
        await this.client.query('rollback to savepoint joined')
      }
    } finally {
      await this.client.query('rollback')
    }
    return found
  }

  /** Has it another tenant by a call that says so? */
  private async enters(principal: Principal, tenant: string): Promise<boolean> {
    await this.introduce(principal)
    await this.client.query(`set local role ${ident(principal.role)}`)
    await this.client.query('select fuzz.each($1)', [[`select f.enter(${literal(tenant)})`]])
    await this.client.query('reset role')
    const { rows } = await this.client.query<{ now: string | null }>(
      `select current_setting('f.tenant', true) as now`,
    )
    return (rows[0]?.now ?? '') !== (principal.settings['f.tenant'] ?? '')
  }

  /** The same principal with other claims, where it has a token and may choose what is in it. */
  private liars(principal: Principal): readonly Principal[] {
    if (!principal.claims || this.setup.untrusted.length === 0 || !this.made.sql.includes('user_metadata'))
      return []
    return ['a', 'b', 'c'].map((tenant) => ({
      ...principal,
      claims: { ...principal.claims, user_metadata: { tenant } },
    }))
  }

  private async introduce({ settings, claims }: Principal): Promise<void> {
    const all = { ...settings, ...(claims ? { 'request.jwt.claims': JSON.stringify(claims) } : {}) }
    const list = Object.entries(all).map(
      ([name, value]) => `set_config(${literal(name)}, ${literal(value)}, true)`,
    )
    if (list.length > 0) await this.client.query(`select ${list.join(', ')}`)
  }

  private async truth(principal: Principal, { relation, command }: Question, effort: number): Promise<Truth> {
    const table = this.made.behind.get(relation)
    if (!table) throw new Error(`Nothing stands behind ${relation}.`)
    const { role } = principal
    if (command === 'SELECT') return this.reads(principal, relation, table)
    const may = this.may.get(`${role} ${relation}`) ?? new Set()
    const all = triesOf(command, relation, table, may, this.parents.get(table.name) ?? ['null'])
    const most = command === 'INSERT' ? effort * 8 : effort
    const own = chosen(this.dice, all, most, effort === this.effort)
    const causes = relation === table.name && command !== 'TRUNCATE' ? this.made.causes.get(relation) : []
    const version = this.version
    const keyed = this.made.tables.every(
      (each) => each.partOf === null || (each.partOf !== table.name && each.name !== table.name),
    )
    const tries = [
      ...own,
      ...mergesOf(command, relation, table, version, keyed),
      ...(causes ?? []).flatMap(causesOf),
    ]
    if (tries.length === 0) return 'idle'
    const other = this.foreign(principal, table, false)
    const sql = tries.map((each) => each.sql)
    if (command === 'INSERT' && !relation.endsWith(')'))
      return this.said('select fuzz.inserts($1, $2, $3, $4) as said', [sql, table.name, other, role])
    return this.said('select fuzz.writes($1, $2, $3, $4, $5, $6) as said', [
      command,
      sql,
      tries.map((each) => each.keep),
      table.name,
      other,
      role,
    ])
  }

  private async reads(principal: Principal, relation: string, table: Table): Promise<Truth> {
    const on = relation.replace(/\(.*\)$/, '')
    const sources = relation.endsWith(')')
      ? [...values['tenant']!, ...values['kind']!].map((value) => `${on}(${value})`)
      : [on]
    const other = this.foreign(principal, table, true)
    if (this.made.tellers.has(relation))
      return this.said('select fuzz.depends($1, $2, $3, $4) as said', [
        sources.map((source) => `select ${source}`),
        table.name,
        other,
        principal.role,
      ])
    const owns = table.columns.includes('tenant')
    const ids = owns ? '' : await this.idsOf(table, other)
    return this.said('select fuzz.reads($1, $2, $3, $4, $5) as said', [
      sources.map((source) =>
        owns
          ? `select exists (select 1 from (select tenant from ${source}) t where ${other})`
          : `select exists (select 1 from ${source} t where t.id = any ('{${ids}}'))`,
      ),
      sources.map((source) => `select exists (select 1 from ${source})`),
      table.name,
      principal.role,
      Array.from({ length: 12 }, () => 1 + this.dice.below(144)),
    ])
  }

  private async idsOf(table: Table, other: string): Promise<string> {
    const { rows } = await this.client.query<{ ids: string | null }>(
      `select string_agg(t.id::text, ',') as ids from ${table.name} t where ${other}`,
    )
    return rows[0]?.ids ?? ''
  }

  /** What takes long, as triggers that double each other's rows, shows nothing either way. */
  private async said(sql: string, parameters: readonly unknown[]): Promise<Truth> {
    await this.client.query('savepoint said')
    try {
      const { rows } = await this.client.query<{ said: Truth }>(sql, [...parameters])
      await this.client.query('release savepoint said')
      return rows[0]!.said
    } catch (error) {
      if ((error as { code?: string }).code !== queryCanceled) throw error
      await this.client.query('rollback to savepoint said')
      return 'idle'
    }
  }

  /** Whose rows are foreign, as SQL over the alias \`t\`. */
  private foreign(principal: Principal, table: Table, reading: boolean): string {
    const tenant = table.columns.includes('tenant')
      ? 't.tenant'
      : `(select up.tenant from ${table.parent} up where up.id = t.parent)`
    const own = principal.tenants.map(literal).join(', ')
    const nobodys = reading && this.setup.nullTenant === 'shared' ? 'false' : 'true'
    return own === ''
      ? `(${tenant} is not null or ${nobodys})`
      : `coalesce(${tenant} not in (${own}), ${nobodys})`
  }
}

async function fill(
  client: Client,
  { name, columns, parent, partOf, within }: Table,
  sql: string,
): Promise<void> {
  // Rows go into partitions through their table; with an heir they are shared.
  const isHeir = partOf !== null && sql.includes(`create table ${name} () inherits`)
  if (partOf !== null && !isHeir) return
  await client.query('select fuzz.fill($1, $2, $3, $4)', [name, columns, parent, within])
  if (isHeir)
    await client.query(`set session_replication_role = replica;
      delete from only ${partOf} where id % 2 = 0; delete from ${name} where id % 2 = 1;
      reset session_replication_role`)
}
