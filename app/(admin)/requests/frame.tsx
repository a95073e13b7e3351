import { getLocale } from 'next-intl/server'
import type { ReactNode } from 'react'
import { PageHeader } from '@/components/page'
import { RefreshWhile } from '@/components/refresh-while'
import { CannotLook } from '@/components/states'
import { MissingRights, type Expected } from '@/lib/errors'
import { say } from '@/lib/i18n/locale'
import { registerNeeds } from '@/lib/requests/needs'
import type { Principal } from '@/lib/db/scope'
import { Missing, NotKnown, setFor, whatIsMissing } from '../audit/missing'

/** A page of the registers: what the database lacks is answered here, once, instead of the page. */
export async function WithRegisters({
  principal,
  title,
  children,
}: {
  principal: Principal
  title: string
  children: () => Promise<ReactNode> | ReactNode
}) {
  const missing = await whatIsMissing(principal.database, registerNeeds)
  if (missing.what.length > 0) {
    return (
      <>
        <PageHeader title={title} />
        <Missing
          kind="requests"
          database={principal.database}
          what={missing.what}
          set={setFor(missing.what)}
        />
      </>
    )
  }
  return (
    <>
      <NotKnown kind="requests" error={missing.error} />
      {await children()}
    </>
  )
}

/** Why something could not be read; what may come back is looked for again. */
export async function Unread({ error }: { error: Expected }) {
  return (
    <>
      <CannotLook
        cause={say(error.sentence, await getLocale())}
        {...(error instanceof MissingRights && error.grant ? { sql: [error.grant] } : {})}
      />
      {error.kind === 'unavailable' && <RefreshWhile every={10_000} />}
    </>
  )
}

/** What an action just did, said once. */
export function Noted({ children }: { children: ReactNode }) {
  return (
    <p role="status" className="border-line rounded-card bg-panel mb-4 border px-4 py-3">
      <span className="text-ok" aria-hidden="true">
        ✓{' '}
      </span>
      {children}
    </p>
  )
}

/** Past its time: said in a frame nobody overlooks. */
export function Alarm({ children }: { children: ReactNode }) {
  return (
    <p role="status" className="border-bad bg-bad-bg rounded-card mb-4 border px-4 py-3">
      <span className="text-bad font-medium" aria-hidden="true">
        ▲{' '}
      </span>
      {children}
    </p>
  )
}
