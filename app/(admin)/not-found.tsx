import { getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { Notice } from '@/components/notice'

export default async function NotFound() {
  const t = await getTranslations('shell.notices')
  return (
    <Notice inside title={t('notFoundTitle')}>
      <p>{t('notFound')}</p>
      <LinkButton href="/overview">{t('home')}</LinkButton>
    </Notice>
  )
}
