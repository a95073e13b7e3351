import type { Finding, FindingObject, Group, Severity, Text } from '@/lib/rules/rule'
import type { RuleOutcome } from '@/lib/rules/run'
import type { FindingHistory, OpenFinding, State } from './findings'

/** One line of the findings list: what the scan says now, with what is remembered of it. */
export interface ListedFinding {
  readonly key: string
  readonly rule: string
  readonly code: string
  readonly title: Text
  readonly group: Group | null
  readonly severity: Severity
  readonly object: FindingObject
  readonly state: State
  /** ISO; `null` when this read is the first to see it and nothing is stored yet. */
  readonly firstSeen: string | null
  /** A waiver of the configuration file, or an acceptance in force, keeps it out of the open ones. */
  readonly accepted: boolean
}

/** Findings of a scan laid over their history; resolved ones come from the history alone. */
export function listedFindings(
  findings: readonly Finding[],
  outcomes: readonly RuleOutcome[],
  history: ReadonlyMap<string, FindingHistory | OpenFinding>,
): ListedFinding[] {
  const present = new Set(findings.map((finding) => finding.key))
  const rules = new Map(outcomes.map((outcome) => [outcome.rule, outcome]))
  const now = findings.map((finding): ListedFinding => {
    const known = history.get(finding.key)
    const accepted = finding.waiver !== null || known?.state === 'accepted'
    return {
      key: finding.key,
      rule: finding.rule,
      code: finding.code,
      title: finding.title,
      group: finding.group,
      severity: finding.severity,
      object: finding.object,
      state: accepted ? 'accepted' : known?.state === 'returned' ? 'returned' : 'open',
      firstSeen: known?.firstSeen ?? null,
      accepted,
    }
  })
  const gone = [...history.values()]
    .filter((known): known is FindingHistory => known.state === 'resolved')
    .filter((known) => !present.has(known.key))
    .map((known): ListedFinding => {
      const rule = rules.get(known.rule)
      return {
        key: known.key,
        rule: known.rule,
        code: known.code,
        title: rule?.title ?? known.message,
        group: rule?.group ?? null,
        severity: known.severity,
        object: known.object as unknown as FindingObject,
        state: 'resolved',
        firstSeen: known.firstSeen,
        accepted: false,
      }
    })
  return [...now, ...gone]
}

export interface FindingFilter {
  readonly q: string
  readonly state: 'open' | 'accepted' | 'resolved'
  readonly severity: readonly Severity[]
  readonly group: readonly Group[]
  readonly sort: 'severity' | 'where' | 'since'
  readonly descending: boolean
}

const worst: readonly Severity[] = ['critical', 'high', 'medium', 'low']

/** Findings that match, sorted; the key decides between equals so that paging is stable. */
export function selectFindings(all: readonly ListedFinding[], filter: FindingFilter): ListedFinding[] {
  const q = filter.q.toLocaleLowerCase()
  const direction = filter.descending ? -1 : 1
  return all
    .filter(
      (each) =>
        stateOf(each) === filter.state &&
        (filter.severity.length === 0 || filter.severity.includes(each.severity)) &&
        (filter.group.length === 0 || (each.group !== null && filter.group.includes(each.group))) &&
        (q === '' || words(each).includes(q)),
    )
    .sort((a, b) => direction * compare(a, b, filter.sort) || bySeverity(a, b) || (a.key < b.key ? -1 : 1))
}

/** The tab a finding stands under: a returned one is open. */
export const stateOf = (finding: ListedFinding): FindingFilter['state'] =>
  finding.state === 'returned' ? 'open' : finding.state

const words = (each: ListedFinding) =>
  `${each.code} ${each.key} ${each.title.en} ${each.title.pt}`.toLocaleLowerCase()

const bySeverity = (a: ListedFinding, b: ListedFinding) =>
  worst.indexOf(a.severity) - worst.indexOf(b.severity)

function compare(a: ListedFinding, b: ListedFinding, by: FindingFilter['sort']): number {
  if (by === 'severity') return bySeverity(a, b)
  const [x, y] =
    by === 'where' ? [placeOf(a.object), placeOf(b.object)] : [a.firstSeen ?? '9999', b.firstSeen ?? '9999']
  return x < y ? -1 : x > y ? 1 : 0
}

/** Where a finding is, for reading: `public.patients.cpf · policy`. */
export function placeOf(object: FindingObject): string {
  const name =
    object.schema === null || object.kind === 'schema' ? object.name : `${object.schema}.${object.name}`
  const column = object.column === null ? '' : `.${object.column}`
  if (object.kind === 'function') return `${name}${object.part ?? ''}`
  return `${name}${column}${object.part === null ? '' : ` · ${object.part}`}`
}
