import { useTranslations } from 'next-intl'
import { LinkButton } from '@/components/button'

/** Downloads what the list shows, all pages of it: the same URL state under /export. */
export function ExportLink({ kind, query }: { kind: string; query: string }) {
  const t = useTranslations('shell.list')
  return (
    <LinkButton href={`/export/${kind}${query}`} download>
      {t('export')}
    </LinkButton>
  )
}
