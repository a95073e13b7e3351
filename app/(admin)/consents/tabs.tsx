import { getTranslations } from 'next-intl/server'
import { Tabs } from '@/components/page'

/** The pages of the day's consent work. */
export async function ConsentTabs() {
  const t = await getTranslations('consents.tabs')
  return (
    <Tabs
      label={t('label')}
      tabs={[
        { href: '/consents', label: t('list') },
        { href: '/consents/matrix', label: t('matrix') },
        { href: '/consents/work', label: t('work') },
        { href: '/consents/health', label: t('health') },
        { href: '/consents/guardians', label: t('guardians') },
        { href: '/consents/bulk', label: t('bulk') },
        { href: '/consents/tools', label: t('tools') },
      ]}
    />
  )
}
