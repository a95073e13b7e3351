import { expect, test } from 'vitest'
import { testDatabase } from '../../db/test-database'
import { neighbours } from './neighbours'
import { readSnapshot } from './read'
import type { RelationId } from './types'

test('neighbours are found in both directions, to a depth, and copies on partitions once', async () => {
  const db = await testDatabase()
  await db.run(`
    create table public.clinic (id int primary key, parent int references public.clinic);
    create table public.patient (id int primary key, clinic int references public.clinic on delete cascade);
    create table public.visit (id int, at date, patient int references public.patient, primary key (id, at)) partition by range (at);
    create table public.visit_2024 partition of public.visit for values from ('2024-01-01') to ('2025-01-01');
    create table public.note (id int primary key, visit int, at date, foreign key (visit, at) references public.visit);
    create table public.lonely (id int);`)
  const snapshot = await readSnapshot(db.url)
  const around = (name: string, depth?: number) => neighbours(snapshot, `public.${name}` as RelationId, depth)
  const names = (name: string, depth?: number) =>
    around(name, depth).nodes.map((node) => `${node.distance} ${node.relation}`)
  expect(names('patient')).toEqual(['0 public.patient', '1 public.clinic', '1 public.visit'])
  expect(around('patient').more).toBe(true)
  expect(names('patient', 2)).toEqual([
    '0 public.patient',
    '1 public.clinic',
    '1 public.visit',
    '2 public.note',
  ])
  expect(around('patient', 2).more).toBe(false)
  expect(around('patient', 2).edges.map((edge) => `${edge.from} ${edge.to}`)).toEqual([
    'public.clinic public.clinic',
    'public.note public.visit',
    'public.patient public.clinic',
    'public.visit public.patient',
  ])
  expect(around('patient', 2).edges[2]).toMatchObject({
    columns: ['clinic'],
    referenced: ['id'],
    onDelete: 'cascade',
  })
  expect(around('lonely')).toEqual({
    nodes: [{ relation: 'public.lonely', distance: 0, known: true }],
    edges: [],
    more: false,
  })
  await db.drop()
})
