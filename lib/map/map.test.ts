import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import type { RelationId } from '@/lib/catalog/types'
import { factsOf, type Facts } from '@/lib/rules/facts'
import {
  dictionaryAsMarkdown,
  dictionaryAsRows,
  dictionaryOf,
  selectChapters,
} from '../dictionary/dictionary'
import { busiest, drawnAtMost, mapOf } from './graph'
import { layoutOf } from './layout'

let database: TestDatabase
let facts: Facts

beforeAll(async () => {
  database = await testDatabase()
  await database.run(`
    create table clinics (id int primary key);
    create table patients (id int primary key, clinic_id int not null references clinics, mother_id int references patients, "odd|na""me" text);
    create table visits (id int primary key, patient_id int references patients on delete cascade, clinic_id int references clinics);
    create table notes (id int primary key, visit_id int references visits);
    create table alone (id int primary key);
    alter table patients enable row level security;
    comment on table patients is 'People who come. [pers audit=all rls=R2 keep=chart]';
    comment on column patients."odd|na""me" is 'A | in it. [sens free]';
    create view seen as select id from patients`)
  facts = factsOf(await readSnapshot(database.url), {})
})
afterAll(() => database.drop())

const id = (name: string) => `public.${name}` as RelationId

describe('the map', () => {
  test('shows every linked table, lists the others, and tells row security', () => {
    const map = mapOf(facts, { focus: null, depth: 1 })
    expect(map.nodes.map((node) => [node.id, node.rls]).sort()).toEqual([
      [id('clinics'), 'off'],
      [id('notes'), 'off'],
      [id('patients'), 'enabled'],
      [id('visits'), 'off'],
    ])
    expect(map.unlinked).toEqual([id('alone')])
    expect(map.edges.map((edge) => `${edge.from} ${edge.to} ${edge.onDelete}`).sort()).toEqual([
      'public.notes public.visits no action',
      'public.patients public.clinics no action',
      'public.patients public.patients no action',
      'public.visits public.clinics no action',
      'public.visits public.patients cascade',
    ])
  })

  test('around a table goes as far as asked, and says when there is more', () => {
    const near = mapOf(facts, { focus: id('clinics'), depth: 1 })
    expect(near.nodes.map((node) => node.id)).toEqual([id('clinics'), id('patients'), id('visits')])
    expect(near.more).toBe(true)
    const far = mapOf(facts, { focus: id('clinics'), depth: 2 })
    expect([far.nodes.length, far.more]).toEqual([4, false])
    expect(mapOf(facts, { focus: 'public.nothing' as RelationId, depth: 1 }).nodes).toHaveLength(4)
  })

  test('names the tables that most keys join, where it is too much to draw', () => {
    expect(busiest(facts, 2)).toEqual([
      { id: id('patients'), keys: 3 },
      { id: id('visits'), keys: 3 },
    ])
  })

  test('is laid out without two boxes on one another, each wire between its boxes, twice the same', async () => {
    const map = mapOf(facts, { focus: null, depth: 1 })
    const layout = await layoutOf(map)
    const boxes = [...layout.boxes.values()]
    expect(boxes).toHaveLength(4)
    for (const [at, a] of boxes.entries())
      for (const b of boxes.slice(at + 1))
        expect(
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y,
        ).toBe(true)
    expect(layout.wires).toHaveLength(4)
    for (const { from, points } of layout.wires) {
      const box = layout.boxes.get(from)
      expect(points[0]?.[0]).toBeCloseTo((box?.x ?? 0) + (box?.width ?? 0))
    }
    expect(await layoutOf(map)).toEqual(layout)
  })

  test('of too many tables draws none, and says how many', async () => {
    const many = await testDatabase()
    const chain = Array.from(
      { length: drawnAtMost + 1 },
      (_, at) => `create table t${at + 1} (id int primary key, up int references t0)`,
    )
    await many.run(`create table t0 (id int primary key); ${chain.join(';')}`)
    const wide = factsOf(await readSnapshot(many.url), {})
    await many.drop()
    expect(mapOf(wide, { focus: null, depth: 1 })).toMatchObject({ nodes: [], tooMany: drawnAtMost + 2 })
    expect(mapOf(wide, { focus: id('t5'), depth: 1 }).nodes).toHaveLength(2)
  })
})

describe('the dictionary', () => {
  test('tells each column with its class, and what the comment says of its table', () => {
    const patients = dictionaryOf(facts).find((chapter) => chapter.name === 'patients')
    expect(patients).toMatchObject({
      description: 'People who come.',
      pattern: 'R2',
      keep: 'chart',
      audit: 'all',
      rls: 'enabled',
    })
    expect(patients?.entries).toMatchObject([
      { column: 'id', type: 'integer', key: true, nullable: false, class: null },
      { column: 'clinic_id', references: id('clinics'), nullable: false },
      { column: 'mother_id', references: id('patients'), nullable: true },
      { column: 'odd|na"me', class: 'sens', tags: ['free'], description: 'A | in it.' },
    ])
    expect(dictionaryOf(facts).map((chapter) => chapter.name)).toContain('seen')
  })

  test('is searched by name, description and class', () => {
    const all = dictionaryOf(facts)
    const names = (q: string, of: ('sens' | 'none')[] = []) =>
      selectChapters(all, { q, schema: [], class: of }).map(
        (chapter) => `${chapter.name}:${chapter.entries.length}`,
      )
    expect(names('who come')).toEqual(['patients:4'])
    expect(names('visit_id')).toEqual(['notes:1'])
    expect(names('', ['sens'])).toEqual(['patients:1'])
    expect(names('nowhere')).toEqual([])
  })

  test('is exported whole: no name breaks a table of Markdown, and every column has a row', () => {
    const all = dictionaryOf(facts)
    const words = {
      title: 'T',
      columns: ['a', 'b', 'c', 'd', 'e', 'f'],
      keep: 'k',
      rls: 'r',
      audit: 'a',
      yes: 'yes',
    } as const
    const markdown = dictionaryAsMarkdown(all, words)
    expect(markdown).toContain('| `odd\\|na"me` | text | yes |  | sens free | A \\| in it. |')
    expect(markdown).toContain('r: R2 · a: all · k: chart')
    const rows = dictionaryAsRows(all)
    expect(rows).toHaveLength(1 + all.reduce((sum, chapter) => sum + chapter.entries.length, 0))
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([16]))
  })
})
