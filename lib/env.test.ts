import { describe, expect, it } from 'vitest'
import { databaseName, InvalidSettings, parseSettings } from './env'

describe('settings', () => {
  it('stand on their own when nothing is set', () => {
    const settings = parseSettings({})
    expect(settings).toMatchObject({
      databases: [],
      port: 3000,
      origin: 'http://localhost:3000',
    })
    expect(settings.home).toMatch(/\.tabellion$/)
  })

  it('take DATABASE_URL as one governed database named after itself', () => {
    const url = 'postgres://me:p%40ss@db.example:5433/odd%20%22name%22'
    expect(parseSettings({ DATABASE_URL: url }).databases).toEqual([
      { name: 'odd "name"', scanUrl: url, recordsUrl: url },
    ])
    expect(databaseName('postgresql://anna@localhost')).toBe('anna')
  })

  it('take several databases, the records over the scan connection unless said otherwise', () => {
    const list = [
      { name: 'a', scanUrl: 'postgresql://s@h/a', recordsUrl: 'postgresql://w@h/a' },
      { name: 'b', scanUrl: 'postgresql://s@h/b' },
    ]
    expect(parseSettings({ TABELLION_DATABASES: JSON.stringify(list) }).databases).toEqual([
      list[0],
      { ...list[1], recordsUrl: 'postgresql://s@h/b' },
    ])
  })

  it('report every problem at once and never the value, which may hold a password', () => {
    const problems = problemsOf({
      DATABASE_URL: 'mysql://root:hunter2@localhost/x',
      PORT: '70000',
      TABELLION_DATABASES: '{',
      TABELLION_DEMO: 'perhaps',
      TABELLION_SECRET: 'hunter2',
    })
    expect(problems).toHaveLength(5)
    expect(problems.join()).not.toContain('hunter2')
    expect(problems[0]).toBe('DATABASE_URL is not a postgresql://user:password@host:port/database URL.')
  })

  it('refuse two databases of one name', () => {
    const twice = JSON.stringify([1, 2].map(() => ({ name: 'a', scanUrl: 'postgres://h/a' })))
    expect(problemsOf({ TABELLION_DATABASES: twice })).toEqual([
      'TABELLION_DATABASES names a database twice.',
    ])
  })
})

function problemsOf(source: Record<string, string>): readonly string[] {
  try {
    parseSettings(source)
  } catch (error) {
    if (error instanceof InvalidSettings) return error.problems
    throw error
  }
  return []
}
