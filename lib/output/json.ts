import { jsonPieces } from './pieces'
import type { ScanReport } from './report'

/** The contract's JSON; ends with a line feed. `why`, `checked` and `severity` of a rule are additions to it. */
export const reportAsJson = (report: ScanReport): Iterable<string> =>
  jsonPieces({ ...report, findings: [] }, 'findings', 1, report.findings)
