import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { cookies } from 'next/headers'
import { signOut } from '@/app/sign-in/actions'
import { setPreference } from '@/app/preferences'
import { densityCookie, locales, themeCookie } from '@/lib/i18n/locale'
import type { Principal } from '@/lib/session/principal'

/** Who is signed in, how pages look and speak, and the way out. All of it plain forms. */
export async function AccountMenu({ principal }: { principal: Principal }) {
  const jar = await cookies()
  const theme = jar.get(themeCookie)?.value ?? 'system'
  const density = jar.get(densityCookie)?.value ?? 'comfortable'
  return <Menu principal={principal} theme={theme} density={density} />
}

function Menu({ principal, theme, density }: { principal: Principal; theme: string; density: string }) {
  const t = useTranslations('shell')
  const locale = useLocale()
  return (
    <details className="relative" name="bar" data-menu>
      <summary
        aria-label={`${t('account')}: ${principal.name}`}
        className="border-edge bg-panel hover:bg-sunken rounded-control flex min-h-8 items-center gap-1.5 border px-2.5"
      >
        <span className="max-w-40 truncate">{principal.name}</span>
        <span aria-hidden="true" className="text-muted">
          ▾
        </span>
      </summary>
      <div className="border-line bg-panel rounded-card shadow-overlay absolute right-0 z-30 mt-1 w-64 space-y-3 border p-3">
        <div>
          <p className="truncate font-medium">{principal.name}</p>
          <p className="text-muted text-meta truncate">{principal.email}</p>
          <p className="text-muted text-meta">{t(`roles.${principal.role}`)}</p>
          <Link href="/account" prefetch={false} className="link mt-1.5 inline-block">
            {t('ownAccount')}
          </Link>
        </div>
        <Choice
          name="theme"
          label={t('theme')}
          current={theme}
          options={(['light', 'dark', 'system'] as const).map((value) => [value, t(`themes.${value}`)])}
        />
        <Choice
          name="density"
          label={t('density')}
          current={density}
          options={(['comfortable', 'compact'] as const).map((value) => [value, t(`densities.${value}`)])}
        />
        <Choice
          name="locale"
          label={t('language')}
          current={locale}
          options={locales.map((value) => [value, value === 'en' ? 'English' : 'Português'])}
        />
        <form action={signOut as unknown as (form: FormData) => Promise<void>}>
          <button
            id="sign-out"
            type="submit"
            className="border-edge hover:bg-sunken rounded-control w-full border px-3 py-1 font-medium"
          >
            {t('signOut')}
          </button>
        </form>
      </div>
    </details>
  )
}

function Choice({
  name,
  label,
  current,
  options,
}: {
  name: string
  label: string
  current: string
  options: readonly (readonly [string, string])[]
}) {
  return (
    <form action={setPreference}>
      <fieldset>
        <legend className="text-muted text-meta mb-1">{label}</legend>
        <div className="border-edge rounded-control flex overflow-hidden border">
          {options.map(([value, word]) => (
            <button
              key={value}
              id={`${name}-${value}`}
              type="submit"
              name={name}
              value={value}
              lang={name === 'locale' ? value : undefined}
              aria-pressed={value === current}
              className="aria-pressed:bg-info-bg aria-pressed:text-info border-line hover:bg-sunken flex-1 border-l px-1.5 py-1 text-meta first:border-l-0 aria-pressed:font-medium"
            >
              {word}
            </button>
          ))}
        </div>
      </fieldset>
    </form>
  )
}
