import { archive as archiveMonths } from '@/lib/ledger/archive'
import { Failure } from '../failure'
import { write } from '../output'
import { onLedger, type AuditOptions } from './audit'

/** `audit archive`: months that are past leave the log for files; what left, and its hash, stays in the log. */
export const archive = (
  options: AuditOptions & { readonly before: string; readonly folder: string },
): Promise<number> =>
  onLedger(
    options,
    async ({ name, url }) => {
      if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(options.before))
        throw new Failure(`"${options.before}" is no month: write it as 2026-01.`)
      const done = await archiveMonths(url, name, options.before, options.folder)
      const lines = done.map(
        ({ part, entries, file, sha256 }) => `${part}: ${entries} entries in ${file}, sha256:${sha256}\n`,
      )
      await write(lines.join('') || 'No month before that has entries.\n', options.output)
      process.stderr.write(
        'Access to a chart is kept as long as the chart: keep these files, best with a witness of their own.\n',
      )
      return 0
    },
    'scanUrl',
  )
