import type { Answer } from './commands'
import type { RequestDetail } from './queries'
import { rightOf } from './types'

/** One table of the package, as the database says it. */
export interface PackageTable {
  readonly table: string
  readonly purposes: readonly string[]
  /** missing: the record of processing names it and the database has no such table. */
  readonly state: 'included' | 'missing' | 'not_about_the_person'
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

export interface Package {
  readonly request: string
  readonly type: string
  readonly receivedAt: string
  readonly madeAt: string
  readonly controller: {
    readonly name: string
    readonly taxId: string
    readonly dpo: string | null
    readonly dpoEmail: string | null
  }
  readonly purposes: readonly {
    readonly code: string
    readonly title: string
    readonly basis: string
    readonly recipients: readonly { readonly name?: string; readonly role?: string }[]
    readonly retention: string
    readonly automated: boolean
  }[]
  readonly tables: readonly PackageTable[]
}

/** The readable copy of what the clinic's application encrypted, kept beside the answer. */
export interface ReadableCopy {
  readonly id: string
  readonly mime: string
  readonly bytes: number
  /** 64 hexadecimal digits. */
  readonly sha256: string
}

const isEncrypted = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'encrypted' in value

/** How many values of a package only the clinic's application can read. */
export const countEncrypted = (data: Package): number =>
  data.tables.flatMap(({ rows }) => rows.flatMap((row) => Object.values(row))).filter(isEncrypted).length

const words = {
  'pt-BR': {
    title: 'Resposta ao pedido do titular',
    controller: 'Controlador',
    dpo: 'Encarregado',
    received: 'Recebido em',
    right: 'Direito',
    letter: 'Resposta',
    ground: 'Fundamento',
    purposes: 'Para que os dados são tratados',
    data: 'Os dados',
    none: 'Nenhum registro sobre você.',
    missing: 'Tabela citada no registro de operações, que não existe neste banco de dados.',
    notAbout: 'Não guarda dados sobre você.',
    encrypted: '(cifrado aqui; está na cópia legível entregue com esta resposta)',
    sealed: '(cifrado pela aplicação da clínica; não está nesta resposta)',
    copy: 'Cópia legível',
    retention: 'Guarda',
    recipients: 'Destinatários',
    basis: 'Base legal',
    purpose: 'Finalidade',
    records: 'registros',
    complain: 'Você pode peticionar à ANPD (LGPD art. 18, §1º).',
    machine: 'Os mesmos dados, para máquinas (JSON)',
  },
  en: {
    title: 'Answer to a data subject’s request',
    controller: 'Controller',
    dpo: 'Data protection officer',
    received: 'Received',
    right: 'Right',
    letter: 'Answer',
    ground: 'Ground',
    purposes: 'What the data are processed for',
    data: 'The data',
    none: 'No record about you.',
    missing: 'A table named in the record of processing that this database does not have.',
    notAbout: 'Holds no data about you.',
    encrypted: '(encrypted here; in the readable copy handed over with this answer)',
    sealed: '(encrypted by the clinic’s application; not in this answer)',
    copy: 'Readable copy',
    retention: 'Kept',
    recipients: 'Recipients',
    basis: 'Legal basis',
    purpose: 'Purpose',
    records: 'records',
    complain: 'You may petition ANPD (LGPD art. 18 §1).',
    machine: 'The same data, for machines (JSON)',
  },
} as const

/** Text as itself inside HTML. */
const plain = (value: unknown): string =>
  String(value ?? '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

/**
 * The answer as one page of HTML without scripts, readable on paper and by screen readers, with the package as JSON at
 * its end (LGPD art. 19 §§1–2: intelligible, in a format that allows further use).
 */
export function answerPage(
  request: RequestDetail,
  answer: Answer,
  data: Package | null,
  copy: ReadableCopy | null,
): string {
  const w = words[answer.locale]
  const controller = data?.controller ?? {
    name: request.clinicName,
    taxId: '',
    dpo: request.dpoName,
    dpoEmail: request.dpoEmail,
  }
  const facts = [
    [w.controller, [controller.name, controller.taxId].filter(Boolean).join(', ')],
    [w.dpo, [controller.dpo, controller.dpoEmail].filter(Boolean).join(', ')],
    [w.received, request.receivedAt.slice(0, 10)],
    [w.right, rightOf[request.type]],
    ...(answer.article ? [[w.ground, answer.article]] : []),
    ...(copy ? [[w.copy, `${copy.mime}, ${copy.bytes} bytes, SHA-256 ${copy.sha256}`]] : []),
  ]
  return `<!doctype html>
<html lang="${answer.locale}"><head><meta charset="utf-8"><title>${plain(w.title)}</title>
<meta name="viewport" content="width=device-width"><style>
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}h3{font-size:1rem;margin:1.25rem 0 .25rem}
table{border-collapse:collapse;width:100%;margin:.25rem 0 1rem}th,td{border:1px solid #bbb;padding:.2rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{width:14rem;font-weight:600}pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:12px}.muted{color:#555}
</style></head><body>
<h1>${plain(w.title)}</h1>
<table>${facts.map(([name, value]) => `<tr><th scope="row">${plain(name)}</th><td>${plain(value)}</td></tr>`).join('')}</table>
<h2>${plain(w.letter)}</h2><p style="white-space:pre-line">${plain(answer.letter)}</p>
<p class="muted">${plain(w.complain)}</p>
${data ? purposesOf(data, w) + data.tables.map((table) => tableOf(table, w, copy !== null)).join('') + machine(data, w) : ''}
</body></html>`
}

type Words = (typeof words)[keyof typeof words]

const purposesOf = (data: Package, w: Words) => `<h2>${plain(w.purposes)}</h2><table>
<tr>${[w.purpose, w.basis, w.recipients, w.retention].map((head) => `<th scope="col">${plain(head)}</th>`).join('')}</tr>
${data.purposes
  .map(
    (p) =>
      `<tr><td>${plain(p.title)}</td><td>${plain(p.basis)}</td><td>${plain(
        p.recipients.map((r) => r.name ?? '').join(', '),
      )}</td><td>${plain(p.retention)}</td></tr>`,
  )
  .join('\n')}</table><h2>${plain(w.data)}</h2>`

function tableOf(table: PackageTable, w: Words, copied: boolean): string {
  const head = `<h3>${plain(table.table)}</h3><p class="muted">${plain(table.purposes.join('; '))}</p>`
  if (table.state === 'missing') return `${head}<p>${plain(w.missing)}</p>`
  if (table.state === 'not_about_the_person') return `${head}<p>${plain(w.notAbout)}</p>`
  if (table.rows.length === 0) return `${head}<p>${plain(w.none)}</p>`
  const rows = table.rows.map((row) => {
    const cells = Object.entries(row)
      .filter(([, value]) => value !== null)
      .map(
        ([name, value]) =>
          `<tr><th scope="row">${plain(name)}</th><td>${valueOf(value, w, copied)}</td></tr>`,
      )
    return `<table>${cells.join('')}</table>`
  })
  return `${head}<p class="muted">${table.rows.length} ${plain(w.records)}</p>${rows.join('')}`
}

function valueOf(value: unknown, w: Words, copied: boolean): string {
  if (isEncrypted(value)) return plain(copied ? w.encrypted : w.sealed)
  return plain(typeof value === 'object' ? JSON.stringify(value) : value)
}

const machine = (data: Package, w: Words) =>
  `<h2>${plain(w.machine)}</h2><pre id="json">${plain(JSON.stringify(data, null, 1))}</pre>`
