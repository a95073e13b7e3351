import { expect, test } from 'vitest'
import { nextPath } from './next-path'

test('after signing in only paths of this site are followed', () => {
  expect(nextPath('/findings?severity=critical&q=a%20b#x')).toBe('/findings?severity=critical&q=a%20b#x')
  expect(nextPath('/tables/public.%22odd%20name%22')).toBe('/tables/public.%22odd%20name%22')
  for (const hostile of [
    null,
    '',
    'overview',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n//evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/..//evil.example\\@x',
    '/sign-in?next=/sign-in',
    '/api/auth/sign-out',
  ]) {
    expect(nextPath(hostile)).toBe('/overview')
  }
})

test('dots do not lead out of the site', () => {
  expect(nextPath('/a/../..//evil.example').startsWith('//')).toBe(false)
})
