import type { Clone } from '@/lib/clone/with-clone'
import type { Snapshot } from '@/lib/catalog/types'
import type { Sentence } from '@/lib/errors'
import type { Finding } from '@/lib/rules/rule'

export const onlyAPerson: Sentence = {
  en: 'It has no statement: only a person can decide.',
  pt: 'Não há comando: só uma pessoa pode decidir.',
}
export const beyondSchema: Sentence = {
  en: 'The fix acts on the server or on rows, and a clone of the schema has neither.',
  pt: 'A correção age no servidor ou nas linhas, e um clone do esquema não tem nem um nem outras.',
}
export const shared: Sentence = {
  en: 'The fix changes roles or names the database, and the scratch server shares both with others.',
  pt: 'A correção altera papéis ou nomeia o banco, e o servidor de rascunho compartilha os dois com outros.',
}
export const busy: Sentence = {
  en: 'Another proof is running on the scratch server: try again when it has ended.',
  pt: 'Outra prova está rodando no servidor de rascunho: tente de novo quando terminar.',
}
export const notOnClone: Sentence = {
  en: 'The clone does not show this finding: it depends on something that the clone lacks.',
  pt: 'O clone não mostra este achado: ele depende de algo que falta no clone.',
}
export const stays: Sentence = {
  en: 'The fix runs, and the finding is still there afterwards.',
  pt: 'A correção roda, e o achado continua lá depois dela.',
}
export const needsSuperuser = (message: string): Sentence => ({
  en: `The fix calls expressions of this database, so it is not run as a superuser; without that the server refuses it: ${message}.`,
  pt: `A correção avalia expressões deste banco, por isso não roda como superusuário; sem isso o servidor a recusa: ${message}.`,
})
export const failed = (statement: string, message: string): Sentence => ({
  en: `The fix fails on the clone: ${message} (in: ${statement}).`,
  pt: `A correção falha no clone: ${message} (em: ${statement}).`,
})
export const brings = (count: number): Sentence => ({
  en: `The finding disappears, and the fix brings ${count === 1 ? 'another one' : `${count} others`}.`,
  pt: `O achado desaparece, e a correção traz ${count === 1 ? 'outro' : `outros ${count}`}.`,
})
export const undecided = (code: string, why: Sentence): Sentence => ({
  en: `The finding is gone, but ${code} can no longer be decided: ${why.en}`,
  pt: `O achado sumiu, mas ${code} não pode mais ser decidida: ${why.pt}`,
})
export const proved = (others: number): Sentence => ({
  en: `On a clone of the schema the fix runs, the finding disappears${others > 0 ? ` with ${others} ${others === 1 ? 'other' : 'others'}` : ''}, and nothing new is found.`,
  pt: `Em um clone do esquema a correção roda, o achado desaparece${others > 0 ? ` com mais ${others}` : ''}, e nada de novo é encontrado.`,
})

/** Statements whose success depends on the rows that are there. */
const testsRows =
  /\bunique\s+index\b|\bvalidate\s+constraint\b|\badd\s+(constraint\b|unique\b|primary\b|foreign\b|check\b|exclude\b)|\bset\s+not\s+null\b|\btype\b.*\busing\b|\balter\s+(column\s+)?\S+\s+(set\s+data\s+)?type\b|\battach\s+partition\b/i

/** What this proof does not show. */
export function notesOf(finding: Finding, snapshot: Snapshot, clone: Clone): Sentence[] {
  const major = Math.trunc(snapshot.server.version / 10_000)
  return [
    ...(finding.fix.sql.some((sql) => testsRows.test(sql))
      ? [
          {
            en: 'The clone has no rows: whether the rows that are there satisfy the new rule is not proved.',
            pt: 'O clone não tem linhas: se as linhas existentes satisfazem a nova regra não está provado.',
          },
        ]
      : []),
    ...(clone.major === major
      ? []
      : [
          {
            en: `The clone is on PostgreSQL ${clone.major}, the database on ${major}.`,
            pt: `O clone está no PostgreSQL ${clone.major}, o banco no ${major}.`,
          },
        ]),
    {
      en: 'Locks are held as long as shown on empty tables; on large ones, statements that read or rewrite the table hold them longer.',
      pt: 'Os bloqueios duram o mostrado em tabelas vazias; em tabelas grandes, comandos que leem ou reescrevem a tabela os mantêm por mais tempo.',
    },
  ]
}
