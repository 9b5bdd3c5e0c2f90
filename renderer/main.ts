import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { z } from 'zod'
import App from './shell/App.vue'
import { stayConnected } from './app/transport/connection.ts'
import { readAhead, router } from './shell/router.ts'
import './ui/theme/index.css'

// The page's policy forbids making code from text, and asking whether one may is reported.
z.config({ jitless: true })

createApp(App).use(createPinia()).use(router).mount('#app')
void stayConnected()
void router.isReady().then(readAhead)
