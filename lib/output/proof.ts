import type { Proof } from '@/lib/proof/prove-fix'
import { tabellionVersion } from '@/lib/version'
import { words, type Language } from './words'

const said = {
  en: {
    verdict: { proved: 'proved', notProved: 'not proved', cannot: 'cannot be proved' },
    fix: 'Fix',
    disappeared: 'Disappears',
    appeared: 'Would appear',
    locks: 'Locks on the clone',
    held: 'held',
    left: 'The clone lacks',
    notes: 'Not shown by this proof',
    on: 'On a scratch server with PostgreSQL',
    took: 'took',
  },
  pt: {
    verdict: { proved: 'provada', notProved: 'não provada', cannot: 'não pode ser provada' },
    fix: 'Correção',
    disappeared: 'Desaparece',
    appeared: 'Apareceria',
    locks: 'Bloqueios no clone',
    held: 'mantido por',
    left: 'Falta no clone',
    notes: 'O que esta prova não mostra',
    on: 'Em um servidor de rascunho com PostgreSQL',
    took: 'levou',
  },
} as const

const part = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)]

/** A proof for a terminal; the verdict first. */
export function proofAsText(proof: Proof, language: Language): string {
  const t = said[language]
  return [
    `${proof.key}: ${t.verdict[proof.verdict]}`,
    proof.why[language],
    ...part(t.fix, proof.statements),
    ...part(t.disappeared, proof.disappeared),
    ...part(
      t.appeared,
      proof.appeared.map(
        ({ key, severity, message }) => `${words[language].severity[severity]}  ${key}: ${message[language]}`,
      ),
    ),
    ...part(
      t.locks,
      proof.locks.map(({ relation, mode, heldMs }) => `${mode}  ${relation}  ${t.held} ${heldMs} ms`),
    ),
    ...part(
      t.left,
      proof.left.map(({ object, why }) => `${object}: ${why[language]}`),
    ),
    ...part(
      t.notes,
      proof.notes.map((note) => note[language]),
    ),
    ...(proof.version === null ? [] : ['', `${t.on} ${proof.version}, ${t.took} ${proof.tookMs} ms.`]),
    '',
  ].join('\n')
}

/** The same facts for a program; words in both languages. */
export const proofAsJson = (proof: Proof): string =>
  `${JSON.stringify({ tool: 'tabellion', toolVersion: tabellionVersion, ...proof }, null, 2)}\n`
