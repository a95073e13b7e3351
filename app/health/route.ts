import { systemStore } from '@/lib/db/scope'
import { env } from '@/lib/env'
import { log } from '@/lib/session/log'

export const dynamic = 'force-dynamic'

/** For load balancers and for the start: 200 when the store answers and its schema is the one this program knows. */
export async function GET(): Promise<Response> {
  try {
    const wanted = env().storeVersion
    const found = await systemStore({ system: 'setup' }, (tx) =>
      tx
        .selectFrom('migration')
        .select((e) => e.fn.max('number').as('number'))
        .executeTakeFirst(),
    )
    if (wanted === undefined || found?.number === wanted) return answer(200, 'ok')
    return answer(
      503,
      `the store is at migration ${found?.number ?? 0}, this program at ${wanted}: start it again`,
    )
  } catch (error) {
    log().error({ error }, 'health')
    return answer(503, 'the store does not answer')
  }
}

const answer = (status: number, text: string) =>
  new Response(`${text}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  })
