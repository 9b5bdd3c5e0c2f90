import koffi from 'koffi'
import { join } from 'node:path'
import type { LibraryCandidate } from '../../../shared/contract/trainer.ts'
import { TensorFlowLibraryError } from '../../../shared/errors.ts'
import { libraryNames } from '../../../storage/builds/builds.ts'
import { findLibrary, howToFetch } from '../../../storage/builds/library.ts'
import { loaderOf } from './loader.ts'

/** An address in native memory, as koffi hands it out. */
export type Pointer = { readonly __native: unique symbol }

/** One output of an operation: the C struct `TF_Output`. */
export interface Output {
  readonly oper: Pointer
  readonly index: number
}

const loader = loaderOf(process.platform)
const libc = koffi.load(loader.libc)
const dlopen = libc.func('void* dlopen(const char*, int)') as (file: string, flags: number) => Pointer | null
const dlerror = libc.func('const char* dlerror()') as () => string | null

export const memcpyIn = libc.func('void* memcpy(void* dst, const void* src, size_t n)') as (
  dst: Pointer,
  src: ArrayBufferView,
  bytes: number,
) => void
export const memcpyOut = libc.func('void* memcpy(_Out_ void* dst, void* src, size_t n)') as (
  dst: Uint8Array,
  src: Pointer,
  bytes: number,
) => void
export const memset = libc.func('void* memset(void* dst, int value, size_t n)') as (
  dst: Pointer,
  value: number,
  bytes: number,
) => void

for (const name of [
  'TF_Operation',
  'TF_Graph',
  'TF_Status',
  'TF_Tensor',
  'TF_Session',
  'TF_SessionOptions',
  'TF_OperationDescription',
  'TF_Function',
  'TF_DeviceList',
  'TF_CheckpointReader',
  'TFE_Context',
  'TFE_ContextOptions',
  'TFE_TensorHandle',
  'TFE_Op',
])
  koffi.opaque(name)
koffi.struct('TF_Output', { oper: 'TF_Operation*', index: 'int' })
koffi.struct('TF_Buffer', { data: 'const void*', length: 'size_t', deallocator: 'void*' })

type Library = ReturnType<typeof koffi.load>

let loaded: { main: Library; framework: Library; found: LibraryCandidate } | undefined

/**
 * koffi unloads its libraries at exit and TensorFlow's own exit handlers then run in memory that is gone
 * (signal 11); pinning both first keeps them in place until the process ends.
 */
function pin(file: string, build: LibraryCandidate['build']): void {
  const problem = openForGood(file)
  if (problem === undefined) return
  throw new TensorFlowLibraryError(
    `TensorFlow could not be loaded (${problem}); ${howToFetch(build, process.env, true)} to fetch it again.`,
  )
}

/** Opens a library that stays until the process ends. Returns what the system says against it. */
export function openForGood(file: string): string | undefined {
  return dlopen(file, loader.flags) ? undefined : (dlerror() ?? 'no reason was given')
}

function libraries() {
  if (loaded) return loaded
  const found = findLibrary(process.env)
  const [framework, main] = libraryNames().map((name) => join(found.folder, name)) as [string, string]
  for (const file of [framework, main]) pin(file, found.build)
  loaded = { framework: koffi.load(framework), main: koffi.load(main), found }
  return loaded
}

/** Where TensorFlow was loaded from; loads it if that has not happened. */
export function loadedLibrary(): Pick<LibraryCandidate, 'folder' | 'build'> {
  return libraries().found
}

export type SystemLibrary = Library

/** A library of the system by its name or path, or what the system says against it. */
export function openSystemLibrary(name: string): { readonly library?: Library; readonly problem?: string } {
  const problem = openForGood(name)
  return problem === undefined ? { library: koffi.load(name) } : { problem }
}

/** A native function that also has koffi's asynchronous form, which runs in a thread of its own. */
export interface NativeFunction<A extends unknown[], R> {
  (...args: A): R
  async(...args: [...A, (error: Error | null, result: R) => void]): void
}

/**
 * Declares a function of TensorFlow's C API by its prototype. It is looked up at the first call, so that
 * importing this module loads nothing.
 */
export function declare<A extends unknown[], R>(prototype: string): NativeFunction<A, R> {
  let resolved: NativeFunction<A, R> | undefined
  const resolve = () => (resolved ??= find(prototype) as NativeFunction<A, R>)
  const call = (...args: A): R => (resolved ?? resolve())(...args)
  return Object.assign(call, {
    async: (...args: [...A, (error: Error | null, result: R) => void]) => resolve().async(...args),
  })
}

function find(prototype: string): unknown {
  const { main, framework } = libraries()
  try {
    return main.func(prototype)
  } catch {
    return framework.func(prototype)
  }
}

/** The address a pointer holds, for arithmetic over elements. */
export const addressOf = (pointer: Pointer): bigint => koffi.address(pointer)

/** A pointer to an address. */
export const pointerAt = (address: bigint): Pointer => address as unknown as Pointer

/** Reads the C struct `TF_Buffer` that a pointer names, and copies what it holds. */
export function bufferBytes(buffer: Pointer): Uint8Array {
  const { data, length } = koffi.decode(buffer, 'TF_Buffer') as { data: Pointer; length: number | bigint }
  const bytes = new Uint8Array(Number(length))
  if (bytes.length > 0) memcpyOut(bytes, data, bytes.length)
  return bytes
}
