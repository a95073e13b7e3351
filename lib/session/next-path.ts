/** Where to go after signing in: a path of this site, never another one, else the start page. */
export function nextPath(wanted: string | null | undefined): string {
  const start = '/overview'
  if (
    !wanted ||
    wanted.length > 2000 ||
    !/^\/(?![/\\])[\x20-\x7e\u00a0-\uffff]*$/.test(wanted) ||
    wanted.includes('\\')
  )
    return start
  const base = 'http://tabellion.invalid'
  if (!URL.canParse(wanted, base)) return start
  const url = new URL(wanted, base)
  if (url.origin !== base || url.pathname.startsWith('//') || /^\/(sign-in|api)(\/|$)/.test(url.pathname))
    return start
  return url.pathname + url.search + url.hash
}
