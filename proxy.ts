import { NextResponse, type NextRequest } from 'next/server'
import { settings } from '@/lib/env'
import { databaseCookie } from '@/lib/i18n/locale'

/**
 * Two things for each page: `?db=name` chooses the database looked at and leaves the address, and the policy that says
 * which scripts may run gets its nonce. Nobody is signed in or turned away here: pages and the database do that.
 */
export function proxy(request: NextRequest): NextResponse {
  const database = request.nextUrl.searchParams.get('db')
  if (database !== null && request.method === 'GET') {
    const url = request.nextUrl.clone()
    url.searchParams.delete('db')
    const answer = NextResponse.redirect(url)
    answer.cookies.set(databaseCookie, database.slice(0, 63), {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      maxAge: 31_536_000,
    })
    return answer
  }
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
  const policy = contentPolicy(nonce)
  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  // Where the sign-in leads back to; overwritten here, so a browser cannot set it.
  headers.set('x-tabellion-path', request.nextUrl.pathname + request.nextUrl.search)
  const answer = NextResponse.next({ request: { headers } })
  answer.headers.set('content-security-policy', policy)
  return answer
}

function contentPolicy(nonce: string): string {
  const development = !settings().production
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

export const config = {
  matcher: [
    {
      source: '/((?!api/|export/|upload/|health|_next/static|_next/image|favicon|icon).*)',
      missing: [{ type: 'header', key: 'next-router-prefetch' }],
    },
  ],
}
