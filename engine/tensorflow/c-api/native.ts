import koffi from 'koffi'
import { join } from 'node:path'
import { TensorFlowLibraryError } from '../../../shared/errors.ts'
import { findLibrary } from './library.ts'

/** An address in native memory, as koffi hands it out. */
export type Pointer = { readonly __native: unique symbol }

/** One output of an operation: the C struct `TF_Output`. */
export interface Output {
  readonly oper: Pointer
  readonly index: number
}

const RTLD_LAZY = 0x1
const RTLD_GLOBAL = 0x100
const RTLD_NODELETE = 0x1000

const libraryNames = { framework: 'libtensorflow_framework.so.2', main: 'libtensorflow_cc.so.2' }

const libc = koffi.load('libc.so.6')
const dlopen = libc.func('void* dlopen(const char*, int)')
const dlerror = libc.func('const char* dlerror()')

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

let loaded: { main: Library; framework: Library; folder: string } | undefined

/**
 * koffi unloads its libraries at exit and TensorFlow's own exit handlers then run in memory that is gone
 * (signal 11); pinning both first keeps them in place until the process ends.
 */
function pin(file: string): void {
  if (dlopen(file, RTLD_LAZY | RTLD_GLOBAL | RTLD_NODELETE)) return
  throw new TensorFlowLibraryError(
    `TensorFlow could not be loaded; run "npm run setup -- --repair" to fetch it again.`,
    {
      cause: new Error(String(dlerror())),
    },
  )
}

function libraries() {
  if (loaded) return loaded
  const folder = findLibrary(process.env)
  pin(join(folder, libraryNames.framework))
  pin(join(folder, libraryNames.main))
  loaded = {
    framework: koffi.load(join(folder, libraryNames.framework)),
    main: koffi.load(join(folder, libraryNames.main)),
    folder,
  }
  return loaded
}

/** The folder that TensorFlow was loaded from; loads it if that has not happened. */
export function libraryFolder(): string {
  return libraries().folder
}

/** A library of the system by its name; nothing where it is not installed. */
export function openSystemLibrary(name: string): Library | undefined {
  try {
    return koffi.load(name)
  } catch {
    return undefined
  }
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
