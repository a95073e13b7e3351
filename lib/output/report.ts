import type { FindingObject, Group, Outcome, Severity } from '@/lib/rules/rule'

/**
 * One scan as it leaves the program: plain words of one language, JSON-safe, in the order in which it is shown. Every
 * output format is a pure function of this value, so that all of them tell the same facts.
 */
export interface ScanReport {
  /** Version of Tabellion. */
  readonly tabellion: string
  readonly database: {
    readonly name: string
    /** `server_version_num`, for example 170010. */
    readonly serverVersion: number
    /** ISO 8601, the server's clock. */
    readonly takenAt: string
  }
  readonly score: {
    readonly value: number
    /** The sum before it is held down. */
    readonly sum: number
    readonly measures: readonly ReportMeasure[]
    /** Why it is held down; `null` when it is not. */
    readonly cap: { readonly at: number; readonly because: string } | null
  }
  /** Number of rules by outcome. */
  readonly outcomes: Readonly<Record<Outcome, number>>
  readonly rules: readonly ReportRule[]
  readonly findings: readonly ReportFinding[]
  /** Only where isolation refuted some: guesses of rules that are no findings any more, with the reason. */
  readonly refuted?: readonly { readonly key: string; readonly code: string; readonly why: string }[]
  /** Only with a baseline. */
  readonly baseline?: { readonly known: number; readonly new: number; readonly resolved: readonly string[] }
}

export interface ReportMeasure {
  readonly id: string
  readonly title: string
  /** Of 100. */
  readonly weight: number
  readonly points: number
  /** Objects in order, of those that count; unknown ones are never among them. */
  readonly covered: number
  readonly total: number
  readonly unknown: number
}

export interface ReportRule {
  readonly id: string
  readonly code: string
  readonly title: string
  readonly group: Group
  readonly outcome: Outcome
  readonly severity: Severity
  /** Objects looked at. */
  readonly checked: number
  /** Why it could not be decided, for some objects or for all. */
  readonly unknown: readonly string[]
  readonly why: string
  readonly references: readonly string[]
}

export interface ReportFinding {
  readonly key: string
  readonly rule: string
  readonly code: string
  readonly severity: Severity
  readonly object: FindingObject
  readonly message: string
  readonly evidence: Readonly<Record<string, unknown>>
  readonly fix: { readonly sql: readonly string[]; readonly lock: string; readonly advice: string }
  readonly references: readonly string[]
  readonly waiver: ReportWaiver | null
  /** Only with a baseline: it was not there before. */
  readonly new?: boolean
}

export interface ReportWaiver {
  readonly kind: string
  readonly reason: string
  readonly approvedBy: string
  /** Last day on which it holds, ISO 8601. */
  readonly until: string
}

export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low']

/** True when `severity` is at or above `threshold`; nothing is at or above `none`. */
export const atOrAbove = (severity: Severity, threshold: Severity | 'none'): boolean =>
  threshold !== 'none' && severities.indexOf(severity) <= severities.indexOf(threshold)

/** `schema.name`, then the column or the part, as a person reads it; not for pasting into SQL. */
export function objectName(object: FindingObject): string {
  const whole = object.schema === null ? object.name : `${object.schema}.${object.name}`
  const column = object.column === null ? whole : `${whole}.${object.column}`
  if (object.part === null) return column
  // The part of a function is its argument types, in their brackets.
  return object.part.startsWith('(') ? `${column}${object.part}` : `${column} (${object.part})`
}

/** `17.10` from 170010. */
export const serverVersionText = (version: number): string =>
  `${Math.trunc(version / 10_000)}.${version % 10_000}`

/** Open findings of a severity, in words nobody has to count: waived ones are apart. */
export function countBySeverity(report: ScanReport): Record<Severity, number> {
  const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0 }
  for (const finding of report.findings) if (finding.waiver === null) counts[finding.severity]++
  return counts
}
