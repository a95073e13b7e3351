import { getTranslations } from 'next-intl/server'
import { headers } from 'next/headers'
import { LinkButton } from '@/components/button'
import { Notice } from '@/components/notice'

export default async function Unauthorized() {
  const t = await getTranslations('shell.notices')
  const path = (await headers()).get('x-tabellion-path')
  return (
    <Notice title={t('unauthorizedTitle')}>
      <p>{t('unauthorized')}</p>
      <LinkButton href={path ? `/sign-in?next=${encodeURIComponent(path)}` : '/sign-in'} primary>
        {t('signIn')}
      </LinkButton>
    </Notice>
  )
}
