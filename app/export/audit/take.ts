import { getLocale, getTimeZone } from 'next-intl/server'
import { forbidden } from 'next/navigation'
import { attempt } from '@/app/(admin)/audit/attempt'
import { filterOf, filtersInUse, search } from '@/app/(admin)/audit/search'
import { beginExport, everyEntry, type Taken } from '@/lib/audit/export'
import type { Entry } from '@/lib/audit/queries'
import { readRecords, writeRecords, type Principal } from '@/lib/db/scope'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { refused } from '../unreadable'

/** An export of the log under way: who takes it, what, and its entries a thousand at a time. */
export interface Export extends Taken {
  readonly principal: Principal
  readonly zone: string
  readonly locale: string
  readonly asked: string
  entries(): AsyncGenerator<readonly Entry[], void>
}

/** What the address asks of the log, once that is an entry of the log itself; else the answer that says why not. */
export async function takeExport(request: Request, recipient?: string): Promise<Export | Response> {
  const principal = await requirePrincipal('audit:read')
  if (!may(principal, 'export')) forbidden()
  const { searchParams } = new URL(request.url)
  const state = search.parse(
    Object.fromEntries([...new Set(searchParams.keys())].map((key) => [key, searchParams.getAll(key)])),
  )
  const zone = await getTimeZone()
  const locale = await getLocale()
  const { value, error } = await attempt(() =>
    writeRecords(principal, (tx) =>
      beginExport(tx, filterOf(state, zone), {
        bound: principal.clinicId,
        fields: filtersInUse(state),
        ...(recipient ? { recipient } : {}),
      }),
    ),
  )
  if (error) return refused(error)
  return {
    ...value,
    principal,
    zone,
    locale,
    asked: search.query({ ...state, after: null, before: null, peek: '', hide: [] }),
    entries: () => everyEntry((work) => readRecords(principal, work), value.filter),
  }
}

/** A file that is made while it is sent. When it cannot be finished the connection breaks: half a file is never whole. */
export function streamed(parts: AsyncGenerator<string | Uint8Array, void>, name: string, type: string) {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await parts.next()
      if (done) controller.close()
      else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value)
    },
    async cancel() {
      await parts.return()
    },
  })
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  })
}
