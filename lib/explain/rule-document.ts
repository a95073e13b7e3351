import { controlsServedBy } from '@/lib/controls/all'
import { citation } from '@/lib/controls/control'
import { named } from '@/lib/output/rules'
import type { Group, Rule, Severity, Text } from '@/lib/rules/rule'
import { remedyOf } from './remedies'

type Language = keyof Text

const groupNames: Readonly<Record<Group, Text>> = {
  tenancy: { en: 'Row-level security', pt: 'Segurança por linha' },
  audit: { en: 'Audit', pt: 'Auditoria' },
  keys: { en: 'Keys and types', pt: 'Chaves e tipos' },
  indexes: { en: 'Indexes', pt: 'Índices' },
  protection: { en: 'Data protection', pt: 'Proteção de dados' },
  privileges: { en: 'Privileges', pt: 'Privilégios' },
  settings: { en: 'Settings', pt: 'Configurações' },
  operations: { en: 'Operations', pt: 'Operação' },
  documentation: { en: 'Documentation', pt: 'Documentação' },
  scanner: { en: 'Scanner honesty', pt: 'Honestidade do scanner' },
}

const severityNames: Readonly<Record<Severity, Text>> = {
  critical: { en: 'critical', pt: 'crítica' },
  high: { en: 'high', pt: 'alta' },
  medium: { en: 'medium', pt: 'média' },
  low: { en: 'low', pt: 'baixa' },
}

const words = {
  rule: { en: 'rule', pt: 'regra' },
  severity: { en: 'usual severity', pt: 'severidade usual' },
  why: { en: 'Why it matters, and who can do what', pt: 'Por que importa, e quem pode o quê' },
  fix: { en: 'What mends it', pt: 'O que corrige' },
  proof: {
    en: 'A finding carries the statements for its own object, with the lock they take: see its page or `npx tabellion scan`.',
    pt: 'Cada achado traz os comandos para o seu objeto, com o bloqueio que tomam: veja a página dele ou `npx tabellion scan`.',
  },
  example: { en: 'Example', pt: 'Exemplo' },
  clean: { en: 'Without a finding:', pt: 'Sem achado:' },
  broken: { en: 'This brings it:', pt: 'Isto o provoca:' },
  found: { en: 'Found then', pt: 'Acha-se então' },
  elsewhere: {
    en: 'It depends on the server, on time or on the rights of the scanner, so no statements of a schema bring it about; the example above stays without a finding.',
    pt: 'Depende do servidor, do tempo ou dos direitos do scanner; nenhum comando de esquema o provoca, e o exemplo acima fica sem achado.',
  },
  same: { en: 'The same in both languages.', pt: 'O mesmo do texto em inglês, acima.' },
  since: { en: 'The example needs PostgreSQL', pt: 'O exemplo precisa do PostgreSQL' },
  later: { en: 'or later.', pt: 'ou posterior.' },
  controls: { en: 'Requirements it bears on', pt: 'Requisitos a que diz respeito' },
  references: { en: 'References', pt: 'Referências' },
  unconfirmed: { en: 'reference to be confirmed', pt: 'referência a confirmar' },
} as const satisfies Record<string, Text>

/** The document of one rule, English first, Portuguese below: Markdown made of what the rule itself says. */
export function ruleDocument(rule: Rule): string {
  return [
    '<!-- Written by `npm run docs` from the rule; changes belong there. -->',
    '',
    ...part(rule, 'en'),
    ...example(rule, 'en'),
    '---',
    '',
    ...part(rule, 'pt'),
    `## ${words.example.pt}`,
    '',
    words.same.pt,
  ]
    .join('\n')
    .trimEnd()
    .concat('\n')
}

/** The list of all rules by group, for a folder of these documents. */
export function ruleIndex(rules: readonly Rule[]): string {
  const groups = (Object.keys(groupNames) as Group[]).map((group) => ({
    name: groupNames[group],
    rules: rules.filter((rule) => rule.group === group).sort((a, b) => (a.code < b.code ? -1 : 1)),
  }))
  return [
    '<!-- Written by `npm run docs` from the rules; changes belong there. -->',
    '',
    '# Rules · Regras',
    '',
    `${rules.length} rules. A rule ends as pass, fail, not applicable or unknown; what the scanner may not see is unknown.`,
    '',
    `${rules.length} regras. Cada uma atende, não atende, não se aplica ou não é avaliável; o que o scanner não vê não é avaliável.`,
    '',
    ...groups.flatMap(({ name, rules: own }) => [
      `## ${name.en} · ${name.pt}`,
      '',
      '| | | | |',
      '|---|---|---|---|',
      ...own.map(
        (rule) =>
          `| [${rule.code}](${rule.code}.md) | ${cell(rule.title.en)} | ${cell(rule.title.pt)} | ${rule.severity} |`,
      ),
      '',
    ]),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n')
}

function part(rule: Rule, language: Language): string[] {
  const say = (text: Text) => text[language]
  return [
    `# ${rule.code} ${inline(say(rule.title))}`,
    '',
    `${say(words.rule)} \`${rule.id}\` · ${say(words.severity)}: ${say(severityNames[rule.severity])} · ${say(groupNames[rule.group])}`,
    '',
    `## ${say(words.why)}`,
    '',
    inline(say(rule.why)),
    '',
    `## ${say(words.fix)}`,
    '',
    say(remedyOf(rule.code)),
    '',
    say(words.proof),
    '',
    `## ${say(words.controls)}`,
    '',
    ...controlsServedBy(rule.code).map((control) => {
      const doubt = control.confidence === 'unconfirmed' ? ` (${say(words.unconfirmed)})` : ''
      return `- ${citation(control)}${doubt}: ${inline(say(control.requirement))}`
    }),
    '',
    `## ${say(words.references)}`,
    '',
    rule.references.map(inline).join(' · '),
    '',
  ]
}

function example(rule: Rule, language: Language): string[] {
  const say = (text: Text) => text[language]
  const { clean, broken, hits, since } = rule.example
  return [
    `## ${say(words.example)}`,
    '',
    ...(since ? [`${say(words.since)} ${since} ${say(words.later)}`, ''] : []),
    say(words.clean),
    '',
    ...sql(named(clean)),
    '',
    say(words.broken),
    '',
    ...sql(named(broken)),
    '',
    hits.length > 0
      ? `${say(words.found)}: ${hits.map((hit) => `\`${named(hit)}\``).join(', ')}.`
      : say(words.elsewhere),
    '',
  ]
}

/** Statements as they are written, without the indentation of the file they come from. */
function sql(text: string): string[] {
  const lines = text
    .replace(/^\s*\n/, '')
    .trimEnd()
    .split('\n')
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length)
  const indent = Math.min(...indents, 80)
  return ['```sql', ...lines.map((line) => line.slice(indent).trimEnd()), '```']
}

/** Text in which Markdown must not see tags or emphasis. */
const inline = (text: string) => text.replace(/[<*]/g, (sign) => `\\${sign}`)
const cell = (text: string) => inline(text).replaceAll('|', '\\|')
