import { sql } from 'kysely'
import { Conflict } from '@/lib/errors'
import { inLedger, type LedgerTx } from './session'

/** What one run of the sealer did. */
export interface Sealed {
  /** `busy`: another sealer holds the lock; `idle`: nothing new was visible. */
  readonly state: 'sealed' | 'idle' | 'busy'
  readonly entries: number
  /** Size of the tree afterwards; null when busy. */
  readonly size: number | null
}

/**
 * Seals everything that is committed and not yet sealed, as one block in one transaction: killed at any moment, it has
 * happened or not. Run by several at once, one works and the others are `busy`.
 * @throws Conflict when the database was restored into another server, whose transaction numbers mean nothing here, and when
 * hashes of what is sealed are gone
 */
export const seal = (url: string, name: string): Promise<Sealed> =>
  inLedger(
    url,
    name,
    async (tx) => {
      const done = await sealIn(tx).catch((error: { code?: string }) => {
        if (error.code === '42883') throw new Conflict(outdated(name))
        throw error.code === 'XX001' ? new Conflict(lacking(name)) : error
      })
      if (!done || done.state === 'moved') throw new Conflict(moved(name))
      return done
    },
    { write: true },
  )

async function sealIn(tx: LedgerTx): Promise<Sealed | { state: 'moved' } | undefined> {
  const { rows } = await sql<Sealed | { state: 'moved' }>`
    select state, entries, size from ledger.seal()`.execute(tx)
  return rows[0]
}

const outdated = (name: string) => ({
  en: `The ledger of the database ${name} was installed by an earlier version, so nothing is sealed: run tabellion audit install there.`,
  pt: `O registro do banco de dados ${name} foi instalado por uma versão anterior, então nada é selado: execute tabellion audit install nele.`,
})
const lacking = (name: string) => ({
  en: `Somebody took hashes out of the sealed log of the database ${name}, so nothing more is sealed: run tabellion audit verify to see where.`,
  pt: `Alguém tirou hashes da trilha selada do banco de dados ${name}, então nada mais é selado: execute tabellion audit verify para ver onde.`,
})
const moved = (name: string) => ({
  en: `The database ${name} was restored or copied from another server: its transaction numbers mean nothing here, so nothing is sealed.`,
  pt: `O banco de dados ${name} foi restaurado ou copiado de outro servidor: seus números de transação não valem aqui, então nada é selado.`,
})
