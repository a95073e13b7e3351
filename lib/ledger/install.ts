import { sql } from 'kysely'
import { migrationScript } from '@/lib/audit/migration'
import { connection } from '@/lib/db/client'
import { Invalid, translated } from '@/lib/errors'
import { upgradeStatements } from './upgrade'

export interface InstallPlan {
  /** The whole migration, all or nothing. */
  readonly sql: string
  /** Tables that are put under audit, or taken out of it. */
  readonly tables: readonly string[]
  /** What a person should know before running it. */
  readonly remarks: readonly string[]
}

interface Found {
  /** Of the ledger, those that are there. */
  readonly schemas: readonly string[]
  readonly superuser: boolean
  readonly tables: readonly {
    readonly name: string
    readonly asked: string
    readonly watched: boolean
    readonly keyed: boolean
  }[]
  readonly watched: readonly string[]
}

/**
 * The migration that puts capture on chosen tables of any database, with the ledger itself where it is not there yet or is of
 * an earlier version; or takes it away. The log is never removed: what was recorded stays.
 * @param tables as `schema.table`; empty with `remove`: every table under audit
 * @throws Invalid when a table is not there
 */
export async function planInstall(
  url: string,
  name: string,
  { tables, remove, root }: { tables: readonly string[]; remove: boolean; root?: string },
): Promise<InstallPlan> {
  const found = await look(url, name, tables)
  const missing = tables.filter((asked) => !found.tables.some((table) => table.asked === asked))
  if (missing.length > 0) throw new Invalid(notThere(missing))
  const own = remove
    ? []
    : found.tables.filter((table) => ownSchema.test(table.name)).map((table) => table.name)
  if (own.length > 0) throw new Invalid(notTheirs(own))
  if (remove) {
    const names = tables.length > 0 ? found.tables.map((table) => table.name) : found.watched
    return {
      tables: names,
      sql: script(names.map((table) => `select ledger.unwatch(${literal(table)});`)),
      remarks: ['The log and what it holds stay. Dropping the schema ledger is a decision of its own.'],
    }
  }
  const names = found.tables.map((table) => table.name)
  const watching = names.map((table) => `select ledger.watch(${literal(table)});`)
  const whole = found.schemas.includes('ledger')
    ? script([...upgradeStatements(found.schemas, root), ...watching])
    : migrationScript('ledger', root).replace(/commit;\n$/, () =>
        ["set local lock_timeout = '5s';", ...watching, 'commit;', ''].join('\n'),
      )
  return {
    tables: names,
    sql: whole,
    remarks: [
      ...(found.superuser
        ? []
        : [
            'Without a superuser there are no event triggers: capture takes its slower, general form, and DDL on the log is not refused but found by verification.',
          ]),
      ...found.tables
        .filter((table) => !table.keyed)
        .map((table) => `${table.name} has no primary key: its entries cannot say which row they are about.`),
      ...found.tables
        .filter((table) => table.watched)
        .map((table) => `${table.name} is under audit already; its capture is made anew.`),
      'A column’s class stands at the end of its comment, as [pub], [int], [pers], [sens] or [sec]. Values of columns without one are not kept, only that they changed.',
    ],
  }
}

/** Runs a plan, all or nothing. */
export async function applyInstall(url: string, name: string, plan: InstallPlan): Promise<void> {
  try {
    await sql.raw(plan.sql).execute(connection(url, 'install', 1))
  } catch (error) {
    await sql`rollback`.execute(connection(url, 'install', 1)).catch(() => undefined)
    throw translated(error, { en: `The database ${name}`, pt: `O banco de dados ${name}` })
  }
}

async function look(url: string, name: string, tables: readonly string[]): Promise<Found> {
  try {
    const { rows } = await sql<Found>`
      select array(select nspname::text from pg_catalog.pg_namespace where nspname ~ '^ledger(_counts|_ingest)?$') as schemas,
             (select rolsuper from pg_catalog.pg_roles where rolname = current_user) as superuser,
             coalesce((
               select json_agg(json_build_object(
                 'name', format('%I.%I', n.nspname, c.relname), 'asked', a.asked,
                 'watched', exists (select from pg_catalog.pg_trigger t where t.tgrelid = c.oid and t.tgname = 'ledger_capture'),
                 'keyed', exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisprimary)))
                 from unnest(${tables}::text[]) as a (asked)
                 join pg_catalog.pg_class c on c.oid = to_regclass(a.asked) and c.relkind in ('r', 'p') and not c.relispartition
                 join pg_catalog.pg_namespace n on n.oid = c.relnamespace), '[]') as tables,
             coalesce((
               select json_agg(format('%I.%I', n.nspname, c.relname) order by 1)
                 from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid and not c.relispartition
                 join pg_catalog.pg_namespace n on n.oid = c.relnamespace where t.tgname = 'ledger_capture'), '[]') as watched`.execute(
      connection(url, 'install', 1),
    )
    return rows[0] as Found
  } catch (error) {
    throw translated(error, { en: `The database ${name}`, pt: `O banco de dados ${name}` })
  }
}

/** A trigger waits for the writers of its table, and everybody after it: not for long. */
const script = (lines: readonly string[]) =>
  ['begin;', "set local lock_timeout = '5s';", ...lines, 'commit;', ''].join('\n')
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`
const notThere = (missing: readonly string[]) => ({
  en: `There is no table ${missing.join(', ')}: write it as schema.table; a partition is watched with its table.`,
  pt: `Não existe a tabela ${missing.join(', ')}: escreva esquema.tabela; uma partição é auditada com a tabela inteira.`,
})
/** The log would record what it records, and no audited write would end; PostgreSQL's own tables take no triggers. */
const ownSchema = /^(ledger|ledger_counts|ledger_ingest|information_schema|pg_\w+)\./
const notTheirs = (own: readonly string[]) => ({
  en: `Nothing was changed: ${own.join(', ')} belongs to the audit log or to PostgreSQL, and is not put under audit.`,
  pt: `Nada mudou: ${own.join(', ')} é da trilha de auditoria ou do PostgreSQL, e não entra na auditoria.`,
})
