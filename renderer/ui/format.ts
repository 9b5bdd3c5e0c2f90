export * from '../../shared/format-number.ts'
