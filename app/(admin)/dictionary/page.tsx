import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { DataTable, type Column } from '@/components/data-table'
import { FilterBar, type Chip } from '@/components/list-controls'
import { PageHeader, Section } from '@/components/page'
import { RelationLink } from '@/components/relation-link'
import { Empty, FilteredAway, Waiting } from '@/components/states'
import { Status } from '@/components/status'
import { dictionaryOf, selectChapters, type Chapter, type Entry } from '@/lib/dictionary/dictionary'
import { count } from '@/lib/format/format'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import type { SearchParams } from '@/lib/url/search'
import { WithScan, type Scan } from '../with-scan'
import { dictionaryFilter, search, type State } from './search'

/** Tables told on one page; the search narrows, and the export has all of them. */
const shownAtMost = 60
const classes = ['pub', 'int', 'pers', 'sens', 'sec', 'none'] as const

export async function generateMetadata() {
  return { title: (await getTranslations('dictionary'))('title') }
}

export default async function DictionaryPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('catalog:read')
  const state = search.parse(await searchParams)
  const t = await getTranslations('dictionary')
  return (
    <Section waitKey={search.query(state)} fallback={<Waiting height={480} />}>
      <WithScan principal={principal} title={t('title')}>
        {(scan) => <Dictionary scan={scan} state={state} exports={may(principal, 'export')} />}
      </WithScan>
    </Section>
  )
}

function Dictionary({ scan, state, exports }: { scan: Scan; state: State; exports: boolean }) {
  const t = useTranslations('dictionary')
  const locale = useLocale()
  const all = dictionaryOf(scan.facts)
  const chapters = selectChapters(all, dictionaryFilter(state))
  const columns = chapters.reduce((sum, chapter) => sum + chapter.entries.length, 0)
  const format = (as: string) =>
    `/export/dictionary${search.query(state) === '' ? '?' : `${search.query(state)}&`}format=${as}`
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={t('facts', {
          tables: count(chapters.length, locale),
          columns: count(columns, locale),
          unclassified: count(
            chapters.flatMap((one) => one.entries).filter((entry) => entry.class === null).length,
            locale,
          ),
        })}
        actions={
          exports && (
            <>
              <LinkButton href={format('csv')} download>
                CSV
              </LinkButton>
              <LinkButton href={format('markdown')} download>
                Markdown
              </LinkButton>
            </>
          )
        }
      />
      <Filters state={state} schemas={[...new Set(all.map((one) => one.schema))].sort()} />
      {all.length === 0 ? (
        <Empty title={t('none')} />
      ) : chapters.length === 0 ? (
        <FilteredAway clearHref={search.path} />
      ) : (
        chapters.slice(0, shownAtMost).map((chapter) => <Table key={chapter.id} chapter={chapter} />)
      )}
      {chapters.length > shownAtMost && (
        <p className="text-muted">{t('more', { count: chapters.length - shownAtMost })}</p>
      )}
    </>
  )
}

function Filters({ state, schemas }: { state: State; schemas: readonly string[] }) {
  const t = useTranslations('dictionary')
  const chips: Chip[] = [
    ...(state.q === '' ? [] : [{ label: t('search'), value: state.q, href: search.href(state, { q: '' }) }]),
    ...(state.schema.length === 0
      ? []
      : [{ label: t('schema'), value: state.schema.join(', '), href: search.href(state, { schema: [] }) }]),
    ...(state.class.length === 0
      ? []
      : [
          {
            label: t('columns.class'),
            value: state.class.map((one) => t(`classes.${one}`)).join(', '),
            href: search.href(state, { class: [] }),
          },
        ]),
  ]
  return (
    <FilterBar
      path={search.path}
      kept={search.kept(state, ['q', 'schema', 'class'])}
      chips={chips}
      clearHref={search.path}
      fields={[
        { kind: 'search', name: 'q', value: state.q, label: t('search') },
        {
          kind: 'many',
          name: 'schema',
          value: state.schema,
          label: t('schema'),
          options: schemas.map((value) => ({ value, label: value })),
        },
        {
          kind: 'many',
          name: 'class',
          value: state.class,
          label: t('columns.class'),
          options: classes.map((value) => ({ value, label: t(`classes.${value}`) })),
        },
      ]}
    />
  )
}

/** A mark of the reference's comments in words; another schema's own marks stay as they are written. */
function useMarks() {
  const t = useTranslations('dictionary')
  return (kind: 'tags' | 'audits' | 'keeps', mark: string) => {
    const key = `${kind}.${mark}` as 'tags.enc'
    return t.has(key) ? t(key) : mark
  }
}

function Table({ chapter }: { chapter: Chapter }) {
  const t = useTranslations('dictionary')
  const said = useMarks()
  const facts = [
    chapter.pattern && `${t('rlsPattern')} ${chapter.pattern}`,
    chapter.audit && `${t('audit')} ${said('audits', chapter.audit)}`,
    chapter.keep && `${t('keep')} ${said('keeps', chapter.keep)}`,
  ].filter(Boolean)
  return (
    <section className="mb-6" id={chapter.id}>
      <div className="mb-1 flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 className="font-semibold">
          <RelationLink id={chapter.id} />
        </h2>
        <Status of="rls" value={chapter.rls} />
        {facts.length > 0 && <span className="text-muted text-meta">{facts.join(' · ')}</span>}
      </div>
      {chapter.description && <p className="mb-2 max-w-[80ch]">{chapter.description}</p>}
      <DataTable
        caption={chapter.id}
        columns={useColumns()}
        rows={chapter.entries}
        rowKey={(entry) => entry.column}
      />
    </section>
  )
}

function useColumns(): Column<Entry>[] {
  const t = useTranslations('dictionary')
  const said = useMarks()
  return [
    {
      id: 'column',
      head: t('columns.column'),
      width: '12rem',
      cell: (row) => <code className="[overflow-wrap:anywhere]">{row.column}</code>,
    },
    {
      id: 'type',
      head: t('columns.type'),
      width: '10rem',
      cell: (row) => <code className="text-muted [overflow-wrap:anywhere]">{row.type}</code>,
    },
    {
      id: 'nullable',
      head: t('columns.nullable'),
      width: '4rem',
      cell: (row) => (row.nullable ? t('yes') : ''),
    },
    {
      id: 'key',
      head: t('columns.key'),
      width: '10rem',
      cell: (row) => (row.key ? 'PK' : row.references ? <RelationLink id={row.references} /> : ''),
    },
    {
      id: 'class',
      head: t('columns.class'),
      width: '8rem',
      cell: (row) =>
        row.class ? (
          <span>
            {t(`classes.${row.class}`)}{' '}
            {row.tags.length > 0 && (
              <span className="text-muted text-meta">
                {row.tags.map((tag) => said('tags', tag)).join(', ')}
              </span>
            )}
          </span>
        ) : (
          <Status of="outcome" value="unknown">
            {t('classes.none')}
          </Status>
        ),
    },
    {
      id: 'description',
      head: t('columns.description'),
      cell: (row) => row.description ?? <span className="text-muted">—</span>,
    },
  ]
}
