import { getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { Notice } from '@/components/notice'

export default async function Forbidden() {
  const t = await getTranslations('shell.notices')
  return (
    <Notice inside title={t('forbiddenTitle')}>
      <p>{t('forbidden')}</p>
      <LinkButton href="/overview">{t('home')}</LinkButton>
    </Notice>
  )
}
