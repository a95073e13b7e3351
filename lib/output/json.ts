import type { ScanReport } from './report'

/** The contract's JSON; ends with a line feed. `why`, `checked` and `severity` of a rule are additions to it. */
export const reportAsJson = (report: ScanReport): string => `${JSON.stringify(report, null, 2)}\n`
