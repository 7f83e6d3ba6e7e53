import '@fontsource-variable/inter/wght.css'
import './view/tokens.css'
import './view/base.css'
import { mount } from 'svelte'
import SharePage from './view/share/SharePage.svelte'

const target = document.getElementById('app')
if (target === null) throw new Error('share.html has no #app')

mount(SharePage, { target })
