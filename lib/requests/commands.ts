import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { Conflict, Denied, Invalid, isExpected, NotFound, type Sentence } from '@/lib/errors'
import type { RecordsWriteTx } from '@/lib/db/scope'
import { answerPage, countEncrypted, type Package, type ReadableCopy } from './answer-page'
import { getRequest, type RequestDetail } from './queries'
import {
  answeredInFull,
  answeredWithData,
  type Closing,
  type RequestChannel,
  type RequestType,
} from './types'

const said = (en: string, pt: string): Sentence => ({ en, pt })
type Refusal = readonly [rule: RegExp, make: (words: Sentence, cause: ErrorOptions) => Error, words: Sentence]

const refusals: readonly Refusal[] = [
  [
    /^this role does not/,
    (words, cause) => new Denied(words, cause),
    said('Your role in this clinic does not do this.', 'Seu papel nesta clínica não faz isto.'),
  ],
  [
    /^no such (request|open incident|recipient)/,
    (words, cause) => new NotFound(words, cause),
    said('This was not found, or it is closed.', 'Não encontrado, ou já encerrado.'),
  ],
  [
    /^this request is closed/,
    (words, cause) => new Conflict(words, cause),
    said('Somebody has closed this request meanwhile.', 'Alguém já encerrou esta solicitação.'),
  ],
  [
    /^nothing leaves before/,
    (words, cause) => new Conflict(words, cause),
    said(
      'Nothing was sent: the identity of whoever asks has not been checked yet.',
      'Nada foi enviado: a identidade de quem pede ainda não foi conferida.',
    ),
  ],
  [
    /^recipients are still/,
    (words, cause) => new Conflict(words, cause),
    said(
      'Not closed: recipients are still to be told, or marked as impossible (art. 18 §6).',
      'Não encerrado: ainda há destinatários a avisar, ou a marcar como impossível (art. 18, §6º).',
    ),
  ],
  [
    /^(nothing is received|nobody knows of it) in the future/,
    (words, cause) => new Invalid(words, { receivedAt: words, knownAt: words }, cause),
    said('This time has not come yet.', 'Este momento ainda não chegou.'),
  ],
  [
    /^say first whose/,
    (words, cause) => new Conflict(words, cause),
    said('Say first whose request it is.', 'Diga antes de quem é o pedido.'),
  ],
]

/** Turns what the database refuses into words; anything else is thrown on. */
export async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isExpected(error) || !(error instanceof Error)) throw error
    const found = refusals.find(([rule]) => rule.test(error.message))
    throw found ? found[1](found[2], { cause: error }) : error
  }
}

export interface Receipt {
  readonly clinicId: string
  readonly patientId: string
  readonly timeZone: string
  readonly type: RequestType
  readonly channel: RequestChannel
  /** `YYYY-MM-DDTHH:MM` where the clinic is; null is now. */
  readonly receivedAt: string | null
}

/** Takes a request in: its clock runs from when it was received. Answers its id. */
export const receive = (tx: RecordsWriteTx, input: Receipt): Promise<string> =>
  inWords(async () => {
    const { rows } = await sql<{ id: string }>`
      select app.dsr_receive(${input.clinicId}::uuid, ${input.patientId}::uuid, ${input.type}::public.subject_request_type,
        ${input.channel}, (${input.receivedAt}::timestamp at time zone ${input.timeZone})) as id`.execute(tx)
    return rows[0]?.id ?? ''
  })

async function found(tx: RecordsWriteTx, id: string): Promise<RequestDetail> {
  const request = await getRequest(tx, id)
  if (!request) throw new NotFound()
  return request
}

/** The identity was confirmed, or it was not; the clock runs on either way. */
export async function verify(tx: RecordsWriteTx, id: string, confirmed: boolean, method: string) {
  const { clinicId } = await found(tx, id)
  await inWords(() =>
    sql`select app.dsr_verify(${clinicId}::uuid, ${id}::uuid, ${confirmed}, ${method})`.execute(tx),
  )
}

export async function propagate(
  tx: RecordsWriteTx,
  id: string,
  recipient: string,
  status: 'told' | 'acknowledged' | 'impossible',
  note: string | null,
) {
  const { clinicId } = await found(tx, id)
  if (status === 'impossible' && !note) {
    const why = said('Say why it is impossible.', 'Diga por que é impossível.')
    throw new Invalid(why, { note: why })
  }
  await inWords(() =>
    sql`select app.dsr_propagate(${clinicId}::uuid, ${id}::uuid, ${recipient}, ${status}, ${note})`.execute(
      tx,
    ),
  )
}

/** Everything the purposes on record keep about the person, table by table; the taking is written down. */
export async function makePackage(tx: RecordsWriteTx, id: string): Promise<Package> {
  const { clinicId } = await found(tx, id)
  return inWords(async () => {
    const { rows } = await sql<{ package: Package }>`
      select app.dsr_package(${clinicId}::uuid, ${id}::uuid) as package`.execute(tx)
    if (!rows[0]) throw new NotFound()
    return rows[0].package
  })
}

export interface Answer {
  readonly id: string
  readonly status: Closing
  /** Code of a refusal, for a refusal or a partial answer. */
  readonly reason: string | null
  readonly article: string | null
  /** What is said to the person. */
  readonly letter: string
  /** A kept file: the readable copy of what the clinic's application encrypted; null without one. */
  readonly copyFile: string | null
  readonly locale: 'en' | 'pt-BR'
}

/**
 * Closes a request. An answer with data carries the package as one readable page with the same data as JSON in it,
 * kept in the database exactly as it was handed over.
 */
export async function close(tx: RecordsWriteTx, answer: Answer): Promise<string | null> {
  const request = await found(tx, answer.id)
  const isRefusal = answer.status === 'refused' || answer.status === 'partly'
  if (isRefusal && !answer.article) {
    const which = said('Name the reason the law gives.', 'Indique o fundamento legal.')
    throw new Invalid(which, { reason: which })
  }
  const withData =
    (answer.status === 'answered' || answer.status === 'partly') && answeredWithData.includes(request.type)
  const data = withData ? await makePackage(tx, answer.id) : null
  const sealed = data ? countEncrypted(data) : 0
  if (
    answer.status === 'answered' &&
    answeredInFull.includes(request.type) &&
    sealed > 0 &&
    !answer.copyFile
  ) {
    const attach = said(
      `Not closed: ${sealed} texts are encrypted by the clinic's application, so they are not in this package. Attach the readable copy from there, or answer in part and say why.`,
      `Não encerrado: ${sealed} textos estão cifrados pela aplicação da clínica e não estão neste pacote. Anexe a cópia legível que ela gera, ou responda em parte e diga por quê.`,
    )
    throw new Invalid(attach, { copyFile: attach })
  }
  const copy = answer.copyFile && data ? await copyOf(tx, request, answer.copyFile) : null
  const content =
    request.patientId && answer.status !== 'withdrawn'
      ? Buffer.from(answerPage(request, answer, data, copy), 'utf8')
      : null
  await inWords(() =>
    sql`select app.dsr_answer(${request.clinicId}::uuid, ${answer.id}::uuid,
      ${answer.status}::public.subject_request_status, ${answer.reason ?? (answer.status === 'answered' ? 'delivered' : answer.status)},
      ${answer.article}, ${content}::bytea, ${content ? 'text/html' : null}, ${content ? 'html' : null}, ${copy?.id ?? null}::uuid)`.execute(
      tx,
    ),
  )
  return content ? createHash('sha256').update(content).digest('hex') : null
}

/** The file that goes with the answer, as the database keeps it. @throws Invalid */
async function copyOf(tx: RecordsWriteTx, request: RequestDetail, id: string): Promise<ReadableCopy> {
  const { rows } = await sql<ReadableCopy>`
    select f.id, f.mime, f.bytes::int as bytes, encode(f.sha256, 'hex') as sha256 from public.kept_files f
     where f.clinic_id = ${request.clinicId}::uuid and f.patient_id = ${request.patientId}::uuid and f.id = ${id}::uuid`.execute(
    tx,
  )
  if (rows[0]) return rows[0]
  const gone = said('This file is not there: send it again.', 'Este arquivo não está aqui: envie-o de novo.')
  throw new Invalid(gone, { copyFile: gone })
}
