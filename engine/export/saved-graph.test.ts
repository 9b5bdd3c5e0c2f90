import { expect, it } from 'vitest'
import { bytesField, message } from '../../storage/protobuf.ts'
import { allTypes, readGraph, reachedTypes } from './saved-graph.ts'

interface Made {
  readonly after?: readonly string[]
  /** Functions that attributes name, one by itself and several as a list. */
  readonly calls?: readonly string[]
  readonly list?: readonly string[]
}

const attribute = (value: Uint8Array) => bytesField(5, message(bytesField(1, 'f'), bytesField(2, value)))

/** Fields by number: `node_def.proto`, `attr_value.proto`. */
const node = (name: string, type: string, { after = [], calls = [], list = [] }: Made = {}) =>
  message(
    ...[bytesField(1, name), bytesField(2, type)],
    ...after.map((input) => bytesField(3, input)),
    ...calls.map((called) => attribute(bytesField(10, bytesField(1, called)))),
    ...(list.length > 0
      ? [attribute(bytesField(1, message(...list.map((called) => bytesField(9, bytesField(1, called))))))]
      : []),
  )

const graph = (nodes: Uint8Array[], functions: Record<string, Uint8Array[]>, gradients: [string, string][] = []) =>
  readGraph(
    message(
      ...nodes.map((each) => bytesField(1, each)),
      bytesField(
        2,
        message(
          ...Object.entries(functions).map(([name, body]) =>
            bytesField(1, message(bytesField(1, bytesField(1, name)), ...body.map((each) => bytesField(3, each)))),
          ),
          ...gradients.map(([of, by]) => bytesField(2, message(bytesField(1, of), bytesField(2, by)))),
        ),
      ),
    ),
  )

const reached = (...[nodes, functions, gradients]: Parameters<typeof graph>) =>
  [...reachedTypes(graph(nodes, functions, gradients), ['out'])].sort()

it('follows inputs and what has to run before, and leaves out what nobody asks for', () => {
  const nodes = [
    node('out', 'MatMul', { after: ['x', 'w:1', '^first'] }),
    node('x', 'Placeholder'),
    node('w', 'Split', { after: ['x'] }),
    node('first', 'WriteFile'),
    node('save', 'SaveV2', { after: ['w'] }),
  ]
  expect(reached(nodes, {})).toEqual(['MatMul', 'Placeholder', 'Split', 'WriteFile'])
  expect([...allTypes(graph(nodes, {}))].sort()).toEqual(['MatMul', 'Placeholder', 'SaveV2', 'Split', 'WriteFile'])
})

it('follows functions by attribute, in a list, by the type of a node, and from one another, and ends in a circle', () => {
  const functions = { a: [node('n', 'Call', { calls: ['b'] })], b: [node('n', 'ReadFile', { calls: ['a'] })] }
  expect(reached([node('out', 'Call', { calls: ['a'] })], functions)).toEqual(['Call', 'ReadFile'])
  expect(reached([node('out', 'Case', { list: ['c', 'b'] })], functions)).toContain('ReadFile')
  expect(reached([node('out', 'b')], functions)).toContain('ReadFile')
  expect(reached([node('out', 'Call')], functions)).toEqual(['Call'])
  expect([...allTypes(graph([node('out', 'b')], functions))].sort()).toEqual(['Call', 'ReadFile'])
})

it('follows the gradient of a function', () => {
  const functions = { f: [node('n', 'Mul')], g: [node('n', 'PyFunc')] }
  expect(reached([node('out', 'SymbolicGradient', { calls: ['f'] })], functions, [['f', 'g']])).toContain('PyFunc')
})

it('follows inputs in a circle, and inputs that are not there', () => {
  expect(
    reached([node('out', 'Merge', { after: ['next', 'gone'] }), node('next', 'NextIteration', { after: ['out'] })], {}),
  ).toEqual(['Merge', 'NextIteration'])
})
