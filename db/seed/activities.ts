import { purposes, type Purpose } from './catalogue'
import { officer } from './people'
import type { Random } from './random'
import type { Happening, Row } from './write'

/** A published version and when it was in use; ms. */
export interface TermInUse {
  readonly id: string
  readonly from: number
  readonly until: number
}

/** A purpose as one clinic has it. */
export interface Activity {
  readonly id: string
  readonly purpose: Purpose
  readonly terms: readonly TermInUse[]
}

/** Adds something that happens in the clinic. */
export type Add = (order: number, table: string, row: Row, at?: number, change?: Happening['change']) => void

const day = 86_400_000
const iso = (at: number) => new Date(at).toISOString()
const date = (at: number) => iso(at).slice(0, 10)

/** The purposes of one clinic and the versions of their terms. */
export function activitiesOf(
  random: Random,
  id: string,
  opened: number,
  now: number,
  add: Add,
): ReadonlyMap<string, Activity> {
  const activities = new Map<string, Activity & { terms: TermInUse[] }>()
  for (const purpose of purposes) {
    const activity = random.uuid()
    add(5, 'processing_activities', {
      id: activity,
      clinic_id: id,
      purpose_code: purpose.code,
      title: purpose.title,
      description: `${purpose.title}: o que é tratado, por quem e até quando, como descrito nesta linha.`,
      legal_basis: purpose.basis,
      basis_note: purpose.note ?? null,
      sensitive_data: purpose.sensitive,
      children_data: ['care.treatment', 'care.chart'].includes(purpose.code),
      automated_decision: purpose.code === 'ai.no_show',
      high_risk: purpose.code.startsWith('ai.'),
      data_categories: purpose.sensitive ? ['identificação', 'saúde'] : ['identificação', 'contato'],
      subject_categories: ['pacientes'],
      tables_used: purpose.tables,
      recipients: purpose.recipients ?? [],
      retention_rule: purpose.code.startsWith('care')
        ? '20 anos após o último registro'
        : 'enquanto durar a finalidade',
      end_rule: purpose.term ? 'retirada do consentimento ou fim do prazo' : 'fim do prazo legal',
      art16_item: purpose.code.startsWith('care') ? 'I' : 'nenhum',
      max_validity: purpose.validity ?? null,
      security_measures: ['acesso por papel', 'registro de acesso', 'cifragem'],
      ripd_key: purpose.code.startsWith('ai.') ? `ripd/${purpose.code}` : null,
      ripd_date: purpose.code.startsWith('ai.') ? date(opened) : null,
      owner: 'Direção clínica',
      reviewed_at: iso(now - random.int(20, 300) * day),
      next_review: date(now + random.int(10, 300) * day),
      status: 'active',
      created_at: iso(opened),
    })
    const terms: TermInUse[] = []
    if (purpose.term) {
      const { term } = purpose
      const write = (version: number, published: number | null, retired: number | null) => {
        const one = random.uuid()
        add(
          6,
          'consent_terms',
          {
            id: one,
            clinic_id: id,
            activity_id: activity,
            version,
            title: term.title,
            body: version === 1 ? term.body : `${term.body} ${term.second ?? 'Texto em revisão.'}`,
            plain_summary: term.summary,
            refusal_consequence: term.refusal,
            language: 'pt-BR',
            material_change: version > 1,
            change_summary: version > 1 ? (term.second ?? 'Revisão de linguagem.') : null,
            highlighted_clause: published !== null,
            reviewed_by: published === null ? null : officer.subject,
            published_at: published === null ? null : iso(published),
            retired_at: null,
            created_at: iso(published ?? now - 12 * day),
            body_sha256: '\\x',
          },
          published ?? now - 12 * day,
        )
        if (retired !== null)
          add(7, 'consent_terms', { id: one, retired_at: iso(retired) }, retired, 'update')
        if (published !== null) terms.push({ id: one, from: published, until: retired ?? Infinity })
      }
      const second = term.second ? now - 110 * day : null
      write(1, opened + 2 * day, second)
      if (second !== null) write(2, second, null)
      else if (purpose.code === 'marketing.general') write(2, null, null)
    }
    activities.set(purpose.code, { id: activity, purpose, terms })
  }
  return activities
}
