import type { Area } from './lang.svelte'

/** Codes of refusals, as the API gives them. A code that is not here is shown with the station's own sentence. */
export const problem = {
  'wrong-password': ['用户名或密码不正确', 'Name or password is wrong'],
  locked: ['账户已锁定，请 10 分钟后再试', 'The account is locked; try again in ten minutes'],
  'no-session': ['登录已失效', 'You are not signed in'],
  'no-setup': ['设置链接无效或已经使用', 'The set-up link is not valid or was used'],
  forbidden: ['没有权限', 'Not allowed'],
  unreachable: ['无法连接地面站', 'The station cannot be reached'],
  'stale-epoch': ['控制权已经变更，请核对后重试', 'Control has changed; look again and repeat'],
  'no-answer': ['地面站没有及时答复', 'The station did not answer in time'],
  'too-large': ['文件过大', 'Too large'],
  'not-airborne': ['该飞行器不在空中', 'The vehicle is not in the air'],
  'link-lost': ['链路中断', 'The link is lost'],
  'unknown-vehicle': ['没有该飞行器', 'There is no such vehicle'],
} as const satisfies Area
