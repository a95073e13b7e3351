import Link from 'next/link'
import type { Route } from 'next'
import { getTranslations } from 'next-intl/server'
import { Time } from '@/components/time'
import { readStore } from '@/lib/db/scope'
import { countWeights } from '@/lib/drift/areas'
import { compareSnapshots } from '@/lib/drift/compare'
import { getSnapshot, listStates } from '@/lib/drift/stored'
import { weigh, type Weight } from '@/lib/drift/weigh'
import { structureHash } from '@/lib/findings/structure'
import type { Principal } from '@/lib/session/principal'
import { standing } from '../drift/read'
import type { Scan } from '../with-scan'

/** Two structures differ the same way for ever. */
const compared = new Map<string, Readonly<Record<Weight, number>>>()

/** What changed in the structure since the last one that was stored; a line that leads to the changes. */
export async function Since({ principal, scan }: { principal: Principal; scan: Scan }) {
  const t = await getTranslations('overview.since')
  const { snapshot } = scan
  const found = await readStore(principal, async (tx) => {
    const states = await listStates(tx, [principal.database], 20)
    const before = standing(states, principal.database, snapshot)
    if (!before) return { before: null, first: states.at(-1) ?? null }
    const key = `${before.hash} ${structureHash(snapshot).toString('hex')}`
    const numbers =
      compared.get(key) ??
      countWeights(compareSnapshots(await getSnapshot(tx, before.id), snapshot).map(weigh))
    if (compared.size > 100) compared.clear()
    compared.set(key, numbers)
    return { before, numbers }
  })
  if (!found.before) {
    return (
      found.first && (
        <p className="text-muted">
          {t.rich('same', { when: () => <Time at={found.first?.takenAt ?? ''} /> })}
        </p>
      )
    )
  }
  const { dangerous, notable, safe } = found.numbers
  return (
    <p className="flex flex-wrap items-baseline gap-x-2">
      <span>
        {t.rich('changed', {
          count: dangerous + notable + safe,
          when: () => <Time at={found.before?.takenAt ?? ''} look="exact" />,
        })}
      </span>
      {dangerous > 0 && (
        <span className="text-bad">
          <span aria-hidden="true">◆</span> {t('dangerous', { count: dangerous })}
        </span>
      )}
      <Link href={'/drift' as Route} prefetch={false} className="link">
        {t('show')}
      </Link>
    </p>
  )
}
