export * from '../storage/files.ts'
