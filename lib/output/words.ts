import type { Group, Outcome, Severity } from '@/lib/rules/rule'
import type { ScanReport } from './report'

export type Language = 'en' | 'pt'

interface Words {
  readonly severity: Readonly<Record<Severity, string>>
  readonly outcome: Readonly<Record<Outcome, string>>
  readonly group: Readonly<Record<Group, string>>
  readonly score: string
  readonly of100: string
  /** In the place of a score, where no measure has an object. */
  readonly noScore: string
  readonly findings: string
  readonly noFindings: string
  readonly unknown: string
  /** Guesses that a proof of isolation took back. */
  readonly refuted: string
  readonly fix: string
  readonly lock: string
  readonly noLock: string
  readonly waived: string
  readonly isNew: string
  readonly rule: string
  readonly object: string
  readonly measure: string
  readonly points: string
  readonly references: string
  readonly rulesBy: (counts: Readonly<Record<Outcome, number>>) => string
  readonly baseline: (known: number, fresh: number, resolved: number) => string
}

/** The words around the facts, in both languages; the facts bring their own. */
export const words: Readonly<Record<Language, Words>> = {
  en: {
    severity: { critical: 'critical', high: 'high', medium: 'medium', low: 'low' },
    outcome: { pass: 'pass', fail: 'fail', notApplicable: 'not applicable', unknown: 'unknown' },
    group: {
      tenancy: 'tenancy and row-level security',
      audit: 'audit trail',
      keys: 'keys and types',
      indexes: 'indexes',
      protection: 'data protection',
      privileges: 'privileges',
      settings: 'server settings',
      operations: 'operations',
      documentation: 'naming and documentation',
      scanner: 'the scan itself',
    },
    score: 'Score',
    of100: 'of 100',
    noScore: 'nothing to judge',
    findings: 'Findings',
    noFindings: 'No finding.',
    unknown: 'Could not be decided',
    refuted: 'Refuted by isolation, so no finding',
    fix: 'fix',
    lock: 'lock',
    noLock: 'For a person to decide:',
    waived: 'waived',
    isNew: 'new',
    rule: 'rule',
    object: 'object',
    measure: 'measure',
    points: 'points',
    references: 'references',
    rulesBy: (n) =>
      `Rules: ${n.pass} pass, ${n.fail} fail, ${n.notApplicable} not applicable, ${n.unknown} unknown`,
    baseline: (known, fresh, resolved) =>
      `Against the baseline: ${fresh} new, ${known} known, ${resolved} resolved`,
  },
  pt: {
    severity: { critical: 'crítica', high: 'alta', medium: 'média', low: 'baixa' },
    outcome: { pass: 'atende', fail: 'não atende', notApplicable: 'não se aplica', unknown: 'não avaliável' },
    group: {
      tenancy: 'isolamento entre clínicas e RLS',
      audit: 'trilha de auditoria',
      keys: 'chaves e tipos',
      indexes: 'índices',
      protection: 'proteção de dados',
      privileges: 'privilégios',
      settings: 'configuração do servidor',
      operations: 'operação',
      documentation: 'nomes e documentação',
      scanner: 'a própria verificação',
    },
    score: 'Pontuação',
    of100: 'de 100',
    noScore: 'nada a avaliar',
    findings: 'Achados',
    noFindings: 'Nenhum achado.',
    unknown: 'Não foi possível avaliar',
    refuted: 'Refutado pelo isolamento, por isso não é achado',
    fix: 'correção',
    lock: 'bloqueio',
    noLock: 'Depende de decisão humana:',
    waived: 'dispensado',
    isNew: 'novo',
    rule: 'regra',
    object: 'objeto',
    measure: 'medida',
    points: 'pontos',
    references: 'referências',
    rulesBy: (n) =>
      `Regras: ${n.pass} atendem, ${n.fail} não atendem, ${n.notApplicable} não se aplicam, ${n.unknown} não avaliáveis`,
    baseline: (known, fresh, resolved) =>
      `Comparado à linha de base: ${fresh} novos, ${known} conhecidos, ${resolved} resolvidos`,
  },
}

/** `Score 42 of 100`; a database without tables has none, which is no 0. */
export const scoreIn = (w: Words, { value, measures }: ScanReport['score']): string =>
  `${w.score} ${measures.some(({ total }) => total > 0) ? `${value} ${w.of100}` : `– (${w.noScore})`}`
