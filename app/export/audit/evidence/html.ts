import type { getTranslations } from 'next-intl/server'
import type { Entry } from '@/lib/audit/queries'
import { sentenceOf } from '@/lib/audit/sentence'
import { count, exact } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import type { Basis, Given } from '@/lib/ledger/evidence'
import type { Export } from '../take'

type Words = Awaited<ReturnType<typeof getTranslations<'evidence'>>>

/** The first page: what this is, of which log, and how it is checked. */
export function indexPage(
  t: Words,
  { principal, zone, locale, asked, count: matched }: Export,
  { size, keys }: Basis,
  given: Given,
  pages: readonly string[],
): string {
  const facts = [
    [t('database'), principal.database],
    [t('by'), `${principal.name} <${principal.email}>`],
    [t('at'), exact(new Date(), locale, zone)],
    [t('asked'), asked === '' ? t('everything') : decodeURIComponent(asked.slice(1))],
    [t('matched'), count(matched, locale)],
    [t('proved'), count(given.entries, locale)],
    [t('leftOut'), count(given.leftOut, locale)],
    [t('size'), count(size, locale)],
    [t('key'), keys[0] ?? ''],
  ]
  return page(
    locale,
    t('title'),
    `<h1>${text(t('title'))}</h1><p>${text(t('what'))}</p>
<dl>${facts.map(([name, value]) => `<dt>${text(name ?? '')}</dt><dd>${text(value ?? '')}</dd>`).join('')}</dl>
<h2>${text(t('check'))}</h2><p>${text(t('checkHow'))}</p>
<pre>node verify.mjs entries.ndjson --key "$(head -1 verifier-key.txt)"</pre><p>${text(t('checkKey'))}</p><p>${text(t('limits'))}</p>
<h2>${text(t('read'))}</h2><ul>${pages.map((name) => `<li><a href="${name}">${name}</a></li>`).join('')}</ul>`,
  )
}

/** Entries as sentences, to read; what is proved stands in entries.ndjson. */
export function entriesPage(
  t: Words,
  { zone, locale }: Export,
  rows: readonly Entry[],
  people: ReadonlyMap<string, string>,
  title: string,
): string {
  const head = [t('number'), t('when'), t('happened'), t('record'), t('patient'), t('outcome')]
  return page(
    locale,
    title,
    `<p><a href="index.html">${text(t('title'))}</a></p><table><thead><tr>${head.map((one) => `<th>${text(one)}</th>`).join('')}</tr></thead><tbody>
${rows.map((entry) => line(entry, people, locale, zone)).join('\n')}
</tbody></table>`,
  )
}

function line(entry: Entry, people: ReadonlyMap<string, string>, locale: string, zone: string): string {
  const { actorUserId: id, actorRole, sessionRole } = entry
  const actor = id === null ? sessionRole : (people.get(id) ?? [actorRole, id].filter(Boolean).join(' '))
  const cells = [
    entry.id,
    `${exact(new Date(entry.recordedAt), locale, zone)} (${entry.recordedAt})`,
    say(sentenceOf(entry, actor), locale),
    [entry.tableName, entry.recordId ?? entry.recordKey].filter(Boolean).join(' '),
    entry.patientRef ?? '',
    entry.outcome,
  ]
  return `<tr>${cells.map((cell) => `<td>${text(cell)}</td>`).join('')}</tr>`
}

const page = (locale: string, title: string, body: string) => `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(title)}</title>
<style>body{font:14px/20px system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color-scheme:light dark}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid #8884;overflow-wrap:anywhere}
pre{overflow-x:auto;padding:.75rem;border:1px solid #8884}</style></head><body>${body}</body></html>
`

const text = (value: string) =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
