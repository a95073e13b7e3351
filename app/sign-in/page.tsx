import type { Metadata, Route } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { listDemonstrationUsers } from '@/lib/users/first-users'
import { env } from '@/lib/env'
import { nextPath } from '@/lib/session/next-path'
import { currentPrincipal } from '@/lib/session/principal'
import { signIn } from './actions'
import { Frame } from './frame'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('sign-in'))('title') }
}

const one = (value: string | string[] | undefined) => (typeof value === 'string' ? value : '')

export default async function SignInPage({ searchParams }: PageProps<'/sign-in'>) {
  const state = await searchParams
  const next = nextPath(one(state.next))
  if (await currentPrincipal()) redirect(next as Route)
  const t = await getTranslations('sign-in')
  const chosen = one(state.as).slice(0, 320)
  return (
    <Frame title={t('title')} lead={t('lead')}>
      <ActionForm action={signIn} submit={t('submit')} working={t('working')} values={{ next }} key={chosen}>
        <Field
          name="email"
          kind="email"
          label={t('email')}
          autoComplete="username"
          maxLength={320}
          defaultValue={chosen}
          required
        />
        <Field
          name="password"
          kind="password"
          label={t('password')}
          autoComplete="current-password"
          maxLength={256}
          required
        />
      </ActionForm>
      <p className="text-muted mt-6">{t('forgotten')}</p>
      {env().demonstration && <Demonstration next={next} />}
    </Frame>
  )
}

/** Links, so that they work before any script; the password is on the terminal of whoever started it. */
async function Demonstration({ next }: { next: string }) {
  const t = await getTranslations('sign-in')
  const people = await listDemonstrationUsers(env().storeUrl)
  if (people.length === 0) return null
  return (
    <section className="border-line mt-8 border-t pt-5" aria-labelledby="demonstration">
      <h2 id="demonstration" className="font-semibold">
        {t('demoTitle')}
      </h2>
      <p className="text-muted mt-1">{t('demoText')}</p>
      <ul className="mt-3 space-y-3">
        {people.map(({ email, name, role }) => (
          <li key={email}>
            <Link
              href={`/sign-in?as=${encodeURIComponent(email)}&next=${encodeURIComponent(next)}` as Route}
              prefetch={false}
              className="link font-mono"
              aria-label={t('demoUse', { email })}
            >
              {email}
            </Link>
            <p>
              {name}, {t(`roles.${role}`)}
            </p>
            <p className="text-muted text-meta">{t(`does.${role}`)}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
