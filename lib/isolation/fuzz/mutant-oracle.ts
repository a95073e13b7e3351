import type { Client } from 'pg'
import type { Relation } from '@/lib/catalog/types'
import { ident, literal } from '../prove/session'
import type { IsolationCommand, Principal } from '../types'

/** Statements of a principal that PostgreSQL let reach rows of others, the first for each command. */
export type Crossings = ReadonlyMap<IsolationCommand, string>

/**
 * Tries statements on one table as a principal and looks what became of the rows of others; all of it is taken back.
 * @param client superuser, in a database with rows of several tenants
 */
export async function crossingsOn(
  client: Client,
  table: Relation,
  tenant: string,
  principal: Principal,
): Promise<Crossings> {
  const own = principal.tenants.map(literal).join(', ') || 'null'
  const foreign = `(t.${ident(tenant)}::text in (${own})) is not true`
  const found = new Map<IsolationCommand, string>()
  await client.query('begin')
  try {
    // Where it lies and who wrote it last, so that a change is seen that changes no value.
    const state = async () => {
      const { rows } = await client.query<{ ids: string | null; n: string }>(
        `select string_agg(ctid::text || xmin::text, ' ' order by ctid) as ids, count(*) as n from ${table.id} t where ${foreign}`,
      )
      return `${rows[0]?.n} ${rows[0]?.ids}`
    }
    const before = await state()
    const attempt = async (command: IsolationCommand, sql: string) => {
      if (found.has(command)) return
      await client.query('savepoint attempt')
      try {
        await become(client, principal)
        const { rows } = await client.query<{ n?: string }>(sql)
        await client.query('reset role')
        const crossed = command === 'SELECT' ? Number(rows[0]?.n) > 0 : (await state()) !== before
        if (crossed) found.set(command, sql)
      } catch {
        // Refused, or it made no sense: nothing crossed.
      }
      await client.query('rollback to savepoint attempt')
      await client.query('reset role')
    }
    await attempt('SELECT', `select count(*) as n from ${table.id} t where ${foreign}`)
    for (const sql of await inserts(client, table, foreign)) await attempt('INSERT', sql)
    for (const sql of updates(table, tenant, foreign, principal)) await attempt('UPDATE', sql)
    await attempt('DELETE', `delete from ${table.id} t where ${foreign}`)
    await attempt('DELETE', `delete from ${table.id}`)
    await attempt('DELETE', `truncate ${table.id} cascade`)
  } finally {
    await client.query('rollback')
  }
  return found
}

async function become(client: Client, principal: Principal): Promise<void> {
  for (const [name, value] of Object.entries(principal.settings))
    await client.query('select set_config($1, $2, true)', [name, value])
  await client.query(`set local role ${ident(principal.role)}`)
}

/** Rows of others again under another key, with all columns and with those alone that must have a value. */
async function inserts(client: Client, table: Relation, foreign: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ row: string }>(
    `select to_jsonb(t)::text as row from ${table.id} t where ${foreign} limit 3`,
  )
  const writable = table.columns.filter((column) => column.generated === null)
  const needed = writable.filter((column) => column.notNull || column.name.endsWith('_id'))
  const keyed = new Set(
    table.indexes.flatMap((index) => (index.unique ? index.keys.map(({ column }) => column) : [])),
  )
  const texts = table.columns.filter(({ name, baseType }) => keyed.has(name) && baseType === 'text')
  return rows.flatMap(({ row }) => {
    const whole = JSON.parse(row) as Record<string, unknown>
    const renamed = texts.map(({ name }) => [name, `${String(whole[name])} again`])
    const other = { ...whole, ...Object.fromEntries(renamed), id: crypto.randomUUID() }
    return [writable, needed].flatMap((columns) => {
      const names = columns.map((column) => ident(column.name)).join(', ')
      const from = `jsonb_populate_record(null::${table.id}, ${literal(JSON.stringify(other))}::jsonb)`
      return [`insert into ${table.id} (${names}) select ${names} from ${from}`]
    })
  })
}

function updates(
  table: Relation,
  tenant: string,
  foreign: string,
  { tenants }: Principal,
): readonly string[] {
  const columns = table.columns.filter((column) => column.generated === null)
  const [own] = tenants
  return [
    ...columns.flatMap(({ name }) => [
      `update ${table.id} t set ${ident(name)} = ${ident(name)} where ${foreign}`,
      `update ${table.id} t set ${ident(name)} = ${ident(name)}`,
    ]),
    ...(own === undefined
      ? []
      : [
          `update ${table.id} t set ${ident(tenant)} = ${literal(own)} where ${foreign}`,
          `update ${table.id} t set ${ident(tenant)} = (select c.id from public.clinics c where c.id::text <> ${literal(own)} limit 1)`,
        ]),
  ]
}
