import './globals.css'
import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import { getLocale, getTranslations } from 'next-intl/server'
import { RememberZone } from '@/components/remember-zone'
import { densityCookie, themeCookie } from '@/lib/i18n/locale'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('shell')
  return { title: { default: 'Tabellion', template: '%s · Tabellion' }, description: t('description') }
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' }

export default async function RootLayout({ children }: { children: React.ReactNode }) {
  const jar = await cookies()
  const theme = jar.get(themeCookie)?.value
  return (
    <html
      lang={await getLocale()}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      data-theme={theme === 'light' || theme === 'dark' ? theme : undefined}
      data-density={jar.get(densityCookie)?.value === 'compact' ? 'compact' : undefined}
    >
      <body>
        {children}
        <RememberZone />
      </body>
    </html>
  )
}
