import type { Metadata, Route } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { nextPath } from '@/lib/session/next-path'
import { currentPrincipal } from '@/lib/session/principal'
import { confirmCode } from '../actions'
import { Frame } from '../frame'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('sign-in'))('codeTitle') }
}

export default async function CodePage({ searchParams }: PageProps<'/sign-in/code'>) {
  const { next: wanted } = await searchParams
  const next = nextPath(typeof wanted === 'string' ? wanted : null)
  if (await currentPrincipal()) redirect(next as Route)
  const t = await getTranslations('sign-in')
  return (
    <Frame title={t('codeTitle')} lead={t('codeText')}>
      <ActionForm action={confirmCode} submit={t('codeSubmit')} working={t('working')} values={{ next }}>
        <Field name="code" label={t('code')} autoComplete="one-time-code" maxLength={40} required />
      </ActionForm>
      <p className="mt-6">
        <Link href="/sign-in" prefetch={false} className="link">
          {t('again')}
        </Link>
      </p>
    </Frame>
  )
}
