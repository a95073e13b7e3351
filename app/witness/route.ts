import { settings } from '@/lib/env'
import { keptCheckpoints, logOf, receiveCheckpoint } from '@/lib/ledger/receive'
import { receivedLogs } from '@/lib/ledger/server'

export const dynamic = 'force-dynamic'

const longest = 64 * 1024

/** The checkpoints of another log that are kept here, as JSON, newest last. */
export async function GET(request: Request): Promise<Response> {
  const log = asked(request)
  if (!log) return answer(401, 'no such log, or another token')
  return Response.json(await keptCheckpoints(settings().home, log), {
    headers: { 'cache-control': 'no-store' },
  })
}

/** Takes a checkpoint of another log with its consistency proof. */
export async function POST(request: Request): Promise<Response> {
  const log = asked(request)
  if (!log) return answer(401, 'no such log, or another token')
  if (Number(request.headers.get('content-length') ?? Number.NaN) > longest) return answer(413, 'too long')
  const body = await request.text()
  if (body.length > longest) return answer(413, 'too long')
  const { status, text } = await receiveCheckpoint(settings().home, log, body)
  return answer(status, text)
}

const asked = (request: Request) => logOf(receivedLogs(), request.headers.get('authorization'))

const answer = (status: number, text: string) =>
  new Response(`${text}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  })
