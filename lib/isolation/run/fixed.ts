import { readSnapshot } from '@/lib/catalog/read'
import type { Snapshot } from '@/lib/catalog/types'
import { withScratchServer, type ScratchOptions } from '@/lib/clone/scratch-server'
import { withClone, type CloneOptions } from '@/lib/clone/with-clone'
import type { Sentence } from '@/lib/errors'
import { asSeen } from '@/lib/proof/as-seen'
import { runFix } from '@/lib/proof/run-fix'

/** A snapshot as it would be after a fix. */
export interface Fixed {
  readonly snapshot: Snapshot
  /** Why the fix does not run. */
  readonly problem: Sentence | null
}

/**
 * Runs the statements on a clone and reads what comes of them; without statements it is the snapshot given.
 * @throws Error when the scratch server does not answer, or the signal's reason
 */
export async function readFixed(
  { snapshot, fix }: { readonly snapshot: Snapshot; readonly fix: readonly string[] },
  scratch: ScratchOptions,
  options: Pick<CloneOptions, 'signal' | 'patience'> = {},
): Promise<Fixed> {
  if (fix.length === 0) return { snapshot, problem: null }
  return withScratchServer(scratch, (server) =>
    withClone(
      snapshot,
      server,
      async (clone) => {
        const { failed } = await runFix(fix, snapshot, clone)
        if (failed) return { snapshot, problem: refused(failed) }
        return { snapshot: asSeen(await readSnapshot(clone.url), snapshot, clone), problem: null }
      },
      options,
    ),
  )
}

const refused = ({ statement, message }: { statement: string; message: string }): Sentence => ({
  en: `The fix does not run on a clone: ${statement}: ${message}.`,
  pt: `A correção não roda em um clone: ${statement}: ${message}.`,
})
