#!/usr/bin/env node
import { register } from 'tsx/esm/api'

process.setSourceMapsEnabled(true)
register()
await import('./main.ts')
