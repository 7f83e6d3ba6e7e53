import '@fontsource-variable/inter/wght.css'
import './view/tokens.css'
import './view/base.css'
import { mount } from 'svelte'
import App from './view/App.svelte'

const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no #app')

mount(App, { target })
