import { auditedTables } from './audited'
import type { Facts } from './facts'
import type { Finding, Text } from './rule'
import type { RuleOutcome } from './run'
import { counted } from './texts'

/** One line of the sum: what share of what ought to be protected is. */
export interface Measure {
  readonly id: 'isolation' | 'audit' | 'keys' | 'privileges'
  readonly label: Text
  /** Objects that are in order, of those that count; unknown ones never count as covered. */
  readonly covered: number
  readonly total: number
  readonly unknown: number
  /** Of 100. */
  readonly weight: number
  /** `weight × covered / total`; the whole weight when there is nothing to judge. */
  readonly points: number
}

export interface Score {
  /** 0 to 100, rounded down; never more than the cap. */
  readonly value: number
  /** Before the cap. */
  readonly sum: number
  readonly measures: readonly Measure[]
  /** Why it is held down, if it is. */
  readonly cap: { readonly at: number; readonly because: Text } | null
}

/** The score of a scan: a weighted mean of four measures, held down while something serious is open. */
export function scoreOf(facts: Facts, outcomes: readonly RuleOutcome[], open: readonly Finding[]): Score {
  const hits = hitsOf(open)
  const measures = [
    isolation(facts, hits, outcomes),
    audit(facts, hits, outcomes),
    keys(facts, hits, outcomes),
    privileges(facts, hits, open, outcomes),
  ]
  const weights = measures.reduce((sum, m) => sum + (m.total > 0 ? m.weight : 0), 0)
  const points = measures.reduce((sum, m) => sum + (m.total > 0 ? m.points : 0), 0)
  const sum = weights === 0 ? 0 : (points / weights) * 100
  const cap = capOf(open, outcomes)
  return { value: Math.floor(Math.min(sum, cap?.at ?? 100)), sum: Math.round(sum * 10) / 10, measures, cap }
}

function capOf(open: readonly Finding[], outcomes: readonly RuleOutcome[]): Score['cap'] {
  let critical = 0
  let high = 0
  for (const { severity } of open) {
    if (severity === 'critical') critical++
    else if (severity === 'high') high++
  }
  const unknown = outcomes.filter((outcome) => outcome.outcome === 'unknown' && weighs(outcome)).length
  if (critical > 0)
    return {
      at: 79,
      because: {
        en: `Never above 79 while a critical finding is open (${critical}).`,
        pt: `Nunca acima de 79 enquanto houver achado crítico aberto (${critical}).`,
      },
    }
  if (high > 0)
    return {
      at: 89,
      because: {
        en: `Never above 89 while a high finding is open (${high}).`,
        pt: `Nunca acima de 89 enquanto houver achado alto aberto (${high}).`,
      },
    }
  if (unknown > 0)
    return {
      at: 99,
      because: {
        en: `Not 100 while ${counted(unknown, 'rule', 'rules')} could not be decided.`,
        pt: `Não chega a 100 enquanto ${counted(unknown, 'regra não pôde ser decidida', 'regras não puderam ser decididas')}.`,
      },
    }
  return null
}

type Named = { readonly schema: string | null; readonly name: string }

/** Names of objects that findings hit at medium or above, by group and schema. */
type Hits = ReadonlyMap<Finding['group'], ReadonlyMap<string, ReadonlySet<string>>>

function hitsOf(open: readonly Finding[]): Hits {
  const hits = new Map<Finding['group'], Map<string, Set<string>>>()
  for (const finding of open) {
    if (finding.severity === 'low') continue
    let bySchema = hits.get(finding.group)
    if (!bySchema) hits.set(finding.group, (bySchema = new Map()))
    const { schema, name } = finding.object
    const names = bySchema.get(schema ?? '')
    if (names) names.add(name)
    else bySchema.set(schema ?? '', new Set([name]))
  }
  return hits
}

/** Is it an object that findings of these groups hit at medium or above? */
function hitIn(hits: Hits, groups: readonly Finding['group'][]): (object: Named) => boolean {
  const among = groups.map((group) => hits.get(group)).filter((each) => each !== undefined)
  return ({ schema, name }) => among.some((bySchema) => bySchema.get(schema ?? '')?.has(name))
}

/** A finding that is low lowers no score, so the doubt whether there is one does not either. */
const weighs = (outcome: RuleOutcome) => outcome.severity !== 'low'

/** A scan of an undecided rule leaves its objects undecided: they are counted as not covered. */
function doubts(outcomes: readonly RuleOutcome[], group: RuleOutcome['group'][]): number {
  return outcomes
    .filter((o) => group.includes(o.group) && weighs(o))
    .reduce((sum, o) => sum + o.unknown.length, 0)
}

function measure(
  id: Measure['id'],
  label: Text,
  weight: number,
  total: number,
  covered: number,
  unknown: number,
): Measure {
  const sure = Math.max(0, covered - Math.min(unknown, covered))
  return {
    id,
    label,
    weight,
    total,
    covered: sure,
    unknown,
    points: total === 0 ? 0 : Math.round((weight * sure * 10) / total) / 10,
  }
}

/** Tables with tenant or personal data where row security is on, forced, has a policy, and nothing undermines it. */
function isolation(facts: Facts, hits: Hits, outcomes: readonly RuleOutcome[]): Measure {
  const isHit = hitIn(hits, ['tenancy'])
  const tables = facts.roots.filter((r) => facts.holdsTenantData(r) && !facts.isReference(r))
  const covered = tables.filter((r) => r.rls && r.rlsForced && !isHit(r))
  const label = {
    en: 'Tables with tenant or personal data whose rows are kept apart',
    pt: 'Tabelas com dados de clínica ou pessoais cujas linhas estão isoladas',
  }
  return measure('isolation', label, 40, tables.length, covered.length, doubts(outcomes, ['tenancy']))
}

/** Tables with personal data that carry an enabled trigger of a recognised audit function, without audit findings. */
function audit(facts: Facts, hits: Hits, outcomes: readonly RuleOutcome[]): Measure {
  const isHit = hitIn(hits, ['audit'])
  const tables = auditedTables(facts)
  const covered = tables.filter(
    (r) =>
      !isHit(r) &&
      r.triggers.some(
        (t) => facts.audit.functions.has(t.routine) && (t.enabled === 'origin' || t.enabled === 'always'),
      ),
  )
  const label = {
    en: 'Tables with tenant or personal data whose changes are recorded',
    pt: 'Tabelas com dados de clínica ou pessoais cujas alterações são registradas',
  }
  return measure('audit', label, 25, tables.length, covered.length, doubts(outcomes, ['audit']))
}

/** Tables with a primary key and no finding about keys or indexes. */
function keys(facts: Facts, hits: Hits, outcomes: readonly RuleOutcome[]): Measure {
  const isHit = hitIn(hits, ['keys', 'indexes'])
  const tables = facts.roots
  const covered = tables.filter((r) => !isHit(r) && r.constraints.some((c) => c.kind === 'primary'))
  const label = {
    en: 'Tables whose keys and indexes are in order',
    pt: 'Tabelas com chaves e índices em ordem',
  }
  return measure('keys', label, 20, tables.length, covered.length, doubts(outcomes, ['keys', 'indexes']))
}

/** Governed tables, views and functions without a finding about privileges. */
function privileges(
  facts: Facts,
  hits: Hits,
  open: readonly Finding[],
  outcomes: readonly RuleOutcome[],
): Measure {
  const isHit = hitIn(hits, ['privileges'])
  const objects = [...facts.roots, ...facts.views, ...facts.routines]
  const general = open.filter(
    (f) =>
      f.group === 'privileges' &&
      f.severity !== 'low' &&
      f.object.kind !== 'table' &&
      f.object.kind !== 'view' &&
      f.object.kind !== 'function',
  ).length
  const named = objects.filter(isHit).length
  const label = {
    en: 'Tables, views and functions without excess privileges',
    pt: 'Tabelas, visões e funções sem privilégios em excesso',
  }
  const total = objects.length + general
  return measure('privileges', label, 15, total, total - named - general, doubts(outcomes, ['privileges']))
}
