import type { Area } from './lang.svelte'

/** Sign-in and the first set-up. */
export const door = {
  signIn: ['登录', 'Sign in'],
  signInLead: ['请使用你的账户登录。', 'Use your account to enter.'],
  name: ['用户名', 'Name'],
  password: ['密码', 'Password'],
  repeat: ['再次输入密码', 'Password again'],
  setup: ['首次设置', 'First set-up'],
  setupLead: ['这条一次性链接用于创建第一个管理员账户，只能使用一次。', 'This one-time link makes the first administrator. It works once.'],
  create: ['创建账户并进入', 'Create account and enter'],
  ruleLength: ['密码至少 10 个字符', 'at least 10 characters'],
  ruleName: ['用户名 1–64 个字符', 'a name of 1 to 64 characters'],
  ruleSame: ['两次输入一致', 'both entries are the same'],
  ruleLock: ['连续输错 5 次将锁定 10 分钟', 'Five wrong passwords lock an account for ten minutes.'],
  haveAccount: ['已有账户？去登录', 'Have an account? Sign in'],
  ended: ['会话已结束，请重新登录。', 'Your session has ended. Please sign in again.'],
  unreachable: ['无法连接地面站，正在重试…', 'The station cannot be reached. Trying again…'],
  asking: ['正在进入…', 'Entering…'],
} as const satisfies Area
