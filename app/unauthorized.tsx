import { getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { Notice } from '@/components/notice'

export default async function Unauthorized() {
  const t = await getTranslations('shell.notices')
  return (
    <Notice title={t('unauthorizedTitle')}>
      <p>{t('unauthorized')}</p>
      <LinkButton href="/sign-in" primary>
        {t('signIn')}
      </LinkButton>
    </Notice>
  )
}
