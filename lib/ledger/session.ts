import { sql, type Transaction } from 'kysely'
import { connection } from '@/lib/db/client'
import { Conflict, MissingSchema, translated } from '@/lib/errors'

/** The ledger is read and added to with SQL written out: its tables are no part of the records' types. */
export type LedgerTx = Transaction<Record<string, never>>

/**
 * Runs `work` in one transaction of a governed database, as the role that may seal where the login has it.
 * @param mode `own` keeps the login's own rights: comparing entries with rows needs those, not the sealer's
 * @throws MissingSchema where no ledger that can be sealed is installed, Conflict where one of an earlier version is, Unavailable when the database does not answer
 */
export async function inLedger<T>(
  url: string,
  name: string,
  work: (tx: LedgerTx) => Promise<T>,
  {
    mode = 'sealer',
    write = false,
    timeout = '0',
  }: { mode?: 'sealer' | 'own'; write?: boolean; timeout?: string } = {},
): Promise<T> {
  const place = { en: `The database ${name}`, pt: `O banco de dados ${name}` }
  try {
    return await connection<Record<string, never>>(url, 'ledger', 4)
      .transaction()
      .setAccessMode(write ? 'read write' : 'read only')
      .execute(async (tx) => {
        const { rows } = await sql<{ there: boolean }>`
          select exists (select from pg_catalog.pg_class
                          where relname = 'block' and relnamespace = pg_catalog.to_regnamespace('ledger')::oid) as there,
                 set_config('search_path', 'pg_catalog, pg_temp', true), set_config('statement_timeout', ${timeout}, true),
                 set_config('lock_timeout', '3s', true), set_config('idle_in_transaction_session_timeout', '0', true),
                 set_config('role', case when ${mode} = 'sealer' and pg_has_role(session_user, to_regrole('ledger_sealer')::oid, 'member')
                                         then 'ledger_sealer' else session_user end, true)`.execute(tx)
        if (!rows[0]?.there) throw new MissingSchema(noSeal(name))
        return work(tx)
      })
  } catch (error) {
    if ((error as { code?: string }).code === '42883') throw new Conflict(outdated(name), { cause: error })
    throw translated(error, place)
  }
}

const outdated = (name: string) => ({
  en: `The ledger of the database ${name} was installed by an earlier version: run tabellion audit install there.`,
  pt: `O registro do banco de dados ${name} foi instalado por uma versão anterior: execute tabellion audit install nele.`,
})
const noSeal = (name: string) => ({
  en: `The database ${name} has no ledger that can be sealed: its migration has not run there.`,
  pt: `O banco de dados ${name} não tem um registro que possa ser selado: a migração não foi executada lá.`,
})
