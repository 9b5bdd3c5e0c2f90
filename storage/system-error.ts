import { StorageError } from '../shared/errors.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'the disk quota is used up; free some space',
  EACCES: 'permission is denied; change the permissions',
  EPERM: 'permission is denied; change the permissions',
  EROFS: 'the file system is read-only; choose a folder on another one',
  ENOTDIR: 'a file stands where a folder is needed; remove it or choose another folder',
  EISDIR: 'a folder stands where a file is needed; remove it',
  EMFILE: 'too many files are open; raise the limit with ulimit -n',
  EIO: 'the disk reports an error; check it',
}

/**
 * The `StorageError` that a system error comes to, or the error itself where it is none that a person can mend.
 * @param what the subject of the sentence, such as `The run folder /data/runs/a`
 */
export function asStorageError(error: unknown, what: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!Object.hasOwn(reasons, code)) return error
  return new StorageError(`${what} cannot be used: ${reasons[code]}.`, { cause: error })
}
