import { speaksOfNobody } from '@/lib/isolation/stored/answers'
import { countVerdicts, nameOf, type Line } from '@/lib/isolation/lines'
import type { Counterexample, Sentence, Setup, Verdict } from '@/lib/isolation/types'
import { csv } from './csv'
import type { Terminal } from './text'
import type { Language } from './words'

/**
 * The contract's JSON: one entry a line, words in English; `basis` is the hash of what the answers rest on. A function is
 * named as whoever asked wrote it; `relation` is what the catalog calls it.
 */
export const isolationAsJson = (
  lines: readonly Line[],
  setup: Setup,
  basis: Buffer,
  written: ReadonlyMap<string, string> = new Map(),
): string =>
  `${JSON.stringify(
    lines.map((line) => {
      const { schema, name } = nameOf({ relation: written.get(line.relation) ?? line.relation })
      return {
        schema,
        table: name,
        role: line.role,
        command: line.command,
        verdict: line.verdict,
        by: line.by,
        channel: line.channel,
        counterexample: line.counterexample,
        reason: reasonOf(line, 'en'),
        principal: line.principal,
        relation: line.relation,
        nobody: speaksOfNobody(line, setup),
        basis: basis.toString('hex'),
      }
    }),
    null,
    1,
  )}\n`

export const isolationAsCsv = (lines: readonly Line[]): string =>
  csv([
    ['schema', 'table', 'role', 'command', 'channel', 'verdict', 'by', 'principal', 'reason', 'statement'],
    ...lines.map((line) => {
      const { schema, name } = nameOf(line)
      const { role, command, channel, verdict, by, principal, counterexample } = line
      const statement = counterexample?.steps.at(-1)?.sql ?? ''
      return [schema, name, role, command, channel, verdict, by, principal, reasonOf(line, 'en'), statement]
    }),
  ])

/** Why, in one paragraph: the reasons, then what the answer rests on. */
export function reasonOf({ because, assumptions }: Line, language: Language): string {
  return [...because, ...assumptions].map((sentence) => sentence[language]).join(' ')
}

const said = {
  en: {
    verdict: { leaks: 'leaks', unknown: 'unknown', isolated: 'isolated', unreachable: 'unreachable' },
    by: { proof: 'by proof', probe: 'by execution', both: 'by proof and execution' },
    tried: { proof: 'tried: proof', probe: 'tried: execution', both: 'tried: proof and execution' },
    channel: { row: '', covert: ' (existence only)', session: ' (left on the connection)' },
    scene: 'before',
    crosses: 'reaches',
    notes: 'Not asked, or assumed',
    none: 'There is nothing to ask about.',
    sum: (n: Readonly<Record<Verdict, number>>) =>
      `${n.leaks} leak, ${n.unknown} unknown, ${n.isolated} isolated, ${n.unreachable} unreachable`,
  },
  pt: {
    verdict: { leaks: 'vaza', unknown: 'não se sabe', isolated: 'isolado', unreachable: 'inalcançável' },
    by: { proof: 'por prova', probe: 'por execução', both: 'por prova e execução' },
    tried: { proof: 'tentado: prova', probe: 'tentado: execução', both: 'tentado: prova e execução' },
    channel: { row: '', covert: ' (só a existência)', session: ' (ficou na conexão)' },
    scene: 'antes',
    crosses: 'alcança',
    notes: 'Não perguntado, ou suposto',
    none: 'Não há o que perguntar.',
    sum: (n: Readonly<Record<Verdict, number>>) =>
      `${n.leaks} vazam, ${n.unknown} não se sabe, ${n.isolated} isolados, ${n.unreachable} inalcançáveis`,
  },
} as const

const signs: Readonly<Record<Verdict, readonly [sign: string, colour: string]>> = {
  leaks: ['✕', '1;31'],
  unknown: ['?', '35'],
  isolated: ['✓', '32'],
  unreachable: ['·', '2'],
}

/** For a terminal: the leaks with what does them, then the doubts, then how many are isolated. */
export function isolationAsText(
  database: string,
  lines: readonly Line[],
  notes: readonly Sentence[],
  language: Language,
  terminal: Terminal,
): string {
  const t = said[language]
  const paint = (code: string, text: string) => (terminal.colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const head = (line: Line) => {
    const [sign, colour] = signs[line.verdict]
    const what = `${sign} ${t.verdict[line.verdict]}${t.channel[line.channel]}`
    const how = line.verdict === 'unknown' ? t.tried[line.by] : t.by[line.by]
    return `${paint(colour, what)}  ${clean(line.relation)}  ${line.command}  ${clean(line.role)}  ${paint('2', how)}`
  }
  const told = (line: Line) => [
    head(line),
    ...line.because.map((sentence) => `    ${clean(sentence[language])}`),
    ...(line.counterexample ? story(line.counterexample, t.scene, t.crosses) : []),
    '',
  ]
  const of = (verdict: Verdict) => lines.filter((line) => line.verdict === verdict)
  const isolated = of('isolated')
  return [
    paint('1', clean(database)),
    t.sum(countVerdicts(lines)),
    '',
    ...of('leaks').flatMap(told),
    ...of('unknown').flatMap(told),
    ...isolated.map(head),
    ...(isolated.length > 0 ? [''] : []),
    ...(lines.length === 0 ? [t.none, ''] : []),
    ...(notes.length === 0 ? [] : [`${t.notes}:`, ...notes.map((note) => `  ${note[language]}`), '']),
  ].join('\n')
}

function story({ steps, row }: Counterexample, scene: string, crosses: string): readonly string[] {
  const values = Object.entries(row).map(([name, value]) => `${name} = ${value ?? 'NULL'}`)
  return [
    ...steps.flatMap(({ as, sql, effect }, at) => [
      ...(at > 0 && as === steps[at - 1]?.as ? [] : [`    ${clean(as ?? scene)}:`]),
      ...sql.split('\n').map((text) => `      ${clean(text)}`),
      ...(effect === '' ? [] : [`      → ${clean(effect)}`]),
    ]),
    ...(values.length === 0 ? [] : [`    ${crosses}: ${clean(values.join(', '))}`]),
  ]
}

// oxlint-disable-next-line no-control-regex
const clean = (text: string) => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
