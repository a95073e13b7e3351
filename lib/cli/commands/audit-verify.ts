import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { readCheckpoint } from '@/lib/ledger/checkpoint'
import { trustedKeys } from '@/lib/ledger/keys'
import { askWitnesses } from '@/lib/ledger/outside'
import type { Check, Report } from '@/lib/ledger/report'
import { keepVerification, lastVerified } from '@/lib/ledger/verifications'
import { verify as verifyLedger, type HeldNote } from '@/lib/ledger/verify'
import { checkWords, guardLine, noteAbout, noteWords, problemWords } from '@/lib/ledger/words'
import { Failure } from '../failure'
import { terminal, write } from '../output'
import { environment } from '../target'
import { onLedger, witnessesOf, type AuditOptions } from './audit'

interface VerifyOptions extends AuditOptions {
  readonly from?: number
  readonly to?: number
  readonly sinceLast?: boolean
  readonly checkpoint?: readonly string[]
  readonly rows?: boolean
  readonly workers?: number
  readonly lang?: string
}

/** `audit verify`: 0 intact, 1 broken, 2 when it could not be decided. */
export const verify = (options: VerifyOptions): Promise<number> =>
  onLedger(options, async ({ name, url }, config) => {
    const given = (options.checkpoint ?? []).map((file): HeldNote => ({ by: file, note: noteIn(file) }))
    const { outside, unreachable } = await askWitnesses(witnessesOf(config))
    const from = options.sinceLast ? await lastVerified(url, name) : options.from
    const report = await verifyLedger(url, name, {
      trusted: trustedKeys(environment().home),
      outside: [...given, ...outside],
      unreachable,
      ...(from === undefined ? {} : { from }),
      ...(options.to === undefined ? {} : { to: options.to }),
      ...(options.rows ? { rowLimit: Number.MAX_SAFE_INTEGER } : {}),
      workers: options.workers ?? Math.min(2, availableParallelism()),
      ...(process.stderr.isTTY ? { onProgress: progress } : {}),
    })
    await keepVerification(url, name, report)
    const pt = options.lang?.startsWith('pt') ?? false
    const text =
      options.format === 'json'
        ? `${JSON.stringify(report, null, 2)}\n`
        : asText(report, pt ? 'pt' : 'en', terminal(options.output !== undefined).colour)
    await write(text, options.output)
    if (report.verdict !== 'unknown') return report.verdict === 'broken' ? 1 : 0
    // Nothing new since then, and nothing wrong with what does not hang on entries.
    if (from && report.to === from) return 0
    const said = sentences[pt ? 'pt' : 'en']
    throw new Failure(report.to === 0 ? said.nothing : said.undecided)
  })

function noteIn(file: string): string {
  let note: string
  try {
    note = readFileSync(file, 'utf8')
  } catch (error) {
    throw new Failure(
      `The file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}).`,
    )
  }
  if (!readCheckpoint(note)) throw new Failure(`The file ${file} holds no checkpoint: nothing was verified.`)
  return note
}

const progress = (done: number, total: number) => {
  process.stderr.write(`\r${done} / ${total}${done === total ? '\n' : ''}`)
}

function asText(report: Report, language: 'en' | 'pt', colour: boolean): string {
  const paint = (code: string, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const glyph = {
    pass: paint('32', '✓'),
    fail: paint('31', '✗'),
    unknown: paint('33', '?'),
    notApplicable: '·',
  }
  const locale = language === 'pt' ? 'pt-BR' : 'en'
  const lines = (check: Check) => [
    `${glyph[check.outcome]} ${checkWords[check.id][language]} (${check.looked})`,
    ...check.problems.slice(0, 10).map((problem) => {
      const where = [
        problem.entry && `${sentences[language].entry} ${problem.entry}`,
        problem.at !== null && `@${problem.at}`,
        problem.about && guardLine(problem.about, locale),
      ]
        .filter(Boolean)
        .join(' ')
      return `    ${where}: ${problemWords[problem.kind].what[language]}`
    }),
    ...(check.problems.length > 10 ? [`    … ${check.problems.length - 10}`] : []),
    ...[...new Set(check.problems.map((problem) => problem.kind))].map(
      (kind) => `    ${problemWords[kind].how[language]}`,
    ),
    ...check.notes
      .slice(0, 10)
      .map(
        (note) =>
          `    ${[noteAbout(note, locale), noteWords[note.kind][language]].filter(Boolean).join(': ')}`,
      ),
  ]
  const { from, to, window } = report
  const said = sentences[language]
  const verdict = {
    intact: paint('32', said.intact(to)),
    broken: paint('31', said.broken),
    unknown: paint('33', from > 0 && to === from ? said.nothingNew(to) : said.unknown),
  }[report.verdict]
  return `${[
    `${report.database}: ${verdict}`,
    ...report.checks.flatMap(lines),
    said.end(window.entries, window.oldest, to - from, report.tookMs),
  ].join('\n')}\n`
}

const sentences = {
  en: {
    entry: 'entry',
    intact: (to: number) => `Intact to entry ${to}.`,
    broken: 'Not intact.',
    unknown: 'Not decided.',
    nothing: 'Nothing is sealed yet: there is nothing to verify.',
    undecided:
      'Whether the log is intact could not be decided: no signed checkpoint that is trusted here covers it.',
    nothingNew: (to: number) => `Nothing is sealed after entry ${to} yet.`,
    end: (open: number, oldest: string | null, entries: number, took: number) =>
      `${open} not sealed yet${oldest ? `, since ${oldest}` : ''}; ${entries} entries in ${took} ms.`,
  },
  pt: {
    entry: 'registro',
    intact: (to: number) => `Íntegra até o registro ${to}.`,
    broken: 'Não está íntegra.',
    unknown: 'Não foi possível decidir.',
    nothing: 'Nada foi selado ainda: não há o que verificar.',
    undecided:
      'Não foi possível decidir se a trilha está íntegra: nenhum ponto de verificação assinado e confiável aqui a cobre.',
    nothingNew: (to: number) => `Ainda não há nada selado depois do registro ${to}.`,
    end: (open: number, oldest: string | null, entries: number, took: number) =>
      `${open} ainda não selados${oldest ? `, desde ${oldest}` : ''}; ${entries} registros em ${took} ms.`,
  },
}
