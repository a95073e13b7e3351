import { expect, test } from 'vitest'
import { age, approximate, bytes, count, day, duration, percent } from './format'

test('sizes step by 1024 and keep one digit only where it says something', () => {
  expect(bytes(null, 'en')).toBe('—')
  expect(bytes(0, 'en')).toBe('0 B')
  expect(bytes(8192, 'en')).toBe('8 kB')
  expect(bytes(1_153_434, 'pt-BR')).toBe('1,1 MB')
})

test('numbers follow the language', () => {
  expect(count(1234567, 'en')).toBe('1,234,567')
  expect(count(1234567, 'pt-BR')).toBe('1.234.567')
  expect(approximate(1_200_000, 'en')).toBe('≈ 1.2M')
  expect(approximate(null, 'en')).toBe('—')
})

test('a share is never rounded up to everything', () => {
  expect(percent(9999, 10000, 'en')).toBe('99%')
  expect(percent(3, 3, 'en')).toBe('100%')
  expect(percent(0, 0, 'en')).toBe('—')
})

test('times are short', () => {
  expect(duration(104, 'en')).toBe('104 ms')
  expect(duration(2345, 'pt-BR')).toBe('2,3 s')
  expect(duration(0.0234, 'en')).toBe('0.02 ms')
  expect(duration(0.48, 'en')).toBe('0.5 ms')
  const now = new Date('2026-03-04T12:00:00Z')
  expect(age(new Date('2026-03-04T11:58:00Z'), now, 'en')).toBe('2 min. ago')
  expect(age(now, now, 'pt-BR')).toBe('agora')
})

test('a bare day is the same day in every zone', () => {
  expect(day('2026-06-01', 'en', 'America/Sao_Paulo')).toBe('Jun 1, 2026')
})
