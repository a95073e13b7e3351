import type { Recorded } from './diff'
import type { Sentence } from '../errors'

/** What the sentence needs of an entry. */
export interface Told extends Recorded {
  readonly action: string
  readonly outcome: string
  readonly tableName: string | null
  readonly recordCount: number | null
}

/** An actor in words; where nobody is known, the caller passes the system. */
export type Actor = Sentence | string

const things: Readonly<Record<string, readonly [one: Sentence, many: Sentence]>> = {
  clinics: [w('a clinic', 'uma clínica'), w('clinics', 'clínicas')],
  professionals: [w('a professional', 'um profissional'), w('professionals', 'profissionais')],
  patients: [w('a patient', 'um paciente'), w('patients', 'pacientes')],
  services: [w('a service', 'um serviço'), w('services', 'serviços')],
  appointments: [w('an appointment', 'um agendamento'), w('appointments', 'agendamentos')],
  medical_records: [
    w('a chart entry', 'uma evolução do prontuário'),
    w('chart entries', 'evoluções do prontuário'),
  ],
  chart_openings: [w('a chart', 'um prontuário'), w('charts', 'prontuários')],
  ai_chat_sessions: [
    w('an AI conversation', 'uma conversa com IA'),
    w('AI conversations', 'conversas com IA'),
  ],
  ai_chat_messages: [w('an AI message', 'uma mensagem de IA'), w('AI messages', 'mensagens de IA')],
  audit_logs: [w('an audit entry', 'um registro de auditoria'), w('the audit log', 'a trilha de auditoria')],
  consent_records: [w('a consent', 'um consentimento'), w('consents', 'consentimentos')],
  consent_events: [
    w('a consent event', 'um evento de consentimento'),
    w('consent events', 'eventos de consentimento'),
  ],
  consent_terms: [
    w('a consent term', 'um termo de consentimento'),
    w('consent terms', 'termos de consentimento'),
  ],
  processing_activities: [w('a purpose', 'uma finalidade'), w('purposes', 'finalidades')],
  clinic_members: [w('a membership', 'um vínculo de usuário'), w('memberships', 'vínculos de usuário')],
  patient_representatives: [
    w('a representative', 'um responsável legal'),
    w('representatives', 'responsáveis legais'),
  ],
}

/** past, infinitive; in each language. The object follows. */
const verbs: Readonly<Record<string, readonly [past: Sentence, infinitive: Sentence]>> = {
  create: [w('created', 'criou'), w('create', 'criar')],
  update: [w('changed', 'alterou'), w('change', 'alterar')],
  delete: [w('deleted', 'apagou'), w('delete', 'apagar')],
  truncate: [w('emptied', 'esvaziou'), w('empty', 'esvaziar')],
  inactivate: [w('inactivated', 'inativou'), w('inactivate', 'inativar')],
  read: [w('read', 'acessou'), w('read', 'acessar')],
  list: [w('listed', 'listou'), w('list', 'listar')],
  print: [w('printed', 'imprimiu'), w('print', 'imprimir')],
  export: [w('exported', 'exportou'), w('export', 'exportar')],
  disclose: [w('disclosed', 'compartilhou'), w('disclose', 'compartilhar')],
  consent: [
    w('recorded a decision on', 'registrou uma decisão sobre'),
    w('record a decision on', 'registrar uma decisão sobre'),
  ],
  signature: [w('signed', 'assinou'), w('sign', 'assinar')],
  permission: [
    w('changed the rights on', 'alterou permissões em'),
    w('change the rights on', 'alterar permissões em'),
  ],
  break_glass: [
    w('opened emergency access to', 'abriu acesso de emergência a'),
    w('open emergency access to', 'abrir acesso de emergência a'),
  ],
  ai: [w('used AI on', 'usou IA em'), w('use AI on', 'usar IA em')],
}

const alone: Readonly<Record<string, readonly [past: Sentence, infinitive: Sentence]>> = {
  login: [w('signed in', 'entrou'), w('sign in', 'entrar')],
  login_failed: [w('failed to sign in', 'não conseguiu entrar'), w('sign in', 'entrar')],
  backup: [
    w('made a backup', 'fez uma cópia de segurança'),
    w('make a backup', 'fazer uma cópia de segurança'),
  ],
}

const consentOutcomes: Readonly<Record<string, Sentence>> = {
  pending: w('requested a consent', 'solicitou um consentimento'),
  granted: w('recorded the grant of a consent', 'registrou a concessão de um consentimento'),
  withdrawn: w('recorded the withdrawal of a consent', 'registrou a revogação de um consentimento'),
  refused: w('recorded the refusal of a consent', 'registrou a recusa de um consentimento'),
  expired: w('ended a consent', 'encerrou um consentimento'),
}

/** One sentence, subject first, in both languages: who did what to which thing, and whether it was let through. */
export function sentenceOf(entry: Told, actor: Actor): Sentence {
  const who = typeof actor === 'string' ? { en: actor, pt: actor } : actor
  const known = own(alone, entry.action) ?? own(verbs, entry.action)
  const past = known?.[0] ?? w(`did “${entry.action}” on`, `fez “${entry.action}” em`)
  const infinitive = known?.[1] ?? w(`do “${entry.action}” on`, `fazer “${entry.action}” em`)
  const object = own(alone, entry.action) ? w('', '') : objectOf(entry)
  const tail = fieldsOf(entry)
  if (entry.outcome === 'denied' || entry.outcome === 'failure') {
    const end =
      entry.outcome === 'denied'
        ? w('and was denied', 'e teve o acesso negado')
        : w('and it failed', 'e houve falha')
    return {
      en: `${join(who.en, 'tried to', infinitive.en, object.en, end.en)}.`,
      pt: `${join(who.pt, 'tentou', infinitive.pt, object.pt, end.pt)}.`,
    }
  }
  const consent = consentOutcome(entry)
  if (consent) return { en: `${who.en} ${consent.en}.`, pt: `${who.pt} ${consent.pt}.` }
  return {
    en: `${join(who.en, past.en, object.en)}${tail.en}.`,
    pt: `${join(who.pt, past.pt, object.pt)}${tail.pt}.`,
  }
}

function consentOutcome(entry: Told): Sentence | null {
  if (
    entry.tableName?.split('.').at(-1) !== 'consent_records' ||
    !['create', 'update', 'consent'].includes(entry.action)
  )
    return null
  const status = entry.newValues?.['status']
  const reason = entry.newValues?.['status_reason']
  return (
    own(consentOutcomes, status === 'withdrawn' && reason === 'refused' ? 'refused' : String(status)) ?? null
  )
}

const written: ReadonlySet<string> = new Set([
  'create',
  'update',
  'inactivate',
  'delete',
  'truncate',
  'consent',
])

function objectOf(entry: Told): Sentence {
  const table = entry.tableName
  if (!table) return w('', '')
  const thing = own(things, table.replace(/^(public|ledger)\./, ''))
  // A captured write always counts one row; a count says something only of reads and exports.
  const count = written.has(entry.action) ? null : entry.recordCount
  const many = (count !== null && count !== 1) || ['list', 'export', 'truncate'].includes(entry.action)
  if (entry.action === 'truncate' || (!thing && many)) return w(`the table ${table}`, `a tabela ${table}`)
  if (!thing) return w(`a row of ${table}`, `uma linha de ${table}`)
  const counted = count === null || !many ? w('', '') : w(` (${count} rows)`, ` (${count} linhas)`)
  const name = many ? thing[1] : thing[0]
  return { en: name.en + counted.en, pt: name.pt + counted.pt }
}

/** The names of up to three changed fields of an update, or how many there are. */
function fieldsOf(entry: Told): Sentence {
  const names = (entry.changedFields ?? []).filter((name) => !['updated_at', 'row_version'].includes(name))
  if (entry.action !== 'update' || names.length === 0) return w('', '')
  if (names.length <= 3) return w(`: ${names.join(', ')}`, `: ${names.join(', ')}`)
  return w(` (${names.length} fields)`, ` (${names.length} campos)`)
}

function w(en: string, pt: string): Sentence {
  return { en, pt }
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

const join = (...parts: string[]) => parts.filter(Boolean).join(' ')
