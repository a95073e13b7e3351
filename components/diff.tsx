import { useTranslations } from 'next-intl'
import type { Change, Side } from '@/lib/audit/diff'

/** What an entry changed: a field in a dim column, `− old` and `+ new`; masked values never appear. Server component. */
export function Diff({ changes }: { changes: readonly Change[] }) {
  const t = useTranslations('shell.diff')
  const shown = changes.filter((change) => !change.bookkeeping)
  const kept = changes.filter((change) => change.bookkeeping)
  if (changes.length === 0) return <p className="text-muted">{t('nothing')}</p>
  return (
    <div className="space-y-2">
      {shown.length > 0 && <Rows changes={shown} />}
      {kept.length > 0 && (
        <details open={shown.length === 0}>
          <summary className="link text-meta">{t('more', { count: kept.length })}</summary>
          <div className="mt-2">
            <Rows changes={kept} />
          </div>
        </details>
      )}
    </div>
  )
}

function Rows({ changes }: { changes: readonly Change[] }) {
  const t = useTranslations('shell.diff')
  return (
    <table className="border-line rounded-control w-full border-separate border-spacing-0 overflow-hidden border text-meta">
      <caption className="sr-only">{t('caption')}</caption>
      <tbody>
        {changes.map((change) => (
          <tr
            key={change.field}
            className="[&:not(:last-child)>*]:border-line [&:not(:last-child)>*]:border-b"
          >
            <th
              scope="row"
              className="bg-sunken text-muted w-2/5 px-2 py-1.5 text-start align-top font-mono font-normal [overflow-wrap:anywhere]"
            >
              {change.field}
            </th>
            <td className="px-2 py-1.5 align-top font-mono [overflow-wrap:anywhere]">
              <Body change={change} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Body({ change }: { change: Change }) {
  const t = useTranslations('shell.diff')
  if (change.kind === 'masked') return <span className="text-muted">•••• {t('masked')}</span>
  if (change.pieces) {
    return (
      <span className="whitespace-pre-wrap">
        {change.pieces.map((piece, at) =>
          piece.kind === 'same' ? (
            <span key={at}>{piece.text}</span>
          ) : piece.kind === 'old' ? (
            <del key={at} className="text-bad bg-bad-bg">
              {piece.text}
            </del>
          ) : (
            <ins key={at} className="text-ok bg-ok-bg no-underline">
              {piece.text}
            </ins>
          ),
        )}
      </span>
    )
  }
  return (
    <>
      {change.kind !== 'added' && (
        <del className="text-bad block">
          <span aria-hidden="true">− </span>
          <span className="sr-only">{t('before')}: </span>
          <Value side={change.before} />
        </del>
      )}
      {change.kind !== 'removed' && (
        <ins className="text-ok block no-underline">
          <span aria-hidden="true">+ </span>
          <span className="sr-only">{t('after')}: </span>
          <Value side={change.after} />
        </ins>
      )}
    </>
  )
}

function Value({ side }: { side: Side }) {
  const t = useTranslations('shell.diff')
  if (side.kind === 'masked') return <span className="text-muted">••••</span>
  if (side.kind === 'absent') return <span className="text-muted italic">{t('absent')}</span>
  if (side.value === null) return <span className="text-muted">null</span>
  if (side.value === '') return <span title={t('empty')}>""</span>
  return <>{typeof side.value === 'object' ? JSON.stringify(side.value) : String(side.value)}</>
}
