import { useTranslations } from 'next-intl'
import { CopyButton } from './copy-button'

/** SQL to read and to take along. Give statements without semicolons: they are added here and in what is copied. */
export function SqlBlock({ sql, label = 'SQL' }: { sql: readonly string[] | string; label?: string }) {
  const t = useTranslations('shell')
  const text = typeof sql === 'string' ? sql : sql.map((each) => each.replace(/;?\s*$/, ';')).join('\n')
  return (
    <div className="border-line rounded-control bg-sunken relative border">
      <pre
        className="px-3 py-2 pr-20 leading-5 [overflow-wrap:anywhere] whitespace-pre-wrap"
        aria-label={label}
      >
        <code>{text}</code>
      </pre>
      <span className="no-print absolute top-1 right-1">
        <CopyButton text={text} label={t('copy')} done={t('copied')} />
      </span>
    </div>
  )
}

/** A piece of SQL inside a line: a name, an expression. */
export function Code({ children }: { children: string }) {
  return <code className="break-words">{children}</code>
}
