import { getLocale } from 'next-intl/server'
import { attempt } from '@/app/(admin)/audit/attempt'
import { keepScan } from '@/lib/consents/files'
import { largestScan, sniff, tooLarge } from '@/lib/consents/sniff'
import { writeRecords } from '@/lib/db/scope'
import { env } from '@/lib/env'
import type { Sentence } from '@/lib/errors'
import { say } from '@/lib/i18n/locale'
import { requirePrincipal } from '@/lib/session/principal'

/**
 * Takes one scanned paper for a patient, as the body of the request. It is read no further than it may be long, judged
 * by its bytes, and kept; what is refused leaves nothing behind. Answers `{ id, sha256 }` or `{ message }`.
 */
export async function POST(request: Request): Promise<Response> {
  const principal = await requirePrincipal('consents:write')
  const locale = await getLocale()
  const refuse = (sentence: Sentence, status: number) =>
    Response.json({ message: say(sentence, locale) }, { status, headers: { 'cache-control': 'no-store' } })
  // A form of another site cannot send this header, and a script of another site is not let to.
  const from = request.headers.get('origin')
  if (
    from !== null &&
    ![env().origin, new URL(request.url).origin].includes(from) &&
    !sameHost(request, from)
  )
    return refuse(elsewhere, 403)
  if (Number(request.headers.get('content-length') ?? 0) > largestScan) return refuse(tooLarge, 413)
  const bytes = await readUpTo(request.body, largestScan)
  if (bytes === null) return refuse(tooLarge, 413)
  const found = sniff(bytes, (request.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? '')
  if ('refusal' in found) return refuse(found.refusal, 415)
  const patient = new URL(request.url).searchParams.get('patient') ?? ''
  const { value, error } = await attempt(() =>
    writeRecords(principal, (tx) => keepScan(tx, patient, found.mime, bytes)),
  )
  if (error) return refuse(error.sentence, error.kind === 'not-found' ? 404 : 403)
  return Response.json(value, { status: 201, headers: { 'cache-control': 'no-store' } })
}

const sameHost = (request: Request, from: string) =>
  URL.canParse(from) && new URL(from).host === request.headers.get('host')

/** The whole body, or `null` as soon as it is longer than that. */
async function readUpTo(body: ReadableStream<Uint8Array> | null, limit: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = []
  let length = 0
  const reader = body?.getReader()
  for (;;) {
    const part = await reader?.read()
    if (!part || part.done) return Buffer.concat(parts)
    length += part.value.length
    if (length > limit) {
      await reader?.cancel()
      return null
    }
    parts.push(part.value)
  }
}

const elsewhere: Sentence = {
  en: 'Nothing was stored: this was sent from another site.',
  pt: 'Nada foi guardado: isto foi enviado de outro site.',
}
