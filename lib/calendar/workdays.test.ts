import { expect, test } from 'vitest'
import { afterWorkdays, holidayOn, isWorkday, workdayFrom } from './workdays'

test.each([
  ['2026-01-01', 'Ano Novo'],
  ['2026-04-03', 'Sexta-Feira Santa'],
  ['2026-11-20', 'Dia da Consciência Negra'],
  ['2024-03-29', 'Sexta-Feira Santa'],
])('%s is %s', (day, name) => expect(holidayOn(day)).toBe(name))

test('Carnival and Corpus Christi are no national holidays', () => {
  expect(isWorkday('2026-02-17')).toBe(true)
  expect(isWorkday('2026-06-04')).toBe(true)
})

test('three working days from a Wednesday before Consciência Negra (a Friday)', () => {
  expect(afterWorkdays('2026-11-18', 3)).toBe('2026-11-24')
})

test('over Christmas and New Year', () => {
  expect(afterWorkdays('2026-12-23', 3)).toBe('2026-12-29')
  expect(workdayFrom('2027-01-01')).toBe('2027-01-04')
  expect(workdayFrom('2026-11-27')).toBe('2026-11-27')
})
