import { useLocale, useTranslations } from 'next-intl'
import { DataTable, type Column } from '@/components/data-table'
import { markOf, toneTint, Status } from '@/components/status'
import { access, effectiveRoles, explain, type Answer } from '@/lib/catalog/access'
import { commands, type Command, type Snapshot } from '@/lib/catalog/types'
import { type Relation } from '@/lib/catalog/types-relation'
import { say } from '@/lib/i18n/locale'

interface Row {
  readonly role: string
  readonly answers: Readonly<Record<Command, Answer>>
}

/** Who can really do what on one relation, each answer with its reasons. Roles that can do nothing are left out. */
export function AccessTable({ snapshot, relation }: { snapshot: Snapshot; relation: Relation }) {
  const t = useTranslations('tables.access')
  const columns = useColumns()
  const rows = effectiveRoles(snapshot)
    .map(({ name }): Row => ({
      role: name,
      answers: Object.fromEntries(
        commands.map((command) => [command, access(snapshot, relation.id, name, command)]),
      ) as Record<Command, Answer>,
    }))
    .filter(({ answers }) => commands.some((command) => answers[command].verdict !== 'no-grant'))
  if (rows.length === 0) return <p className="text-muted">{t('noRoles')}</p>
  return <DataTable caption={t('title')} columns={columns} rows={rows} rowKey={(row) => row.role} />
}

function useColumns(): Column<Row>[] {
  const t = useTranslations('tables.access')
  return [
    {
      id: 'role',
      head: t('role'),
      cell: (row) => <span className="font-mono break-words">{row.role}</span>,
    },
    ...commands.map((command) => ({
      id: command,
      head: command.toLowerCase(),
      cell: (row: Row) => <Verdict answer={row.answers[command]} />,
    })),
    { id: 'why', head: t('because'), cell: (row) => <Why answers={row.answers} /> },
  ]
}

const loud = new Set(['open', 'open-by-policy', 'bypass'])

function Verdict({ answer }: { answer: Answer }) {
  const { tone } = markOf('access', answer.verdict)
  return (
    <span className={`rounded-status px-1.5 py-0.5 ${loud.has(answer.verdict) ? toneTint[tone] : ''}`}>
      <Status of="access" value={answer.verdict} look="glyph" />
    </span>
  )
}

/** Reasons once each, with the commands they hold for; folded, since the glyphs answer first. */
function Why({ answers }: { answers: Row['answers'] }) {
  const t = useTranslations('tables.access')
  const locale = useLocale()
  const reasons = new Map<string, string[]>()
  for (const command of commands) {
    for (const fact of answers[command].because) {
      const text = say(explain(fact), locale)
      reasons.set(text, [...(reasons.get(text) ?? []), command.toLowerCase()])
    }
  }
  return (
    <details>
      <summary className="link text-meta">{t('because')}</summary>
      <ul className="text-meta mt-1 max-w-[64ch] space-y-1 whitespace-normal">
        {[...reasons].map(([text, of]) => (
          <li key={text}>
            <span className="text-muted">{of.length === commands.length ? '' : `${of.join(', ')}: `}</span>
            {text}
          </li>
        ))}
      </ul>
    </details>
  )
}
