import { sql } from 'kysely'
import { Conflict, Denied, NotFound } from '@/lib/errors'
import type { RecordsReadTx, RecordsWriteTx } from '@/lib/db/scope'
import { instant, isUuid } from './queries'

/** A purpose as the record of processing (LGPD art. 37) has it, with where its text stands. */
export interface PurposeRow {
  readonly id: string
  readonly clinicId: string
  readonly clinicName: string
  readonly code: string
  readonly title: string
  readonly description: string
  readonly basis: string
  readonly sensitive: boolean
  /** The service is not given without it: such a purpose never rests on consent (LGPD art. 9 §3). */
  readonly condition: boolean
  readonly categories: readonly string[]
  readonly subjects: readonly string[]
  readonly tables: readonly string[]
  readonly recipients: readonly {
    readonly name?: string
    readonly role?: string
    readonly country?: string
  }[]
  readonly retention: string
  readonly measures: readonly string[]
  readonly owner: string
  readonly nextReview: string
  readonly reviewDue: boolean
  readonly status: string
  readonly version: number | null
  readonly draft: number | null
}

/** Every purpose of the reader's clinics, by clinic and code. */
export async function listRopa(tx: RecordsReadTx): Promise<readonly PurposeRow[]> {
  const { rows } = await sql<PurposeRow>`
    select a.id as "id", a.clinic_id as "clinicId", k.name as "clinicName", a.purpose_code as "code", a.title as "title",
           a.description as "description", a.legal_basis::text as "basis", a.sensitive_data as "sensitive", a.condition_of_service as "condition",
           a.data_categories as "categories", a.subject_categories as "subjects", a.tables_used as "tables",
           a.recipients as "recipients", a.retention_rule as "retention", a.security_measures as "measures",
           a.owner as "owner", a.next_review::text as "nextReview", a.next_review < now()::date as "reviewDue",
           a.status::text as "status",
           (select max(t.version) from public.consent_terms t where t.clinic_id = a.clinic_id and t.activity_id = a.id
             and t.published_at is not null and t.retired_at is null) as "version",
           (select max(t.version) from public.consent_terms t where t.clinic_id = a.clinic_id and t.activity_id = a.id
             and t.published_at is null) as "draft"
      from public.processing_activities a join public.clinics k on k.id = a.clinic_id
     order by k.name, a.purpose_code`.execute(tx)
  return rows
}

/** One version of a text. */
export interface TermVersion {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly body: string
  readonly summary: string
  readonly refusal: string
  readonly material: boolean
  readonly change: string | null
  readonly highlighted: boolean
  readonly reviewedBy: string | null
  readonly publishedAt: string | null
  readonly retiredAt: string | null
  readonly sha256: string
}

export async function listVersions(tx: RecordsReadTx, purposeId: string): Promise<readonly TermVersion[]> {
  if (!isUuid(purposeId)) return []
  const { rows } = await sql<TermVersion>`
    select t.id as "id", t.version as "version", t.title as "title", t.body as "body", t.plain_summary as "summary",
           t.refusal_consequence as "refusal", t.material_change as "material", t.change_summary as "change",
           t.highlighted_clause as "highlighted", t.reviewed_by as "reviewedBy", ${instant('t.published_at')} as "publishedAt",
           ${instant('t.retired_at')} as "retiredAt", encode(t.body_sha256, 'hex') as "sha256"
      from public.consent_terms t where t.activity_id = ${purposeId}::uuid order by t.version desc`.execute(
    tx,
  )
  return rows
}

export interface Draft {
  readonly clinicId: string
  readonly purposeId: string
  /** The draft that is changed; null begins a new one. */
  readonly termId: string | null
  readonly title: string
  readonly body: string
  readonly summary: string
  readonly refusal: string
  readonly material: boolean
  readonly change: string | null
  readonly highlighted: boolean
}

export const saveDraft = (tx: RecordsWriteTx, draft: Draft) =>
  spoken(() =>
    sql`select app.term_save(${draft.clinicId}::uuid, ${draft.purposeId}::uuid, ${draft.termId}::uuid, ${draft.title},
      ${draft.body}, ${draft.summary}, ${draft.refusal}, ${draft.material}, ${draft.change}, ${draft.highlighted})`.execute(
      tx,
    ),
  )

/** review and publish are the officer's; retire is the administrator's too. */
export const stepTerm = (
  tx: RecordsWriteTx,
  step: 'review' | 'publish' | 'retire',
  clinicId: string,
  termId: string,
) => spoken(() => sql`select ${sql.raw(`app.term_${step}`)}(${clinicId}::uuid, ${termId}::uuid)`.execute(tx))

async function spoken(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const { message, code } = error as { message: string; code?: string }
    const cause = { cause: error }
    if (code === '42501')
      throw new Denied(
        {
          en: 'The data protection officer reviews and publishes texts.',
          pt: 'Quem revê e publica textos é o encarregado.',
        },
        cause,
      )
    if (code === 'P0002') throw new NotFound(undefined, cause)
    if (code === '55000' || /frozen/.test(message))
      throw new Conflict(
        {
          en: 'Not done: a text is published once, after its review and with its highlighted clause, and a purpose has one draft at a time.',
          pt: 'Não foi feito: um texto é publicado uma vez, depois de revisto e com a cláusula destacada, e cada finalidade tem um rascunho por vez.',
        },
        cause,
      )
    throw error
  }
}

/** Words of two texts that differ: what left, what came, what stayed, in reading order. */
export interface Piece {
  readonly kind: 'same' | 'out' | 'in'
  readonly text: string
}

/** A diff by words, so that a changed figure in a long clause is what is seen; texts of some thousand words. */
export function diffWords(before: string, after: string): readonly Piece[] {
  const [a, b] = [before.split(/(?<=\s)/), after.split(/(?<=\s)/)]
  const longest = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const [row, next] = [longest[i] as Uint32Array, longest[i + 1] as Uint32Array]
      row[j] = a[i] === b[j] ? (next[j + 1] ?? 0) + 1 : Math.max(next[j] ?? 0, row[j + 1] ?? 0)
    }
  const pieces: { kind: Piece['kind']; text: string }[] = []
  const add = (kind: Piece['kind'], text: string) => {
    const last = pieces.at(-1)
    if (last?.kind === kind) last.text += text
    else pieces.push({ kind, text })
  }
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && a[i] === b[j]) {
      add('same', a[i++] as string)
      j++
    } else if (i < a.length && (j >= b.length || (longest[i + 1]?.[j] ?? 0) >= (longest[i]?.[j + 1] ?? 0)))
      add('out', a[i++] as string)
    else add('in', b[j++] as string)
  }
  return pieces
}
