import { root } from '@/lib/clone/scratch-server'
import { applyInstall, planInstall } from '@/lib/ledger/install'
import { Failure } from '../failure'
import { write } from '../output'
import { onLedger, type AuditOptions } from './audit'

/** `audit install`: prints the migration that puts capture on tables, or runs it with `--apply`; `--remove` takes it away. */
export const install = (
  options: AuditOptions & {
    readonly table?: readonly string[]
    readonly apply?: boolean
    readonly remove?: boolean
  },
): Promise<number> =>
  onLedger(
    options,
    async ({ name, url }) => {
      const tables = options.table ?? []
      const remove = options.remove ?? false
      const plan = await planInstall(url, name, { tables, remove, root: root() })
      if (remove && plan.tables.length === 0) throw new Failure('No table is under audit there.')
      if (options.apply) {
        await applyInstall(url, name, plan)
        const done =
          plan.tables.length === 0
            ? 'The ledger is installed; no table is under audit yet.'
            : `${remove ? 'Taken out of the audit' : 'Under audit'}: ${plan.tables.join(', ')}.`
        await write(`${done}\n`, options.output)
      } else await write(plan.sql, options.output)
      for (const remark of plan.remarks) process.stderr.write(`${remark}\n`)
      return 0
    },
    'scanUrl',
  )
