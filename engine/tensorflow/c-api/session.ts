import { bytesField, doubleField, message, varintField } from '../../../storage/protobuf.ts'
import type { Graph } from './graph.ts'
import { LiteralPath } from './literal-path.ts'
import { declare, type Output, type Pointer } from './native.ts'
import { Owned } from './owned.ts'
import { checked, checkedAsync } from './status.ts'
import { Tensor } from './tensor.ts'

const newOptions = declare<[], Pointer>('TF_SessionOptions* TF_NewSessionOptions()')
const deleteOptions = declare<[Pointer], void>('void TF_DeleteSessionOptions(TF_SessionOptions*)')
const setConfig = declare<[Pointer, Uint8Array, number, Pointer], void>(
  'void TF_SetConfig(TF_SessionOptions*, const void*, size_t, TF_Status*)',
)
const newSession = declare<[Pointer, Pointer, Pointer], Pointer>(
  'TF_Session* TF_NewSession(TF_Graph*, const TF_SessionOptions*, TF_Status*)',
)
const loadSession = declare<[Pointer, null, string, string[], number, Pointer, null, Pointer], Pointer>(
  'TF_Session* TF_LoadSessionFromSavedModel(TF_SessionOptions*, TF_Buffer*, const char*, const char**, int, TF_Graph*, TF_Buffer*, TF_Status*)',
)
const closeSession = declare<[Pointer, Pointer], void>('void TF_CloseSession(TF_Session*, TF_Status*)')
const deleteSession = declare<[Pointer, Pointer], void>('void TF_DeleteSession(TF_Session*, TF_Status*)')
const sessionRun = declare<
  [Pointer, null, Output[], Pointer[], number, Output[], (Pointer | null)[], number, Pointer[], number, null, Pointer],
  void
>(
  'void TF_SessionRun(TF_Session*, const void*, TF_Output*, TF_Tensor**, int, TF_Output*, _Out_ TF_Tensor**, int, const TF_Operation**, int, void*, TF_Status*)',
)
const listDevices = declare<[Pointer, Pointer], Pointer>(
  'TF_DeviceList* TF_SessionListDevices(TF_Session*, TF_Status*)',
)
const deleteDeviceList = declare<[Pointer], void>('void TF_DeleteDeviceList(TF_DeviceList*)')
const deviceCount = declare<[Pointer], number>('int TF_DeviceListCount(TF_DeviceList*)')
const deviceName = declare<[Pointer, number, Pointer], string>(
  'const char* TF_DeviceListName(TF_DeviceList*, int, TF_Status*)',
)
const deviceType = declare<[Pointer, number, Pointer], string>(
  'const char* TF_DeviceListType(TF_DeviceList*, int, TF_Status*)',
)
const deviceMemory = declare<[Pointer, number, Pointer], number>(
  'int64_t TF_DeviceListMemoryBytes(TF_DeviceList*, int, TF_Status*)',
)

export interface SessionOptions {
  /** Threads within one op; 0 or absent: one a core. */
  readonly intraOpThreads?: number
  /** Threads across ops; 0 or absent: one a core. */
  readonly interOpThreads?: number
  /** Whether TensorFlow rewrites the graph before its first run: without it, what runs once is ready sooner. True when absent. */
  readonly optimise?: boolean
  /** Whether it may use GPUs. True when absent. */
  readonly gpus?: boolean
}

/** `ConfigProto` of `config.proto`. */
function configProto(options: SessionOptions): Uint8Array {
  const { intraOpThreads = 0, interOpThreads = 0, optimise = true, gpus = true } = options
  const DEVICE_COUNT = 1
  const INTRA_OP = 2
  const INTER_OP = 5
  const GPU_OPTIONS = 6
  const ALLOW_SOFT_PLACEMENT = 7
  const GPU_MEMORY_FRACTION = 1
  const GPU_ALLOW_GROWTH = 4
  const GRAPH_OPTIONS = 10
  const OPTIMIZER_OPTIONS = 3
  const OPT_LEVEL = 3
  const L0 = -1
  const REWRITE_OPTIONS = 10
  const DISABLE_META_OPTIMIZER = 19
  const fraction = gpuMemoryFraction()
  const unchanged = message(
    bytesField(OPTIMIZER_OPTIONS, varintField(OPT_LEVEL, L0)),
    bytesField(REWRITE_OPTIONS, varintField(DISABLE_META_OPTIMIZER, true)),
  )
  // An entry of a map: its key, then its value. No GPU.
  const noGpu = message(bytesField(1, 'GPU'), varintField(2, 0))
  return message(
    ...(gpus ? [] : [bytesField(DEVICE_COUNT, noGpu)]),
    varintField(INTRA_OP, intraOpThreads),
    varintField(INTER_OP, interOpThreads),
    bytesField(
      GPU_OPTIONS,
      fraction > 0 ? doubleField(GPU_MEMORY_FRACTION, fraction) : varintField(GPU_ALLOW_GROWTH, true),
    ),
    varintField(ALLOW_SOFT_PLACEMENT, true),
    ...(optimise ? [] : [bytesField(GRAPH_OPTIONS, unchanged)]),
  )
}

/** All sessions of a process share its GPU's memory, and the first one decides how it is taken: so the process is told, not the session. */
function gpuMemoryFraction(): number {
  const fraction = Number(process.env.ANNEAL_GPU_MEMORY_FRACTION ?? 0)
  return fraction > 0 && fraction <= 1 ? fraction : 0
}

function open(options: SessionOptions, make: (native: Pointer) => Pointer): Pointer {
  const native = newOptions()
  try {
    const config = configProto(options)
    checked('TF_SetConfig', (status) => setConfig(native, config, config.length, status))
    return make(native)
  } finally {
    deleteOptions(native)
  }
}

const openNew = (graph: Graph, options: SessionOptions): Pointer =>
  open(options, (native) => checked('TF_NewSession', (status) => newSession(graph.pointer, native, status)))

function openSaved(folder: string, tag: string, graph: Graph, options: SessionOptions): Pointer {
  // Its weights are restored.
  using literal = new LiteralPath(folder)
  return open(options, (native) =>
    checked('TF_LoadSessionFromSavedModel', (status) =>
      loadSession(native, null, literal.path, [tag], 1, graph.pointer, null, status),
    ),
  )
}

function close(session: Pointer): void {
  try {
    checked('TF_CloseSession', (status) => closeSession(session, status))
  } finally {
    checked('TF_DeleteSession', (status) => deleteSession(session, status))
  }
}

export interface Device {
  readonly name: string
  readonly type: string
  readonly memoryBytes: number
}

export interface RunRequest {
  readonly feeds?: readonly (readonly [Output, Tensor])[]
  readonly fetches?: readonly Output[]
  /** Operations to run whose outputs are not wanted. */
  readonly targets?: readonly { pointer: Pointer }[]
}

/** Runs a graph; it may grow between runs. Variables and iterators live as long as the session. */
export class Session extends Owned {
  constructor(graph: Graph, options: SessionOptions = {}, pointer = openNew(graph, options)) {
    super('Session', pointer, close)
  }

  /** A session with the network of a SavedModel, whose operations are then in the graph, empty before. Throws `TensorFlowError`. */
  static load(folder: string, tag: string, graph: Graph, options: SessionOptions = {}): Session {
    return new Session(graph, options, openSaved(folder, tag, graph, options))
  }

  /**
   * Runs what the fetches and targets need, in a thread of its own. The caller owns the tensors that come
   * back, one a fetch. Throws `TensorFlowError`.
   */
  async run({ feeds = [], fetches = [], targets = [] }: RunRequest): Promise<Tensor[]> {
    const outputs = new Array<Pointer | null>(fetches.length).fill(null)
    const session = this.pointer
    await checkedAsync('TF_SessionRun', (status) => {
      const { promise, resolve, reject } = deferred()
      sessionRun.async(
        session,
        null,
        feeds.map(([output]) => output),
        feeds.map(([, tensor]) => tensor.pointer),
        feeds.length,
        [...fetches],
        outputs,
        outputs.length,
        targets.map(({ pointer }) => pointer),
        targets.length,
        null,
        status,
        (error) => (error ? reject(error) : resolve()),
      )
      return promise
    })
    return outputs.map((pointer) => Tensor.adopt(pointer!))
  }

  devices(): Device[] {
    const list = checked('TF_SessionListDevices', (status) => listDevices(this.pointer, status))
    try {
      return Array.from({ length: deviceCount(list) }, (_, i) => ({
        name: checked('TF_DeviceListName', (status) => deviceName(list, i, status)),
        type: checked('TF_DeviceListType', (status) => deviceType(list, i, status)),
        memoryBytes: Number(checked('TF_DeviceListMemoryBytes', (status) => deviceMemory(list, i, status))),
      }))
    } finally {
      deleteDeviceList(list)
    }
  }
}

/** What `Promise.withResolvers` gives from Node 22 on. */
function deferred() {
  let resolve!: () => void
  let reject!: (error: Error) => void
  const promise = new Promise<void>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
