import { oncePerQuery, recordEvent, soleClinic } from '@/lib/audit/record'
import { writeRecords, type Principal } from '@/lib/db/scope'
import { listOpenings, type Opening } from './queries'

/** The openings and, in the same transaction, the entry that says they were read. */
export const readOpenings = (principal: Principal): Promise<readonly Opening[]> =>
  oncePerQuery(`${principal.userId} ${principal.database} ${principal.clinicId} openings`, (first) =>
    writeRecords(principal, async (tx) => {
      const openings = await listOpenings(tx)
      if (first)
        await recordEvent(tx, {
          action: 'list',
          table: 'app.chart_openings',
          clinic: soleClinic(openings, principal.clinicId),
          count: openings.length,
          fields: [],
        })
      return openings
    }),
  )
