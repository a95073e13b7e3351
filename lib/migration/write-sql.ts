import type { Sentence } from '@/lib/errors'
import { tabellionVersion } from '@/lib/version'
import type { Migration, Part } from './plan'
import { lockOrder, type Lock } from './step'
import { wayBack } from './way-back'
import { said, type Language } from './words'

/** Longest that a statement waits for others before it gives up and lets them go on. */
const lockTimeout = '5s'

/** The migration as one SQL file for psql: transactions and statements that stand alone, in order, with what they take. */
export function migrationSql(migration: Migration, language: Language): string {
  const t = said[language]
  const { parts, findings, leftOut } = migration
  const strongest = lockOrder.findLast((lock) => parts.some((part) => part.lock === lock)) ?? 'none'
  return [
    ...head(t.title, migration, t.made, language),
    ...comment(t.mends(findings.length, parts.length)),
    ...comment(`${t.strongest}: ${t.locks[strongest]}`),
    ...comment(t.run),
    '',
    `set lock_timeout = '${lockTimeout}';`,
    ...parts.flatMap((part, at) => partSql(part, at + 1, parts.length, language)),
    ...(leftOut.length > 0
      ? [
          '',
          ...comment(t.leftOut(leftOut.length)),
          ...leftOut.flatMap(({ finding, why }) => comment(`  ${finding.key}: ${why[language]}`)),
        ]
      : []),
    '',
    'reset lock_timeout;',
    '',
  ].join('\n')
}

function partSql(part: Part, at: number, of: number, language: Language): string[] {
  const t = said[language]
  return [
    '',
    ...comment(
      `${at}/${of} ${t.phases[part.phase]}. ${part.transaction ? t.together : t.alone} ${lockWords(part.lock, language)}`,
    ),
    ...part.keys.flatMap((key) => comment(`  ${key}`)),
    ...wrapped(
      part.transaction,
      part.steps.map((step) => step.sql),
    ),
  ]
}

/** What takes the migration back, as a second file; what cannot be taken back is named where it would stand. */
export function wayBackSql(migration: Migration, language: Language): string {
  const t = said[language]
  const parts = wayBack(migration)
  const losses = parts.flatMap((part) => part.lost)
  return [
    ...head(t.backTitle, migration, t.backMade, language),
    ...comment(losses.length === 0 ? t.wholeBack : t.losses(losses.length)),
    ...losses.flatMap((each) => comment(`  ${oneLine(each.of)}: ${each[language]}`)),
    ...comment(t.run),
    '',
    `set lock_timeout = '${lockTimeout}';`,
    ...parts.flatMap((part, at) => [
      '',
      ...comment(`${at + 1}/${parts.length} ${part.transaction ? t.together : t.alone}`),
      ...part.keys.flatMap((key) => comment(`  ${key}`)),
      ...part.lost.flatMap((each) => comment(`  ! ${oneLine(each.of)}: ${each[language]}`)),
      ...(part.statements.length > 0 ? wrapped(part.transaction, part.statements) : []),
    ]),
    '',
    'reset lock_timeout;',
    '',
  ].join('\n')
}

function head(title: string, migration: Migration, made: (when: string) => string, language: Language) {
  return [
    ...comment(`${title}: ${migration.database}`),
    ...comment(`Tabellion ${tabellionVersion}. ${made(migration.takenAt)}`),
    ...comment(said[language].trust),
  ]
}

const wrapped = (transaction: boolean, statements: readonly string[]) => {
  const lines = statements.map((sql) => `${sql.trim().replace(/;$/, '')};`)
  return transaction ? ['begin;', ...lines, 'commit;'] : lines
}

const lockWords = (lock: Lock, language: Language) => said[language].locks[lock]

const oneLine = (text: string) => (text.length > 100 ? `${text.slice(0, 99)}…` : text)

/** A name may hold a line break: it must not end the comment. */
const comment = (text: string) => [`-- ${text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')}`]

/** What a page shows of one part. */
export const phaseWord = (part: Part, language: Language): string => said[language].phases[part.phase]
export const lockWord = (part: Part): Sentence => ({
  en: said.en.locks[part.lock],
  pt: said.pt.locks[part.lock],
})
